import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { conditionsIn, conditionsOf } from "../../src/bisection/reuse/conditions.ts";
import { differences } from "../../src/bisection/reuse/differences.ts";
import { verifyDecisions } from "../../src/bisection/verify.ts";
import { type BisectionEvent, consolePathOf, type EventOf } from "../../src/event/index.ts";
import { openFileJournal, readFileJournal } from "../../src/journal/file-journal.ts";
import { resultOf, showText } from "../../src/report/index.ts";
import { policyNamed } from "../../src/search/policies.ts";
import { expectNothingRepeated } from "./cut-after.ts";
import { beginStory, bodiesOf, conclusionOf, goOn, type Story } from "./drive-story.ts";
import { history, kernelsWith } from "./kernels.ts";
import { longHistory, longKernels } from "./long-history.ts";

const script = kernelsWith("a3", { broken: ["u2"], foreign: ["t1"], rate: 0.8 });
const story: Story = { history, crashes: "a9", clean: "a0", runs: 5, script };

let root: string;
let lender: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "firstbad-reuse-"));
  lender = await told(story);
});

/** The folder of a story that was told, with a console for each run. */
async function told(given: Story): Promise<string> {
  const folder = await beginStory(given, root);
  await goOn(given, folder);
  await mkdir(join(folder, "consoles"), { recursive: true });
  for (const event of await readFileJournal(folder)) {
    if (event.kind !== "run-finished" || event.lent !== undefined) continue;
    await writeFile(join(folder, consolePathOf(event.run)), `console of ${event.run}\n`);
  }
  return folder;
}

type Run = EventOf<"run-finished">;

async function runsIn(folder: string): Promise<{ own: Run[]; lent: Run[] }> {
  const runs = (await readFileJournal(folder)).filter((event) => event.kind === "run-finished");
  expectNothingRepeated(runs);
  return {
    own: runs.filter((run) => run.lent === undefined),
    lent: runs.filter((run) => run.lent !== undefined),
  };
}

const essence = ({ end, culprit, confidence }: EventOf<"concluded">) => ({
  end,
  culprit,
  confidence,
});

