import type { KernelId } from "../../event/index.ts";
import type { Cursor } from "./cursor.ts";
import type { Draft } from "./draft.ts";
import { isRun, type RunCounts, readRuns } from "./runs.ts";
import { isBoundary, lines, match, textOf } from "./structure.ts";

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
  } else if (excerpt.length > 0) {
    draft.traits.buildFailure ??= "excerpt";
    draft.add({ kind: "build-failed", kernel, excerpt, ...none });
  } else if (compiler !== null) {
    // A log that was cut off, or a test of which nothing more is told: nothing says that it failed.
    draft.add({ kind: "kernel-built", kernel, signature: "", compiler, ...built });
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
