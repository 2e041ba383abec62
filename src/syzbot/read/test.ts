import { isDeepStrictEqual } from "node:util";
import { type CrashSeen, type KernelId, runIdOf } from "../../event/index.ts";
import type { Cursor } from "./cursor.ts";
import type { Draft } from "./draft.ts";
import { isBoundary, lines, match, numberOf, textOf } from "./structure.ts";
import { mayGoOn, readVerdict, type Verdict } from "./verdict.ts";

/** Numbers of runs that a log can have; syzkaller makes 20 at most. */
const mostRuns = 64;

/** How many runs `all runs` are: the log does not say, its other tests do. */
export interface RunCounts {
  readonly ofFirst: number;
  readonly ofOthers: number;
}

/** The run counts of a log, from the tests whose runs it lists. */
export function runCountsOf(all: readonly string[]): RunCounts {
  let test = -1;
  let ofFirst = 0;
  let ofOthers = 0;
  for (const line of all) {
    if (line.startsWith("testing commit ")) test++;
    if (!line.startsWith("run #") && !line.startsWith("try #")) continue;
    const count = numberOf(match(lines.run, line) ?? match(lines.try, line) ?? {}, "run") + 1;
    if (count > mostRuns) continue;
    if (test <= 0) ofFirst = Math.max(ofFirst, count);
    else ofOthers = Math.max(ofOthers, count);
  }
  // Ten machines, and twice as many for the commit that everything rests on; so since 2019.
  ofOthers ||= 10;
  return { ofFirst: ofFirst || Math.max(ofOthers, 20), ofOthers };
}

/** True, with the draft one line on, where the next line begins a test. */
export function readTest(
  cursor: Cursor,
  draft: Draft,
  counts: RunCounts,
  parent: boolean,
): boolean {
  const begun = readBeginning(cursor, draft);
  if (begun === null) return false;
  const { commit, kernel } = begun;
  draft.answer(null);
  draft.traits.reproducing ??= false;
  const choice = draft.bodies.length;
  const stage = draft.stage;
  draft.add({ kind: "build-started", kernel, commit, ...named(begun.compiler) });
  readBuild(cursor, draft, kernel, commit, begun.compiler);
  const all = stage === "reproduce" ? counts.ofFirst : counts.ofOthers;
  const runs = readRuns(cursor, draft, kernel, all);
  if (parent) return true;
  draft.bodies.splice(choice, 0, {
    kind: "probe-chosen",
    stage,
    probes: [{ kernel, commit, runs: runs.length }],
    label: draft.label,
    why: "",
    left: draft.left,
  });
  const crashes = runs.flatMap((run) => run.crashes);
  if (crashes.length > 0) {
    draft.traits.representative ??= cursor.peek()?.startsWith("representative crash: ") ?? false;
  }
  const clean = runs.filter(({ outcome }) => outcome === "clean").length;
  const missing = runs.length - clean - crashes.length;
  const at = draft.bodies.length;
  draft.test = { stage, kernel, commit, at, crashed: crashes.length, clean, missing };
  draft.lastCommit = commit;
  draft.left = null;
  draft.label = null;
  if (stage === "reproduce") {
    draft.answer(null);
    draft.identify(crashes, crashes.length + clean);
  }
  return true;
}

/**
 * True, with the draft one line on, where the next line tells of a commit that could not even be
 * checked out: its test has no beginning.
 */
export function readFailedBuild(cursor: Cursor, draft: Draft): boolean {
  const facts = match(lines.buildFailed, cursor.peek());
  if (facts === null) return false;
  cursor.take();
  draft.answer(null);
  const commit = textOf(facts, "commit");
  const kernel = draft.kernelOf(commit);
  const { stage, label, left } = draft;
  const probes = [{ kernel, commit, runs: 0 }];
  const reason = [textOf(facts, "why"), ...cursor.takeUntil(isBoundary)].join("\n");
  const none = { stage: "build", excerpt: [], compiler: null, seconds: 0 } as const;
  draft.add({ kind: "probe-chosen", stage, probes, label, why: "", left });
  draft.add({ kind: "build-failed", kernel, ...none, excerpt: [], reason });
  const at = draft.bodies.length;
  draft.test = { stage, kernel, commit, at, crashed: 0, clean: 0, missing: 0 };
  draft.traits.buildFailure = "sentence";
  return true;
}

interface Beginning {
  readonly commit: string;
  readonly kernel: KernelId;
  readonly compiler: string | null;
}

