import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { type BisectionEvent, type EventOf, parseEvent } from "../../src/event/index.ts";
import { Failure } from "../../src/failure/failure.ts";
import { resultOf } from "../../src/report/index.ts";
import { readLog, writeGitLog, writeLog, writeLog2022 } from "../../src/syzbot/index.ts";
import { anyStory } from "./any-story.ts";
import { stories } from "./endings.ts";
import { commit } from "./story.ts";

const folder = join(import.meta.dirname, "dialects");
const names = readdirSync(folder).map((name) => name.replace(/\.log$/, ""));
const bytesOf = (name: string) => readFileSync(join(folder, `${name}.log`));

/** The events of a text after a journey as lines of JSON. */
function read(text: string | Uint8Array): BisectionEvent[] {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  return readLog(bytes, "a log").map((event) => parseEvent(JSON.parse(JSON.stringify(event))));
}

function strange(events: readonly BisectionEvent[]): string[] {
  return events.flatMap((event) => (event.kind === "line-unrecognised" ? [event.text] : []));
}

function headOf(events: readonly BisectionEvent[]): EventOf<"log-read"> {
  const [head] = events;
  if (head?.kind !== "log-read") throw new Error("no log-read");
  return head;
}

const result = (events: readonly BisectionEvent[]) =>
  resultOf(events, { log: null, suspicion: null });

describe.each(names)("%s", (name) => {
  const git = name.startsWith("git");
  const events = read(bytesOf(name));

  it("is understood to its last line, and comes out again byte for byte", () => {
    expect(strange(events)).toEqual([]);
    const text = git ? writeGitLog(events) : writeLog(events, "own");
    expect(text).toBe(bytesOf(name).toString());
  });

  it("is known by its dialect", () => {
    expect(headOf(events).dialect).toBe(git ? null : name.slice(0, 7));
    expect(headOf(events).form).toBe(git ? "git" : "syzbot");
  });

  it("is understood in the dialects into which it is put, which then are stable", () => {
    for (const asked of ["2022", "2026"] as const) {
      const put = writeLog(events, asked);
      const again = read(put);
      expect(strange(again)).toEqual([]);
      expect(writeLog(again, asked)).toBe(put);
      expect(result(again)).toMatchObject({
        reason: result(events).reason,
        culprit: result(events).culprit,
        candidates: result(events).candidates,
      });
    }
  });

  it("has numbered events whose times never go back", () => {
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, n) => n));
    const times = events.map(({ at }) => at);
    expect(times).toEqual(times.toSorted());
  });
});

describe("what a log says", () => {
  const events = read(bytesOf("2021-07"));

  it("is the result of a bisection", () => {
    expect(result(events)).toMatchObject({
      end: "found",
      culprit: commit("culprit"),
      subject: "pond: drain it in one go",
      // Of four runs that began it three crashed; the machines that did not come up are ten.
      bug: { title: "KASAN: use-after-free Read in pond_drain", crashed: 3, of: 4 },
      checks: [{ check: "signatures-differ", result: "passed", parent: commit("parent") }],
      kernels: 7,
      runs: 4 + 3 + 3 + 2,
      seconds: { total: 3723.5, build: 2400.25, test: 1200.021953048 },
    });
  });

  it("has a verdict for every test", () => {
    const answers = events.flatMap((event) =>
      event.kind === "probe-answered"
        ? event.answers.map((answer) => [event.stage, answer.commit, answer.verdict])
        : [],
    );
    expect(answers).toEqual([
      ["reproduce", commit("crashing"), "after"],
      ["release", commit("v6.3"), "untestable"],
      ["release", commit("v6.2"), "untestable"],
      ["release", commit("v6.1"), "before"],
      ["search", commit("culprit"), "after"],
      ["search", commit("odd"), "untestable"],
    ]);
  });

  it("tells whom to write to, each as often as the log does", () => {
    const described = events.findLast((event) => event.kind === "commit-described");
    expect(described?.recipients).toEqual({
      to: ["heron@pond.example", "heron@pond.example"],
      cc: ["pond@lists.example"],
    });
    expect(described?.message).toContain("while (water--)");
  });

  it("turns around for a fix: git's bad commits are those that have it", () => {
    const fix = read(bytesOf("2026-01-fix"));
    expect(result(fix)).toMatchObject({ end: "found", culprit: commit("culprit") });
    const answers = fix.flatMap((event) => (event.kind === "probe-answered" ? event.answers : []));
    expect(answers.map(({ verdict }) => verdict)).toEqual(["before", "before", "after", "after"]);
    expect(answers.map(({ crashed }) => crashed > 0)).toEqual([true, true, false, false]);
  });

  test.each([
    ["2022-07", "ties", [commit("a"), commit("b")]],
    ["2022-09", "since-oldest", [commit("v6.1")]],
    ["2026-01-error", "machine-infrastructure", []],
    ["git", "found", []],
    ["git-terms", "ties", [commit("head"), commit("odd")]],
  ])("%s ends as %s", (name, reason, candidates) => {
    expect(result(read(bytesOf(name)))).toMatchObject({ reason, candidates });
  });

  it("is as many runs as its other tests have, where it says `all runs`", () => {
    const listed = Array.from(
      { length: 7 },
      (_, n) => `run #${n}: ${n === 0 ? "crashed: x" : "OK"}`,
    );
    const log = [
      `bisecting cause commit starting from ${commit("a")}`,
      ...[`testing commit ${commit("a")}`, "all runs: crashed: x"],
      ...["testing release v6.1", `testing commit ${commit("b")}`, "all runs: OK"],
      ...["testing release v6.0", `testing commit ${commit("c")}`, ...listed],
    ].join("\n");
    expect(result(read(log)).runs).toBe(20 + 7 + 7);
  });
});

