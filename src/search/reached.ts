import type { ReachedFunctions } from "../event/index.ts";

/** Runs that could tell, counted by whether the crashing function was reached. */
export interface ReachCounts {
  readonly yes: number;
  readonly no: number;
}

/**
 * Whether a clean run reached the crashing function; null where it is not known.
 *
 * The crashing function is the innermost of those asked. Where this kernel has it nowhere to be watched,
 * the next one outside of it speaks: if that was not executed nothing that it calls was, and if it was, nothing
 * is known.
 */
export function gotThere(reached: ReachedFunctions | undefined): boolean | null {
  if (reached === undefined) return null;
  const { asked, absent, hit } = reached;
  const innermost = asked[0] as string;
  if (hit.includes(innermost)) return true;
  const watched = asked.find((name) => !absent.includes(name));
  if (watched === undefined || hit.includes(watched)) return null;
  return false;
}

/** The clean ones of `runs`, counted. */
export function reachCounts(
  runs: readonly { readonly outcome: string; readonly reached?: ReachedFunctions | undefined }[],
): ReachCounts {
  const told = runs.flatMap(({ outcome, reached }) =>
    outcome === "clean" ? [gotThere(reached)] : [],
  );
  return {
    yes: told.filter((got) => got === true).length,
    no: told.filter((got) => got === false).length,
  };
}
