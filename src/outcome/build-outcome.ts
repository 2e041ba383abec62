import { RE2JS } from "re2js";
import type { CrashSeen, Expectation, RunOutcome } from "../event/index.ts";

/** How a build ended, as far as it is looked at here. */
type Ended =
  | { readonly kind: "built" }
  | {
      readonly kind: "failed";
      readonly stage: "patch" | "config" | "build";
      /** Lines of what it said. */
      readonly excerpt: readonly string[];
    };

/**
 * What a build says where a failing one is searched for: one build is the run. A build that fails otherwise than
 * `message` says is not this failure, and hides whether it is there; a patch that does not apply says nothing.
 */
export function judgeBuild(
  { message }: Extract<Expectation, { kind: "build-fails" }>,
  ended: Ended,
): { readonly outcome: RunOutcome; readonly crashes: readonly CrashSeen[] } {
  if (ended.kind === "built") return { outcome: "clean", crashes: [] };
  if (ended.stage === "patch") return { outcome: "untestable", crashes: [] };
  const wanted = message === null ? null : RE2JS.compile(message);
  const said = ended.excerpt.find((line) => wanted?.matcher(line).find() ?? isError(line));
  const expected = wanted === null || said !== undefined;
  const title = `build failed: ${(said ?? ended.excerpt[0] ?? "it does not say why").slice(0, 200)}`;
  return {
    outcome: "crashed",
    crashes: [{ title, type: "BUILD", frame: null, stack: [], expected }],
  };
}

function isError(line: string): boolean {
  return line.includes("error:") || line.includes("undefined reference");
}