describe("an earlier bisection lends its runs", () => {
  test("to a survey of trees, too", async () => {
    const presence = { trees: ["a2", "a9"], cause: "a3" };
    const folder = await told({ ...story, presence, reuse: "same" });
    expect(conclusionOf(await readFileJournal(folder)).end).toBe("surveyed");
    const { own, lent } = await runsIn(folder);
    expect(own.length).toBeLessThan(lent.length);
  });

  test("of the same job, so that none is made again, and the result is the same", async () => {
    const folder = await told({ ...story, reuse: "same" });
    const events = await readFileJournal(folder);
    const reference = await readFileJournal(lender);
    expect(essence(conclusionOf(events))).toEqual(essence(conclusionOf(reference)));
    const { own, lent } = await runsIn(folder);
    expect(own).toEqual([]);
    expect(lent).toHaveLength((await runsIn(lender)).own.length);
    for (const { console, lent: by } of lent) {
      expect(by?.from).toBe(basename(lender));
      expect(await readFile(join(folder, console), "utf8")).toBe(`console of ${by?.run}\n`);
    }
    // Those that were lent take no time, and are told of.
    const around = { log: null, running: false, suspicion: null };
    const result = resultOf(events, around);
    expect(result).toMatchObject({ runs: 0, lent: { from: basename(lender), runs: lent.length } });
    expect(result.seconds.test).toBe(0);
    const shown = showText(events, around);
    expect(shown).toMatch(/the culprit crashes .* of them lent by /);
    expect(shown).toMatch(/parent [0-9a-f]{12} does not .* of them lent by /);
    await rm(folder, { recursive: true });
  });

  test("for other ends, as far as the same kernels are asked for", async () => {
    const other: Story = { ...story, clean: "a1", crashes: "m8", policy: "adaptive" };
    const plain = await told(other);
    const folder = await told({ ...other, reuse: "auto" });
    const events = await readFileJournal(folder);
    expect(conclusionOf(events)).toMatchObject({ end: "found", culprit: history.hash("a3") });
    const { own, lent } = await runsIn(folder);
    expect(lent.length).toBeGreaterThan(0);
    expect(own.length).toBeLessThan((await runsIn(plain)).own.length);
    let decisions = 0;
    for await (const { differs } of verifyDecisions(folder, events, policyNamed("adaptive"))) {
      expect(differs).toBeNull();
      decisions++;
    }
    expect(decisions).toBeGreaterThan(5);
    for (const each of [plain, folder]) await rm(each, { recursive: true });
  });

  test("of kernels that are tried first", async () => {
    const [lends, borrows] = [
      { history: longHistory, crashes: "n119", clean: "n0" },
      { history: longHistory, crashes: "n110", clean: "n0" },
    ].map((ends): Story => ({ ...ends, policy: "adaptive", script: longKernels("n63") }));
    const theirs = await told(lends as Story);
    const plain = await told(borrows as Story);
    const folder = await told({ ...(borrows as Story), reuse: basename(theirs) });
    const commitsIn = async (place: string) =>
      (await readFileJournal(place)).flatMap((event) =>
        event.kind === "kernel-planned" && event.change === undefined ? [event.commit] : [],
      );
    const lent = new Set(await commitsIn(theirs));
    const [fresh, others] = [await commitsIn(folder), await commitsIn(plain)].map((commits) =>
      commits.filter((commit) => !lent.has(commit)),
    );
    // The crashing commit alone is another one.
    expect(fresh).toEqual([longHistory.hash("n110")]);
    expect(others?.length).toBeGreaterThan(1);
    expect(essence(conclusionOf(await readFileJournal(folder)))).toMatchObject({
      end: "found",
      culprit: longHistory.hash("n63"),
    });
    for (const each of [theirs, plain, folder]) await rm(each, { recursive: true });
  });

  test("to kernels of its very signature alone", async () => {
    const signature = (commit: string) => `e${commit}`.padEnd(64, "0");
    const folder = await told({ ...story, script: { ...script, signature }, reuse: "same" });
    const { own, lent } = await runsIn(folder);
    expect(lent).toEqual([]);
    expect(own).toHaveLength((await runsIn(lender)).own.length);
    await rm(folder, { recursive: true });
  });

  test("what was lent to it, too, and each run once", async () => {
    const second = await told({ ...story, reuse: "same" });
    const third = await told({ ...story, reuse: basename(second) });
    const { own, lent } = await runsIn(third);
    expect(own).toEqual([]);
    expect(lent).toHaveLength((await runsIn(lender)).own.length);
    for (const each of [second, third]) await rm(each, { recursive: true });
  });

  test("and where it is gone, the runs are made", async () => {
    const gone = await told(story);
    const folder = await beginStory({ ...story, reuse: basename(gone) }, root);
    await rm(gone, { recursive: true });
    await goOn(story, folder);
    const events = await readFileJournal(folder);
    expect(conclusionOf(events)).toMatchObject({ end: "found", culprit: history.hash("a3") });
    expect((await runsIn(folder)).lent).toEqual([]);
    await rm(folder, { recursive: true });
  });

  test("beyond the budget: what is taken over costs nothing", async () => {
    const folder = await told({ ...story, reuse: "same", budget: { builds: 100, runs: 1 } });
    expect(conclusionOf(await readFileJournal(folder))).toMatchObject({ end: "found" });
    await rm(folder, { recursive: true });
  });
});

test("cut off after any event, it goes on to the same end", async () => {
  const short: Story = { ...story, crashes: "a4", clean: "a1", runs: 3 };
  const before = await told(short);
  const whole = await told({ ...short, reuse: basename(before) });
  const reference = await readFileJournal(whole);
  const lines = (await readFile(join(whole, "events.ndjson"), "utf8")).split("\n");
  for (let count = 2; count <= reference.length; count++) {
    const folder = join(root, `cut-${count}`);
    await cp(whole, folder, { recursive: true });
    const kept = lines.slice(0, count).map((line) => `${line}\n`);
    await writeFile(join(folder, "events.ndjson"), kept.join(""));
    await goOn(short, folder);
    const events = await readFileJournal(folder);
    const end = essence(conclusionOf(events));
    await rm(folder, { recursive: true });
    expect(end, `after ${count}`).toEqual(essence(conclusionOf(reference)));
    expect(bodiesOf(events.slice(0, count))).toEqual(bodiesOf(reference.slice(0, count)));
    const own = events.filter((event) => event.kind === "run-finished" && !event.lent);
    expect(own).toEqual([]);
    expectNothingRepeated(events);
  }
  for (const each of [before, whole]) await rm(each, { recursive: true });
}, 180_000);