function readBeginning(cursor: Cursor, draft: Draft): Beginning | null {
  const line = cursor.peek();
  const forms = [
    ["with", lines.commitWith],
    ["family", lines.commitFamily],
    ["alone", lines.commitAlone],
  ] as const;
  for (const [style, form] of forms) {
    const facts = match(form, line);
    if (facts === null) continue;
    cursor.take();
    draft.traits.commitLine = style;
    const commit = textOf(facts, "commit");
    const compiler = style === "alone" ? null : textOf(facts, "compiler");
    return { commit, kernel: draft.kernelOf(commit), compiler };
  }
  return null;
}

function named(compiler: string | null): { compiler?: string } {
  return compiler === null ? {} : { compiler };
}

/** The compiler, the signature, or what the build said before it failed. */
function readBuild(
  cursor: Cursor,
  draft: Draft,
  kernel: KernelId,
  commit: string,
  first: string | null,
): void {
  const compiler = readCompiler(cursor);
  const signatureLine = match(lines.signature, cursor.peek());
  const signature = textOf(signatureLine ?? {}, "signature");
  if (signatureLine !== null && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(signature)) {
    cursor.take();
    draft.traits.signatures = true;
    const id = compiler ?? first ?? "";
    draft.add({ kind: "kernel-built", kernel, signature, compiler: id, ...built });
    return;
  }
  const none = { stage: "build", compiler, seconds: 0 } as const;
  const next = cursor.peek();
  if (next === null || isRun(next) || next.startsWith("failed: ")) {
    const id = compiler ?? first ?? "";
    draft.add({ kind: "kernel-built", kernel, signature: "", compiler: id, ...built });
    return;
  }
  const excerpt = cursor.takeUntil(isBoundary);
  const sentence = match(lines.buildFailed, cursor.peek());
  if (sentence !== null && textOf(sentence, "commit") === commit) {
    cursor.take();
    draft.traits.buildFailure = "sentence";
    const reason = [textOf(sentence, "why"), ...cursor.takeUntil(isBoundary)].join("\n");
    draft.add({ kind: "build-failed", kernel, excerpt, reason, ...none });
  } else if (excerpt.length > 0 || compiler !== null) {
    draft.traits.buildFailure ??= "excerpt";
    draft.add({ kind: "build-failed", kernel, excerpt, ...none });
  }
}

/** The compiler's own words for itself; one word alone is no compiler's. */
function readCompiler(cursor: Cursor): string | null {
  const compiler = textOf(match(lines.compiler, cursor.peek()) ?? {}, "compiler");
  if (!compiler.includes(" ")) return null;
  cursor.take();
  return compiler;
}

const built = { dropped: [], seconds: 0, cached: false };

function isRun(line: string): boolean {
  return [lines.allRuns, lines.run, lines.try].some((form) => match(form, line) !== null);
}

/** The runs, added to the draft one by one. */
function readRuns(cursor: Cursor, draft: Draft, kernel: KernelId, all: number): Verdict[] {
  const from = draft.bodies.length;
  const runs = readRunLines(cursor, draft, kernel, all);
  const listed = draft.bodies.slice(from).filter((body) => body.kind === "run-finished");
  const [first] = runs;
  const alike = runs.every((run) => isDeepStrictEqual(run, first));
  for (const run of listed) if (!alike || run.listed !== true) delete run.listed;
  return runs;
}

function readRunLines(cursor: Cursor, draft: Draft, kernel: KernelId, all: number): Verdict[] {
  const runs: Verdict[] = [];
  for (let line = cursor.peek(); line !== null; line = cursor.peek()) {
    const together = match(lines.allRuns, line);
    const facts = together ?? match(lines.run, line) ?? match(lines.try, line);
    if (facts === null) return runs;
    if (line.startsWith("try ")) draft.traits.run = "try";
    const at = cursor.at;
    cursor.take();
    const first = textOf(facts, "verdict");
    const text = mayGoOn(first) ? [first, ...cursor.takeUntil(isBoundary)].join("\n") : first;
    const verdict = readVerdict(text);
    const number = together === null ? numberOf(facts, "run") : 0;
    if (verdict === null || number >= mostRuns) {
      for (const [n, part] of [line, ...text.split("\n").slice(1)].entries()) {
        draft.unrecognised(at + n, part);
      }
      continue;
    }
    for (let n = 0; n < (together === null ? 1 : all); n++) {
      addRun(draft, kernel, number + n, together === null ? { ...verdict, listed: true } : verdict);
      runs.push(verdict);
    }
  }
  return runs;
}

function addRun(
  draft: Draft,
  kernel: KernelId,
  number: number,
  verdict: Verdict & { readonly listed?: true },
): void {
  const run = runIdOf(kernel, number);
  draft.add({ kind: "run-finished", run, kernel, ...verdict, seconds: 0, console: "" });
  const crash: CrashSeen | undefined = verdict.crashes[0];
  if (crash !== undefined) draft.crash = { run, title: crash.title };
}
