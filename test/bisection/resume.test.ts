import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { verifyDecisions } from "../../src/bisection/verify.ts";
import type { BisectionEvent } from "../../src/event/index.ts";
import { readFileJournal } from "../../src/journal/file-journal.ts";
import { policyNamed } from "../../src/search/policies.ts";
import { cutAfter, expectNothingRepeated } from "./cut-after.ts";
import { cutStory, steeredStory } from "./cut-story.ts";
import { beginStory, bodiesOf, conclusionOf, goOn, type Story } from "./drive-story.ts";
import { history } from "./kernels.ts";

const story = cutStory;

let whole: string;
let reference: readonly BisectionEvent[];
beforeAll(async () => {
  whole = await beginStory(story);
  await goOn(story, whole);
  reference = await readFileJournal(whole);
});

describe("a bisection that was cut off", () => {
  test("is long enough to say something", () => {
    expect(reference.length).toBeGreaterThan(80);
    expect(conclusionOf(reference)).toMatchObject({ end: "found", culprit: history.hash("a3") });
  });

  test("after any event goes on to the same conclusion and repeats no finished run", async () => {
    for (let count = 1; count <= reference.length; count++) {
      const folder = await cutAfter(whole, count);
      await goOn(story, folder);
      const events = await readFileJournal(folder);
      const { at, seq, ...expected } = reference.at(-1)!;
      expect(conclusionOf(events), `cut after event ${count}`).toMatchObject(expected);
      expect(bodiesOf(events.slice(0, count))).toEqual(bodiesOf(reference.slice(0, count)));
      expectNothingRepeated(events);
    }
  });

  test("after any event, what the user said and took back among it, comes to the same end", async () => {
    const from = await beginStory(steeredStory);
    await goOn(steeredStory, from);
    const told = await readFileJournal(from);
    expect(told.filter(({ kind }) => kind === "overridden")).toHaveLength(3);
    expect(told.filter(({ kind }) => kind === "graph-loaded")).toHaveLength(2);
    expect(told.filter(({ kind }) => kind === "override-undone")).toHaveLength(1);
    expect(conclusionOf(told)).toMatchObject({ end: "found", culprit: history.hash("a1") });
    for (let count = 1; count <= told.length; count++) {
      const folder = await cutAfter(from, count);
      await goOn(steeredStory, folder);
      const events = await readFileJournal(folder);
      const { end, culprit, why } = conclusionOf(told);
      expect(conclusionOf(events), `cut after event ${count}`).toMatchObject({ end, culprit, why });
      expect(bodiesOf(events.slice(0, count))).toEqual(bodiesOf(told.slice(0, count)));
      expectNothingRepeated(events);
    }
  });

  test("and its decisions, each taken again from the events before it, are the same", async () => {
    for (const given of [story, steeredStory]) {
      const folder = given === story ? whole : await beginStory(given);
      if (given !== story) await goOn(given, folder);
      const events = await readFileJournal(folder);
      let decisions = 0;
      for await (const { differs } of verifyDecisions(folder, events, policyNamed("git"))) {
        expect(differs).toBeNull();
        decisions += 1;
      }
      expect(decisions).toBeGreaterThan(10);
    }
  });

  test("by kill -9 as often as it finishes anything, comes to the same end", async () => {
    const folder = await beginStory(story);
    const child = join(import.meta.dirname, "killed-session.ts");
    let sessions = 0;
    for (;;) {
      const ended = await promisify(execFile)(process.execPath, [child, folder]).catch(
        (error: { signal: string | null; stderr: string }) => error,
      );
      sessions++;
      if (!("signal" in ended)) break;
      expect(ended.signal, ended.stderr).toBe("SIGKILL");
      expect(sessions).toBeLessThan(reference.length);
    }
    const events = await readFileJournal(folder);
    expect(sessions).toBeGreaterThan(50);
    expect(conclusionOf(events)).toMatchObject({ end: "found", culprit: history.hash("a3") });
    expectNothingRepeated(events);
  }, 180_000);

  test("with its graph changed says so, and goes on when it is put back", async () => {
    const loaded = reference.findIndex(({ kind }) => kind === "graph-loaded");
    const folder = await cutAfter(whole, loaded + 1);
    const path = join(folder, "graph");
    const graph = await readFile(path);
    await writeFile(path, graph.subarray(1));
    await expect(goOn(story, folder)).rejects.toMatchObject({ code: "graph-damaged" });
    await writeFile(path, graph);
    await goOn(story, folder);
    expect(conclusionOf(await readFileJournal(folder)).end).toBe("found");
  });

  test("by this machine's trouble leaves a journal that tells of it and can be gone on with", async () => {
    const folder = await beginStory(story);
    const troubled: Story = {
      ...story,
      script: {
        ...story.script,
        run: (commit, n) =>
          history.name(commit) === "m5" && n === 2 ? "infrastructure" : story.script.run(commit, n),
      },
    };
    await expect(goOn(troubled, folder)).rejects.toMatchObject({ code: "machine-infrastructure" });
    const stopped = await readFileJournal(folder);
    expect(stopped.at(-1)).toMatchObject({ kind: "stopped", reason: "machine-infrastructure" });
    await goOn(story, folder);
    const events = await readFileJournal(folder);
    expect(conclusionOf(events)).toMatchObject({ end: "found", culprit: history.hash("a3") });
    expectNothingRepeated(events);
  });

  test("because its disk is full says so and loses nothing", async () => {
    const folder = await beginStory(story);
    let left = 40;
    const full = goOn(story, folder, (journal) => ({
      get events() {
        return journal.events;
      },
      append(body) {
        if (left-- > 0) return journal.append(body);
        throw Object.assign(new Error("write failed"), { code: "ENOSPC" });
      },
      close: () => journal.close(),
    }));
    await expect(full).rejects.toMatchObject({ code: "disk-full" });
    expect(await readFileJournal(folder)).toHaveLength(41);
    await goOn(story, folder);
    expect(conclusionOf(await readFileJournal(folder)).end).toBe("found");
  });
});