describe("lines that no dialect has", () => {
  const text = bytesOf("2021-07").toString();

  it("are data: which, where; everything else is read as without them", () => {
    const lines = text.split("\n");
    const at = lines.findIndex((line) => line.startsWith("# git bisect bad"));
    lines.splice(at, 0, "the frog was here");
    lines.splice(1, 0, "and the heron");
    const events = read(lines.join("\n"));
    const unknown = events.filter((event) => event.kind === "line-unrecognised");
    expect(unknown.map(({ line, text }) => [line, text])).toEqual([
      [2, "and the heron"],
      [at + 2, "the frog was here"],
    ]);
    expect(writeLog(events, "own")).toBe(lines.join("\n"));
    expect(result(events)).toEqual({ ...result(read(text)), id: result(events).id });
  });

  it("may be cut off behind any line", () => {
    const text = bytesOf("2026-01").toString();
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
      const cut = text.slice(0, at + 1);
      if (cut.includes("bisecting")) expect(writeLog(read(cut), "own")).toBe(cut);
    }
  });

  it("may be no UTF-8: then every byte is a character", () => {
    const bytes = Buffer.concat([bytesOf("2021-07"), Buffer.from([0xff, 0xfe, 0x0a])]);
    const events = read(bytes);
    expect(headOf(events).encoding).toBe("latin-1");
    expect(Buffer.from(writeLog(events, "own"), "latin1").equals(bytes)).toBe(true);
  });
});

describe("logs of our own", () => {
  test.each(Object.entries(stories))("%s, in the dialect of 2026", async (name, story) => {
    const log = writeLog(story().events, "2026");
    await expect(log).toMatchFileSnapshot(`logs-2026/${name}.log`);
    expect(strange(read(log))).toEqual([]);
  });

  it("are read and written as they are, whatever happened", () => {
    fc.assert(
      fc.property(anyStory(), ({ events }) => {
        const log = writeLog2022(events);
        const again = read(log);
        expect(headOf(again).form).toBe("syzbot");
        expect(writeLog(again, "own")).toBe(log);
      }),
    );
  });

  it("keep their result and times", () => {
    const events = stories.found!().events;
    const again = result(read(writeLog2022(events)));
    const { end, culprit, seconds } = result(events);
    expect(again).toMatchObject({ end, culprit, seconds });
  });
});

describe("hostile bytes", () => {
  const line = fc.oneof(
    fc.constantFrom(...names.flatMap((name) => bytesOf(name).toString("latin1").split("\n"))),
    fc.string({ unit: "binary", maxLength: 30 }),
    fc.constantFrom(
      "run #99999999999: OK",
      "all runs: ",
      "[",
      "testing commit ",
      "\u001b[2J",
      "crash: ",
    ),
  );

  it("are read to their end, or refused", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), fc.boolean(), (lines, begins) => {
        const start = begins ? [`bisecting cause commit starting from ${commit("a")}`] : [];
        try {
          const events = read(Buffer.from([...start, ...lines].join("\n"), "latin1"));
          for (const asked of ["own", "2022", "2026"] as const) writeLog(events, asked);
          writeGitLog(events);
          result(events);
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("take a time that grows with their number, and a bounded number of events", () => {
    const start = `bisecting cause commit starting from ${commit("a")}\n`;
    const parts = [
      `testing commit ${commit("a")}\nall runs: OK\n`,
      `# git bisect bad ${commit("a")}\n${commit("a")} is the first bad commit\n`,
      "run #0: failed: \n",
      `[${commit("a")}] ${"]".repeat(500)}\n`,
      `representative crash: ${", types: [".repeat(200)}\n`,
      `recipients (to): ["${"\\".repeat(2000)}\n`,
    ];
    for (const part of parts) {
      const trailer = "revisions tested: 1, total time: 1s (build: 1s, test: 1s)\n";
      const results = `first bad commit: ${commit("a")} x\nrecipients (to): []\nrecipients (cc): []\n`;
      for (const text of [part.repeat(20_000), trailer + results.repeat(20_000)]) {
        try {
          readLog(Buffer.from(start + text.slice(0, 4_000_000)), "a log");
        } catch (error) {
          expect(error).toMatchObject({ code: "log-not-readable" });
        }
      }
    }
  });

  test.each([
    ["nothing", ""],
    ["another text", "Dear heron,\n"],
    ["zeros", "\0\0\0"],
  ])("%s is no log", (_, text) => {
    expect(() => read(text)).toThrow(Failure);
  });
});
