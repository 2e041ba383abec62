import type { CommitGraph } from "../history/graph.ts";
import type { RepairWish } from "../search/policy.ts";
import { nextTrial, type Trial } from "../search/repair/next-trial.ts";
import type { Bench } from "./bench.ts";
import type { Bug, Stretch } from "./bug.ts";

/** As bisections have it. */
const mostFixes = 3;
export const mostRepairs = 4;

/**
 * Searches for what mended a commit as a bisection does, with at most `builds` kernels, and uses what it finds.
 * Whether a fix is doubtful is known here: it brings the bug with it, which two kernels show. Whether it found
 * one.
 */
export function repair(
  graph: CommitGraph,
  bench: Bench,
  bug: Bug,
  { commit, how }: RepairWish,
  builds: number,
): boolean {
  const most = bench.builds + builds;
  for (let found = 0; found < mostFixes; found++) {
    const fix = findFix(graph, bench, { commit, how }, most);
    if (fix === null) return found > 0;
    if (fix === bug.culprit) {
      bench.builds += 2;
      return false;
    }
    bench.mend(fix);
    const applies = bug.stretches.some(
      (stretch) => stretch.fix === fix && commit >= stretch.appliesFrom,
    );
    if (!applies || bench.look(commit) !== how) return true;
  }
  return true;
}

function findFix(
  graph: CommitGraph,
  bench: Bench,
  { commit, how }: Pick<RepairWish, "commit" | "how">,
  most: number,
): number | null {
  for (;;) {
    const trials = new Map<number, Trial>();
    for (const [at, broken] of bench.looked) if (at >= 0) trials.set(at, trialOf(broken, how));
    const next = nextTrial(graph, commit, trials);
    if (next.kind === "fix") return next.commit;
    if (next.kind === "none" || bench.builds >= most) return null;
    bench.look(next.commit);
  }
}

function trialOf(broken: Stretch["how"] | null, how: RepairWish["how"]): Trial {
  if (broken === null || (how === "build" && broken === "boot")) return "works";
  return broken === how ? "broken" : "unknown";
}
