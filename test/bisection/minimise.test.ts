import { mkdtempSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { verifyDecisions } from "../../src/bisection/verify.ts";
import type { BisectionEvent } from "../../src/event/index.ts";
import { readFileJournal } from "../../src/journal/file-journal.ts";
import { policyNamed } from "../../src/search/policies.ts";
import { readLog, writeLog, writeLog2022 } from "../../src/syzbot/index.ts";
import { cutAfter, expectNothingRepeated } from "./cut-after.ts";
import { beginStory, bodiesOf, conclusionOf, goOn, type Story } from "./drive-story.ts";
import { configuredKernels, history, namesOn } from "./small-config.ts";

const needed = ["KASAN", "EVENTS", "EVENTS_FAST"];

const alone: Story = {
  history,
  crashes: "a9",
  goal: "config",
  script: configuredKernels("a3", needed),
};

function minimisedOf(events: readonly BisectionEvent[]) {
  const found = events.find((event) => event.kind === "minimised");
  if (found === undefined) throw new Error("nothing was made smaller");
  return found;
}

describe("a configuration that is made smaller", () => {
  let folder: string;
  let events: readonly BisectionEvent[];
  beforeAll(async () => {
    folder = await beginStory(alone);
    await goOn(alone, folder);
    events = await readFileJournal(folder);
  });

  test("has what the crash needs, and what that needs, and nothing else", async () => {
    expect(conclusionOf(events)).toMatchObject({ end: "minimised", culprit: null });
    const { result, kept, open, of, tried } = minimisedOf(events);
    expect(kept.toSorted()).toEqual(
      ["CONFIG_EVENTS", "CONFIG_EVENTS_FAST", "CONFIG_KASAN", "CONFIG_TTY"].toSorted(),
    );
    expect({ open, of }).toEqual({ open: 0, of: 32 });
    expect(tried).toBeLessThan(20);
    const text = await readFile(join(folder, result?.file ?? ""), "utf8");
    expect(namesOn(text)).toEqual(
      expect.arrayContaining(["PRINTK", "TTY", "EVENTS", "EVENTS_FAST", "HELPER", "KASAN"]),
    );
  });

  test("is tried with kernels that are nobody's evidence", () => {
    const tried = events.filter(
      (event) => event.kind === "kernel-planned" && event.purpose === "minimise",
    );
    expect(tried).toHaveLength(minimisedOf(events).tried);
    expect(events.filter(({ kind }) => kind === "bug-identified")).toHaveLength(2);
  });

  test("is the same after a cut at any event, and no finished run is repeated", async () => {
    const short = { ...alone, minimize: { tries: 2 } };
    const whole = await beginStory(short);
    await goOn(short, whole);
    const told = await readFileJournal(whole);
    const { kept, result, open } = minimisedOf(told);
    expect(open).toBeGreaterThan(0);
    for (let count = 1; count <= told.length; count++) {
      const cut = await cutAfter(whole, count);
      await goOn(short, cut);
      const again = await readFileJournal(cut);
      expect(minimisedOf(again), `cut after event ${count}`).toMatchObject({ kept, result, open });
      expect(conclusionOf(again).why).toEqual(conclusionOf(told).why);
      expect(bodiesOf(again.slice(0, count))).toEqual(bodiesOf(told.slice(0, count)));
      expectNothingRepeated(again);
    }
  });

  test("comes of decisions that are the same when they are taken again", async () => {
    let decisions = 0;
    for await (const { differs } of verifyDecisions(folder, events, policyNamed("git"))) {
      expect(differs).toBeNull();
      decisions += 1;
    }
    expect(decisions).toBeGreaterThan(10);
  });
});

describe("a bisection whose configuration is made smaller", () => {
  const config = ["PRINTK", "TTY", "PIPES", "UBSAN"].map((name) => `CONFIG_${name}=y\n`).join("");
  const baseline = join(mkdtempSync(join(tmpdir(), "firstbad-baseline-")), "base.config");
  writeFileSync(baseline, config);
  const story: Story = {
    history,
    crashes: "a9",
    clean: "a0",
    policy: "syzbot-2022",
    runs: 4,
    minimize: { baseline },
    script: configuredKernels("a3", needed),
  };

  async function told(given: Story): Promise<readonly BisectionEvent[]> {
    const folder = await beginStory(given);
    await goOn(given, folder);
    return readFileJournal(folder);
  }

  test("finds the culprit with kernels that all have the smaller one", async () => {
    const events = await told(story);
    expect(conclusionOf(events)).toMatchObject({ end: "found", culprit: history.hash("a3") });
    const { result, kept } = minimisedOf(events);
    expect(kept).toEqual(expect.arrayContaining(needed.map((name) => `CONFIG_${name}`)));
    expect(kept).not.toContain("CONFIG_EXTRA_23");
    const planned = events.filter((event) => event.kind === "kernel-planned");
    const after = planned.filter(({ seq }) => seq > minimisedOf(events).seq);
    expect(after.length).toBeGreaterThan(4);
    expect(new Set(after.map(({ config }) => config))).toEqual(new Set([result?.sha256]));
  });

  test("has lines for it in syzbot's logs, which are read back as they are", async () => {
    const events = await told(story);
    const old = writeLog2022(events);
    expect(old).toMatch(
      /\nkconfig minimization: base=4 full=34 diff=29\ntrying half: \[EVENTS EVENTS_FAST KASAN .*EXTRA_23\]\ntesting commit/,
    );
    expect(old).toMatch(
      /\nall runs: crashed: .*\nhalf crashed\ntrying half: \[.*\]\ntesting commit /,
    );
    expect(old).toMatch(/\nresulting configs: \[EVENTS EVENTS_FAST KASAN.*\]\ntesting commit /);
    const recent = writeLog(events, "2026");
    expect(recent).toMatch(
      /\ncheck whether we can drop unnecessary instrumentation\ndisabling configs for \[ubsan locking\], they are not needed\ntesting commit /,
    );
    expect(recent).toMatch(
      /\nthe bug reproduces without the instrumentation\nkconfig minimization: base=4 full=34 leaves diff=29\ntesting without sub-chunk 1\/\d\ntesting commit /,
    );
    expect(recent).toMatch(/\nthe chunk can be dropped\ntesting without sub-chunk /);
    expect(recent).toMatch(/\nminimized to \d configs; suspects: \[EVENTS EVENTS_FAST KASAN/);
    for (const text of [old, recent]) {
      const read = readLog(Buffer.from(text), "log");
      expect(read.filter(({ kind }) => kind === "line-unrecognised")).toEqual([]);
      expect(writeLog(read, "own")).toBe(text);
    }
  });

  test("only loses instrumentation where no baseline is named", async () => {
    const events = await told({ ...story, minimize: true });
    const { kept, tried } = minimisedOf(events);
    expect(tried).toBe(1);
    expect(kept).toEqual(["CONFIG_KASAN"]);
    expect(conclusionOf(events)).toMatchObject({ end: "found", culprit: history.hash("a3") });
  });

  test("keeps it where it does not crash without", async () => {
    const script = configuredKernels("a3", [...needed, "UBSAN"]);
    const events = await told({ ...story, minimize: true, script });
    expect(minimisedOf(events).result).toBeNull();
    expect(events.filter(({ kind }) => kind === "bug-identified")).toHaveLength(1);
    expect(conclusionOf(events)).toMatchObject({ end: "found", culprit: history.hash("a3") });
  });

  test("is the baseline itself where that crashes", async () => {
    const script = configuredKernels("a3", ["PIPES"]);
    const events = await told({ ...story, script });
    expect(minimisedOf(events)).toMatchObject({ isBaseline: true, kept: [], open: 0 });
    expect(writeLog2022(events)).toContain("\nbase config crashes\n");
  });

  test("goes on with the whole one where the smaller does not crash again", async () => {
    const script = configuredKernels("a3", needed);
    let isOver = false;
    const events = await told({
      ...story,
      minimize: true,
      onlooker: (all) => {
        isOver ||= all.at(-1)?.kind === "minimised";
        return null;
      },
      script: {
        ...script,
        run: (commit, n, { config = "" } = {}) =>
          isOver && !config.includes("CONFIG_UBSAN=y")
            ? "clean"
            : script.run(commit, n, { config }),
      },
    });
    expect(events.filter(({ kind }) => kind === "minimise-undone")).toHaveLength(1);
    expect(conclusionOf(events)).toMatchObject({ end: "found", culprit: history.hash("a3") });
    const last = events.findLast((event) => event.kind === "kernel-planned");
    expect(last?.config).toBe(events.find((event) => event.kind === "started")?.config);
  });

  test("goes on with the whole one where Kconfig files or the baseline cannot be read", async () => {
    const unreadable = { ...story, minimize: { baseline: import.meta.filename } };
    const events = await told(unreadable);
    const givenUp = events.find((event) => event.kind === "minimise-given-up");
    expect(givenUp?.why).toMatch(/line \d+ of the baseline is no kernel option/);
    expect(conclusionOf(events)).toMatchObject({ end: "found", culprit: history.hash("a3") });
    const alone = told({ ...unreadable, goal: "config" });
    await expect(alone).rejects.toMatchObject({ code: "config-invalid" });
  });

  test("keeps to the builds that the bisection may make", async () => {
    const parts = { ...story, goal: "config" as const, budget: { builds: 5 } };
    const events = await told(parts);
    expect(events.filter(({ kind }) => kind === "kernel-built").length).toBeLessThanOrEqual(5);
    expect(minimisedOf(events).why).toMatch(/the last build that is allowed/);
    expect(conclusionOf(events)).toMatchObject({ end: "minimised" });
  });

  test("that crashes in a part of its runs ends with one that does so, too", async () => {
    const flaky = { ...alone, runs: 10, script: configuredKernels("a3", needed, 0.6) };
    const events = await told(flaky);
    const { kept } = minimisedOf(events);
    expect(kept).toEqual(expect.arrayContaining(needed.map((name) => `CONFIG_${name}`)));
    expect(conclusionOf(events).why).toMatch(/it crashed again in \d+ of \d+ runs/);
  });
});
