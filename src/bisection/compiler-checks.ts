import type { EventOf } from "../event/index.ts";
import { shortHash } from "../event/short-hash.ts";
import { kernelIdAt } from "./standing-kernel.ts";
import { type BisectionState, startOf } from "./state.ts";
import { wordsOf } from "./words-of.ts";

/**
 * Whether the parent is clean in a kernel of a compiler that shows the bug at all; null where both were built
 * by the same one, or which one is not known.
 *
 * With two compilers the culprit and its parent differ in more than the commit: undefined behaviour, the
 * layout of a structure, what a sanitizer instruments. Clean runs of the parent are believed where the bug
 * was seen in any kernel of its compiler: then that one can show it, and does not in the parent.
 */
export function checkCompilers(
  state: BisectionState,
  culprit: string,
  parent: string,
): EventOf<"checked"> | null {
  const [ours, theirs] = [culprit, parent].map((commit) =>
    compilerOf(state, kernelIdAt(state, commit)),
  );
  if (ours == null || theirs == null || ours === theirs) return null;
  // Of a fix, it is the culprit that must be clean.
  const ofClean = startOf(state).find === "fix" ? ours : theirs;
  const seen = [...state.answers.values()].find(
    ({ crashed, kernel }) => crashed > 0 && compilerOf(state, kernel) === ofClean,
  );
  const made = { kind: "checked", check: "compilers-agree", parent, crashed: 0, of: 0 } as const;
  if (seen !== undefined) {
    const why = `${theirs} built the parent and ${ours} the culprit; ${ofClean} shows the bug in ${shortHash(seen.commit)}`;
    return { ...made, result: "passed", why };
  }
  const why = `${theirs} built the parent and ${ours} the culprit, and no kernel of ${ofClean} was seen to ${wordsOf(state).show}: it may be the compiler that makes the difference`;
  return { ...made, result: "failed", why };
}

function compilerOf(state: BisectionState, kernel: string): string | null {
  return state.kernels.get(kernel)?.built?.toolchain ?? null;
}
