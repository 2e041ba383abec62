import type { BisectionState } from "./state.ts";

/** Functions of a crash that are looked for: the one that crashes, and those that called it. */
const most = 4;

/**
 * The functions that tell whether a run came to where the bug crashes, innermost first: those of the first
 * crash that counts as the bug, generic ones left out. None before the bug is known.
 */
export function functionsOfBug({ bug }: BisectionState): readonly string[] {
  if (bug === null) return [];
  const frame = bug.kinds[0]?.frame ?? null;
  const stack = bug.stacks[0] ?? [];
  // What a report blames may lie deeper in its stack than what was executing.
  const from = frame === null ? 0 : Math.max(0, stack.indexOf(frame));
  const functions = [...(frame === null ? [] : [frame]), ...stack.slice(from)];
  return [...new Set(functions)].slice(0, most);
}
