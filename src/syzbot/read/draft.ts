import type { CrashSeen, EventBody, EventOf, KernelId, ProbeStage } from "../../event/index.ts";
import { kernelIdOf } from "../../event/index.ts";
import { Failure } from "../../failure/failure.ts";
import type { Traits } from "../dialect.ts";

type Answer = EventOf<"probe-answered">["answers"][number];

/** A log of this many events is none that a bisection made; each takes memory. */
const mostEvents = 400_000;

/** A test whose answer git has not been told yet. */
export interface OpenTest {
  readonly stage: ProbeStage;
  readonly kernel: KernelId;
  readonly commit: string;
  /** Where its answer is to stand: behind its last run. */
  readonly at: number;
  readonly crashed: number;
  readonly clean: number;
  readonly missing: number;
}

/** What has been read so far. */
export class Draft {
  readonly bodies: EventBody[] = [];
  readonly traits: { -readonly [K in keyof Traits]: Traits[K] } = {};
  begun: EventOf<"log-read">["begun"] = null;
  find: "cause" | "fix" = "cause";
  crashes = "";
  /** Why the next commit is tested, and its name. */
  stage: ProbeStage = "reproduce";
  label: string | null = null;
  /** Whether git bisects already. */
  bisecting = false;
  /** git's word for commits with the change. */
  after = "bad";
  left: { suspects: number; steps: number } | null = null;
  test: OpenTest | null = null;
  /** The newest answer of each commit. */
  readonly answers = new Map<string, Answer>();
  /** How often each commit was built. */
  readonly #builds = new Map<string, number>();
  crash: { readonly run: string; readonly title: string } | null = null;
  lastCommit: string | null = null;
  /** Whether what counts as the bug is known. */
  identified = false;
  /** Where git's answers end, and the empty line that is there, if there is one. */
  readonly answerEnds = new Map<EventBody, number | null>();
  /** Commits that git has shown. */
  readonly described = new Map<string, EventOf<"commit-described">>();
  /** The culprit's signature, and the parent that was built to compare it with. */
  culpritSignature: string | null = null;
  parent: string | null = null;

  add(body: EventBody): void {
    if (this.bodies.length >= mostEvents) {
      throw new Failure("log-not-readable", `the log makes more than ${mostEvents} events`, {
        facts: { events: mostEvents },
        hint: "cut it to one bisection",
      });
    }
    this.bodies.push(body);
  }

  unrecognised(line: number, text: string): void {
    this.add({ kind: "line-unrecognised", line: line + 1, text });
  }

  /** The end of an answer of git's; `gap` is the index of an empty line behind it. */
  endAnswer(gap: number | null): void {
    const end: EventBody = { kind: "git-said", said: "end", facts: {} };
    this.add(end);
    this.answerEnds.set(end, gap);
  }

  /** What was read, with ends of answers as a dialect with, or without, empty lines behind them has. */
  finish(gitGap: boolean): EventBody[] {
    return this.bodies.flatMap((body): EventBody[] => {
      const gap = this.answerEnds.get(body);
      if (gap === undefined || (gap !== null) === gitGap) return [body];
      return gap === null ? [] : [{ kind: "line-unrecognised", line: gap + 1, text: "" }];
    });
  }

  /** A kernel of its own for every build of a commit: with another configuration it is another. */
  kernelOf(commit: string): KernelId {
    const built = this.#builds.get(commit) ?? 0;
    this.#builds.set(commit, built + 1);
    return kernelIdOf(commit, built === 0 ? [] : [`build ${built}`]);
  }

  /** The answer of the last test, as git was told it, or as its runs say. */
  answer(verdict: Answer["verdict"] | null): void {
    if (this.test === null) return;
    const { stage, kernel, commit, crashed, clean, missing, at } = this.test;
    this.test = null;
    const [crash, alive] = this.find === "cause" ? ["after", "before"] : ["before", "after"];
    const seen = (crashed > 0 ? crash : clean > 0 ? alive : "untestable") as Answer["verdict"];
    const counts = { crashed, clean, foreign: 0, missing };
    const answer: Answer = { kernel, commit, verdict: verdict ?? seen, ...counts };
    this.answers.set(commit, answer);
    this.bodies.splice(at, 0, { kind: "probe-answered", stage, answers: [answer] });
  }

  /** What counts as the bug: what the commit crashed with on which the bisection began. */
  identify(crashes: readonly CrashSeen[], of: number): void {
    const counts = new Map<string, number>();
    for (const { title } of crashes) counts.set(title, (counts.get(title) ?? 0) + 1);
    const titles = [...counts].toSorted(([, a], [, b]) => b - a).map(([title]) => title);
    const [title] = titles;
    if (title === undefined || this.identified) return;
    this.identified = true;
    const types = [...new Set(crashes.map(({ type }) => type))];
    const kinds = types.map((type) => ({ type, frame: null }));
    this.add({
      kind: "bug-identified",
      title,
      titles,
      kinds,
      stacks: [],
      crashed: crashes.length,
      of,
    });
  }
}
