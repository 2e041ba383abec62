import { createHash } from "node:crypto";
import {
  type BisectionEvent,
  type CrashSeen,
  consolePathOf,
  type EventBody,
  type EventOf,
  kernelIdOf,
  type ProbeStage,
  parseEvent,
  type RunOutcome,
  runIdOf,
} from "../../src/event/index.ts";

/** A commit made up from a word: the same word gives the same hash. */
export function commit(name: string): string {
  return createHash("sha1").update(name).digest("hex");
}

/** A SHA-256 made up from a word. */
function sha(name: string): string {
  return createHash("sha256").update(name).digest("hex");
}

export const theCrash: CrashSeen = {
  title: "KASAN: use-after-free Read in pond_drain",
  type: "KASAN-USE-AFTER-FREE-READ",
  frame: "pond_drain",
  stack: ["pond_drain", "pond_release"],
};
export const otherTitle: CrashSeen = {
  title: "WARNING in pond_release",
  type: "WARNING",
  frame: "pond_release",
  stack: ["pond_release"],
};
export const foreignCrash: CrashSeen = {
  title: "INFO: task hung in duck_wait",
  type: "HANG",
  frame: "duck_wait",
  stack: ["duck_wait"],
};

/** What a run of a story ended with: `x` the crash, `w` its other title, `f` a foreign crash, … */
const outcomes: Readonly<Record<string, readonly [RunOutcome, readonly CrashSeen[]]>> = {
  x: ["crashed", [theCrash]],
  w: ["crashed", [otherTitle]],
  f: ["crashed", [foreignCrash]],
  ".": ["clean", []],
  b: ["boot-failed", []],
  n: ["no-output", []],
  l: ["lost", []],
  h: ["hung", []],
  o: ["flooded", []],
};

export interface TestOptions {
  readonly label?: string;
  readonly left?: { suspects: number; steps: number };
  readonly belief?: EventOf<"probe-chosen">["belief"];
  /** The word whose signature it shares; its own where left out. */
  readonly like?: string;
  readonly cached?: boolean;
  /** It does not build, and these lines tell why. */
  readonly broken?: readonly string[];
  /** Replaces the verdict that the runs would have. */
  readonly verdict?: "before" | "after" | "untestable";
}

/** Lists of events as a bisection appends them, on a clock of its own, each checked by the schema. */
export class Story {
  readonly events: BisectionEvent[] = [];
  readonly find: "cause" | "fix";
  #now = Date.parse("2031-03-04T05:06:07.000Z");
  readonly #runs = new Map<string, number>();

  constructor(find: "cause" | "fix" = "cause") {
    this.find = find;
  }