describe("which bisection lends", () => {
  const offers = async (folder: string) =>
    (await readFileJournal(folder)).filter((event) => event.kind === "evidence-offered");

  test("none that was judged wrong, but where it is asked for", async () => {
    const wrong = await told({ ...story, runs: 4 });
    const journal = await openFileJournal(wrong);
    const conclusion = journal.events.findLastIndex(({ kind }) => kind === "concluded");
    const word = { conclusion, verdict: "wrong", commit: null, why: null } as const;
    await journal.append({ kind: "judged", ...word });
    await journal.close();
    const same = await beginStory({ ...story, reuse: "same" }, root);
    expect((await offers(same))[0]).toMatchObject({ from: basename(lender), why: "same" });
    const asked = await beginStory({ ...story, reuse: basename(wrong) }, root);
    expect((await offers(asked))[0]).toMatchObject({ from: basename(wrong), why: "asked" });
    for (const each of [wrong, same, asked]) await rm(each, { recursive: true });
  });

  test("none from another commit, but where any is asked for", async () => {
    const other = { ...story, crashes: "m8" };
    const same = await beginStory({ ...other, reuse: "same" }, root);
    expect(await offers(same)).toEqual([]);
    const any = await beginStory({ ...other, reuse: "auto" }, root);
    expect((await offers(any))[0]).toMatchObject({ from: basename(lender) });
    for (const each of [same, any]) await rm(each, { recursive: true });
  });

  test("none to a policy that imitates another program; asked for, that is said", async () => {
    const other = { ...story, policy: "syzbot-2022" };
    const same = await beginStory({ ...other, reuse: "same" }, root);
    expect(await offers(same)).toEqual([]);
    await rm(same, { recursive: true });
    await expect(beginStory({ ...other, reuse: basename(lender) }, root)).rejects.toMatchObject({
      code: "reuse-refused",
      message: expect.stringContaining("begins from nothing"),
    });
  });
});

describe("runs are none for a bisection of other conditions", () => {
  type Started = BisectionEvent & EventOf<"started">;
  let started: Started;
  beforeAll(async () => {
    started = (await readFileJournal(lender))[0] as Started;
  });
  const job = (path: readonly [string, string], value: unknown) => (given: Started) => {
    const { [path[0]]: part, ...rest } = given.job;
    return { ...given, job: { ...rest, [path[0]]: { ...(part as object), [path[1]]: value } } };
  };

  test("and are for one of the same", () => {
    expect(differences(started, structuredClone(started))).toEqual([]);
    const elsewhere = job(["kernel", "repo"], "/another/clone")(started);
    const surer: Started = { ...started, confidence: 0.9, runs: 3 };
    expect(differences(elsewhere, surer)).toEqual([]);
  });

  test("what is told of them in short is the same then, in whatever order keys are", () => {
    const withMachine = (machine: object) =>
      conditionsOf({ ...started, job: { ...started.job, machine } });
    expect(withMachine({ type: "uml", memory: 1 })).toBe(withMachine({ memory: 1, type: "uml" }));
    const longer = job(["reproducer", "seconds"], 31)(started);
    expect(conditionsOf(longer)).not.toBe(conditionsOf(started));
  });

  test("what was found of a folder is not told of another one of the same name", async () => {
    const folder = await mkdtemp(join(tmpdir(), "firstbad-conditions-"));
    const path = join(folder, "bisection");
    const put = async (event: Started) => {
      await mkdir(path);
      expect(conditionsIn(path)).toBeNull();
      await writeFile(join(path, "events.ndjson"), `${JSON.stringify(event)}\n`);
      expect(conditionsIn(path)).toBe(conditionsOf(event));
    };
    await put(started);
    await rename(path, join(folder, "elsewhere"));
    await put({ ...started, tool: "9.9.9" });
    await rm(folder, { recursive: true });
  });

  test.each<[string, (given: Started) => Started]>([
    ["configuration", (given) => ({ ...given, config: "0".repeat(64) })],
    ["reproducer is another", (given) => ({ ...given, reproducer: "0".repeat(64) })],
    [
      "reproducer is another",
      (given) => ({
        ...given,
        job: {
          ...given.job,
          reproducer: { ...(given.job.reproducer as object), c: undefined, syz: "a" },
        },
      }),
    ],
    ["reproducer runs otherwise", job(["reproducer", "seconds"], 31)],
    ["reproducer runs otherwise", job(["reproducer", "repeat"], 2)],
    ["machine", job(["machine", "cmdline"], "panic_on_warn=0")],
    ["machine", job(["machine", "memory"], 1)],
    ["machine", (given) => ({ ...given, machine: "qemu" })],
    ["disk image", job(["machine", "image"], "disk.qcow2")],
    ["type ssh", (given) => ({ ...given, machine: "ssh" })],
    ["compiler", job(["kernel", "compiler"], "gcc-12")],
    ["architecture", (given) => ({ ...given, arch: "x86_64" })],
    ["counts as its bug", (given) => ({ ...given, expect: { kind: "title", title: "x" } })],
    ["version of firstbad", (given) => ({ ...given, tool: "9.9.9" })],
    ["another computer", (given) => ({ ...given, host: { ...given.host, name: "other" } })],
    ["program", (given) => ({ ...given, target: "program" })],
  ])("another %s", (words, change) => {
    const why = differences(started, change(started));
    expect(why).toEqual([expect.stringContaining(words)]);
  });
});
