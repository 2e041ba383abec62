import type { EventOf } from "../../event/index.ts";
import type { Dialect } from "../dialect.ts";
import { words } from "../grammar.ts";

/** The line that begins a test, or a build. */
export function commitLine(commit: string, compiler: string, { commitLine }: Dialect): string {
  switch (commitLine) {
    case "alone":
      return `${words.commit}${commit}`;
    case "with":
      return `${words.commit}${commit} with ${compiler}`;
    case "family":
      return `${words.commit}${commit} ${familyOf(compiler)}`;
    default:
      return commitLine satisfies never;
  }
}

/** What is below it: the compiler, then the signature, or why there is none. */
export function buildLines(
  event: EventOf<"kernel-built"> | EventOf<"build-failed">,
  commit: string,
  dialect: Dialect,
): string[] {
  const compiler = event.compiler ?? "";
  // A family alone, or the line before, has no line of its own.
  const named = compiler.includes(" ") && dialect.commitLine !== "with";
  const lines = named ? [`${words.compiler}${compiler}`] : [];
  if (event.kind === "kernel-built") {
    const signed = dialect.signatures && event.signature !== "";
    return [...lines, ...(signed ? [`${words.signature}${event.signature}`] : [])];
  }
  const { excerpt, reason } = event;
  if (dialect.buildFailure === "excerpt") {
    return [...lines, ...excerpt, ...(reason === undefined ? [] : reason.split("\n"))];
  }
  const told = reason === undefined ? excerpt.join("\n") : reason;
  const raw = reason === undefined ? [] : excerpt;
  return [...lines, ...raw, `failed building ${commit}: ${told}`];
}

/** All that this dialect says of a compiler. */
function familyOf(compiler: string): string {
  if (/^\S+$/.test(compiler)) return compiler;
  return compiler.includes("clang") ? "clang" : "gcc";
}