  /** Adds an event after `seconds` have passed. */
  add(body: EventBody, seconds = 0): this {
    this.#now += seconds * 1000;
    const envelope = { version: 1, seq: this.events.length, at: new Date(this.#now).toISOString() };
    this.events.push(parseEvent({ ...body, ...envelope }));
    return this;
  }

  start(changes: Partial<EventOf<"started">> = {}): this {
    return this.add({
      kind: "started",
      id: "pond-1",
      tool: "0.1.0",
      host,
      job: {},
      crashes: { hash: commit("crashing"), name: "crashing", subject: "pond: the last drop" },
      clean: null,
      find: this.find,
      policy: "adaptive",
      runs: null,
      confidence: 0.99,
      config: sha("config"),
      reproducer: sha("reproducer"),
      arch: "um",
      machine: "uml",
      ...changes,
    });
  }

  resume(seconds: number): this {
    return this.add({ kind: "resumed", tool: "0.1.0", host }, seconds);
  }

  /** Chooses a commit, builds it where it is new, runs it as `runs` says, and answers. */
  test(stage: ProbeStage, name: string, runs: string, options: TestOptions = {}): this {
    return this.choose(stage, name, runs.length, options)
      .build(name, options)
      .runs(name, runs)
      .answer(stage, name, options);
  }

  choose(stage: ProbeStage, name: string, runs: number, options: TestOptions = {}): this {
    const kernel = kernelIdOf(commit(name));
    return this.add({
      kind: "probe-chosen",
      stage,
      probes: [{ kernel, commit: commit(name), runs }],
      label: options.label ?? null,
      why: `${stage} of ${name}`,
      left: options.left ?? null,
      ...(options.belief && { belief: options.belief }),
    });
  }

  build(name: string, { like = name, cached = false, broken }: TestOptions = {}): this {
    const kernel = kernelIdOf(commit(name));
    if (this.events.some((event) => event.kind === "kernel-planned" && event.kernel === kernel)) {
      return this;
    }
    this.add({
      kind: "kernel-planned",
      kernel,
      commit: commit(name),
      patches: [],
      config: sha("config"),
      arch: "um",
      purpose: "search",
    });
    this.add({ kind: "build-started", kernel });
    const compiler = "gcc (Debian) 12.2.0, GNU ld (GNU Binutils for Debian) 2.40";
    const seconds = cached ? 0 : 60.5;
    if (broken !== undefined) {
      const excerpt = [...broken];
      const body = { stage: "build" as const, excerpt, compiler, seconds };
      return this.add({ kind: "build-failed", kernel, ...body }, seconds);
    }
    const built = { signature: sha(like), compiler, dropped: [], seconds, cached };
    return this.add({ kind: "kernel-built", kernel, ...built }, seconds);
  }

  runs(name: string, marks: string): this {
    for (const mark of marks) this.run(name, ...(outcomes[mark] ?? outcomes["."]!));
    return this;
  }

  run(name: string, outcome: RunOutcome, crashes: readonly CrashSeen[], seconds = 4.25): this {
    const kernel = kernelIdOf(commit(name));
    const n = this.#runs.get(kernel) ?? 0;
    this.#runs.set(kernel, n + 1);
    const run = runIdOf(kernel, n);
    this.add({ kind: "run-started", run, kernel });
    const console = consolePathOf(run);
    return this.add(
      { kind: "run-finished", run, kernel, outcome, crashes: [...crashes], seconds, console },
      seconds,
    );
  }

  answer(stage: ProbeStage, name: string, options: TestOptions = {}): this {
    return this.add({ kind: "probe-answered", stage, answers: [this.answerOf(name, options)] });
  }

  /** Counts over all runs of the kernel; a crash, if it was seen, decides. */
  answerOf(
    name: string,
    { verdict }: TestOptions = {},
  ): EventOf<"probe-answered">["answers"][number] {
    const kernel = kernelIdOf(commit(name));
    const runs = this.events.filter(
      (event) => event.kind === "run-finished" && event.kernel === kernel,
    ) as EventOf<"run-finished">[];
    const foreign = runs.filter(({ crashes }) => crashes[0]?.frame === "duck_wait").length;
    const crashed = runs.filter(({ outcome }) => outcome === "crashed").length - foreign;
    const clean = runs.filter(({ outcome }) => outcome === "clean").length;
    const missing = runs.length - foreign - crashed - clean;
    const [crashMeans, cleanMeans] =
      this.find === "cause" ? (["after", "before"] as const) : (["before", "after"] as const);
    const seen = crashed > 0 ? crashMeans : clean > 0 ? cleanMeans : "untestable";
    const counts = { crashed, clean, foreign, missing };
    return { kernel, commit: commit(name), verdict: verdict ?? seen, ...counts };
  }

  describe(name: string, changes: Partial<EventOf<"commit-described">> = {}): this {
    return this.add({
      kind: "commit-described",
      commit: commit(name),
      parents: [commit(`parent of ${name}`)],
      subject: `pond: ${name}`,
      message: `pond: ${name}\n\nThe water was too deep.\n`,
      author: { name: "A. Heron", email: "heron@pond.example" },
      authored: "Tue Mar 4 05:06:07 2031 +0000",
      diffstat: null,
      recipients: null,
      ...changes,
    });
  }

  bug(): this {
    return this.add({
      kind: "bug-identified",
      title: theCrash.title,
      titles: [theCrash.title, otherTitle.title],
      kinds: [
        { type: theCrash.type, frame: theCrash.frame },
        { type: otherTitle.type, frame: otherTitle.frame },
      ],
      stacks: [[...theCrash.stack], [...otherTitle.stack]],
      crashed: 4,
      of: 4,
    });
  }

  range(after: string, ...before: string[]): this {
    return this.add({
      kind: "graph-loaded",
      after: commit(after),
      before: before.map(commit),
      commits: 13361,
      merges: 921,
      file: "graph",
      sha256: sha("graph"),
    });
  }

  check(
    check: EventOf<"checked">["check"],
    result: EventOf<"checked">["result"],
    changes: Partial<EventOf<"checked">> = {},
  ): this {
    const none = { parent: null, crashed: 0, of: 0, why: `${check} ${result}` };
    return this.add({ kind: "checked", check, result, ...none, ...changes });
  }

  symbolize(name: string, report: string, title = theCrash.title): this {
    const run = runIdOf(kernelIdOf(commit(name)), 0);
    return this.add({ kind: "crash-symbolized", run, title, report });
  }

  conclude(end: EventOf<"concluded">["end"], changes: Partial<EventOf<"concluded">> = {}): this {
    const none = { culprit: null, candidates: [], confidence: null, why: `it ended as ${end}` };
    return this.add({ kind: "concluded", end, ...none, ...changes });
  }
}

const host = { name: "heron", node: "v24.0.0", cpus: 2, sandbox: true };

const report = [
  "==================================================================",
  "BUG: KASAN: use-after-free in pond_drain+0x12/0x40 drivers/pond.c:12",
  "",
  "CPU: 0 PID: 23 Comm: repro Not tainted 6.1.0 #1",
  "",
].join("\n");

const diffstat = [" drivers/pond.c | 7 ++++++-", " 1 file changed, 6 insertions(+), 1 deletion(-)"];

/** A cause found between a release and the crashing commit, every check passed. */
export function foundStory(): Story {
  return new Story()
    .start()
    .test("reproduce", "crashing", "xxwx")
    .bug()
    .add({
      kind: "releases-listed",
      releases: [
        { tag: "v6.2", hash: commit("v6.2") },
        { tag: "v6.1", hash: commit("v6.1") },
      ],
      of: 40,
    })
    .test("release", "v6.2", "x.x", { label: "v6.2" })
    .test("release", "v6.1", "....", { label: "v6.1", cached: true })
    .range("v6.2", "v6.1")
    .describe("middle")
    .test("search", "middle", "....", { left: { suspects: 6680, steps: 13 } })
    .describe("broken")
    .test("search", "broken", "", {
      left: { suspects: 1, steps: 1 },
      broken: ["drivers/pond.c:3:1: error: unknown type name 'frog'"],
    })
    .describe("culprit")
    .test("search", "culprit", "...x.", { left: { suspects: 0, steps: 0 } })
    .describe("parent of culprit", { subject: "pond: dig" })
    .test("culprit", "culprit", "xb")
    .test("parent", "parent of culprit", ".l..")
    .describe("culprit", {
      diffstat,
      recipients: {
        to: ["heron@pond.example", "pond@lists.example"],
        cc: ['"Frog, T." <frog@pond.example>'],
      },
    })
    .symbolize("crashing", report)
    .check("culprit-crashes", "passed", { crashed: 2, of: 6 })
    .check("parent-clean", "passed", { parent: commit("parent of culprit"), of: 3 })
    .check("signatures-differ", "passed", { parent: commit("parent of culprit") })
    .conclude("found", { culprit: commit("culprit"), confidence: 0.993, why: "one is left" });
}
