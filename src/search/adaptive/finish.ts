import { type Answer, found, test, wait } from "./answer.ts";
import { believe } from "./belief.ts";
import { posteriorFor } from "./confidence.ts";
import type { Wanted } from "./confirm.ts";
import { evidenceOf } from "./kernels.ts";
import { commitOf, nodeOf, parentsOf } from "./lattice.ts";
import { minutesOfBuilds, minutesOfRuns } from "./minutes.ts";
import { percent } from "./say.ts";
import { roomIn, type Search, standingOfBest } from "./search.ts";

/** From here on the last runs are looked for that may be missing. */
export const nearlyFound = 0.9;
const lastRunSteps = [2, 4, 7, 10, 20] as const;

/** The likeliest suspect is likely enough, or a few runs away from it: it is found, or what is missing is tested. */
export function finish(search: Search): Answer | null {
  const { question, belief } = search;
  const posterior = belief.weight[belief.best] as number;
  const goal = posteriorFor(question.confidence);
  if (posterior < Math.min(goal, nearlyFound)) return null;
  const standing = standingOfBest(search);
  switch (standing.kind) {
    case "confirmed":
      return posterior < goal ? lastRuns(search, goal) : found(search);
    case "missing":
      return posterior < goal ? null : testMissing(search, standing.wanted);
    case "untestable":
    case "contradicted":
      return null;
    default:
      return standing satisfies never;
  }
}

/**
 * More runs of what must be clean, the likeliest suspect's parents or the fix itself, where these alone, if they
 * stay clean, make it likely enough: that costs minutes where a build of another commit would say more, and cost
 * more.
 */
function lastRuns(search: Search, goal: number): Answer | null {
  const { question, lattice, belief, outlook } = search;
  const clean =
    question.crashMeans === "after" ? [...parentsOf(lattice, belief.best)] : [belief.best];
  if (clean.some((node) => outlook.pending.has(node))) return wait(search);
  if (outlook.pending.size > 0 && roomIn(question) < clean.length) return null;
  const runs = runsToReach(search, clean, goal);
  if (runs === null) return null;
  const share = percent(belief.weight[belief.best] as number);
  const choices = clean.map((node) => ({ node, runs, bits: 0, bitsPerMinute: 0 }));
  return test(
    search,
    choices,
    `the likeliest commit (${share}) is certain enough if these are as before`,
  );
}

/** The least number of clean runs of `nodes` after which the likeliest node is as likely as `goal`. */
function runsToReach(
  { question, lattice, prior, belief }: Search,
  nodes: readonly number[],
  goal: number,
): number | null {
  const commits = new Set(nodes.map((node) => commitOf(lattice, node)));
  for (const runs of lastRunSteps) {
    const aBuild = minutesOfBuilds(question.costs, 1) + minutesOfRuns(question.costs, 1);
    if (minutesOfRuns(question.costs, runs) * nodes.length > aBuild) return null;
    const observations = question.observations.map((seen) => {
      if (!commits.has(seen.commit)) return seen;
      return { ...seen, clean: seen.clean + runs };
    });
    const evidence = evidenceOf(lattice, observations, question.crashMeans, belief.cases);
    const then = believe(lattice, nodeOf(lattice, question.after), prior, evidence);
    if ((then.weight[belief.best] as number) >= goal) return runs;
  }
  return null;
}

/** What is missing of the likeliest suspect and its parents is tested, as much as there is room for. */
export function testMissing(search: Search, wanted: readonly Wanted[]): Answer {
  const { question, belief, outlook } = search;
  const asked = wanted.filter(({ node }) => !outlook.pending.has(node));
  const next = asked.slice(0, roomIn(question));
  if (next.length === 0) return wait(search);
  const what = next.some(({ node }) => node === belief.best) ? "itself" : "and its parents";
  const share = percent(belief.weight[belief.best] as number);
  const choices = next.map((one) => ({ ...one, bits: 0, bitsPerMinute: 0 }));
  return test(search, choices, `the likeliest commit (${share}) ${what} must be seen`);
}
