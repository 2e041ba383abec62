import { type Answer, found, likeliestOf, open, test, wait } from "./answer.ts";
import { besides, type Choice } from "./choose.ts";
import { explore, exploreMeanwhile } from "./explore.ts";
import { finish, nearlyFound, testMissing } from "./finish.ts";
import { nodeOf, parentsOf } from "./lattice.ts";
import type { Question } from "./question.ts";
import { sayOpen } from "./say.ts";
import { type Search, searchOf, standingOfBest } from "./search.ts";
import { startOf } from "./start.ts";
import { tooMuch } from "./too-much.ts";

/**
 * A commit that is less likely to be testable is not built for the checks alone, unless these are all that
 * is missing of a commit that is likely enough.
 */
const leastTestable = 0.05;
/** Containing the culprit with a probability beyond these, a commit under test is not awaited any more. */
const [leastAwaited, mostAwaited] = [0.02, 0.98];

/**
 * The next step of the adaptive search. Pure: no clock, no randomness; the same question gives the same
 * answer, in whatever order the observations come. O(n) a test and untestable commit, plus O(n log n) at
 * an open end.
 *
 * reproduce → believe → confirm the likeliest suspect when it is likely enough → else the test that says
 * most a minute → an open end.
 */
export function decide(given: Question): Answer {
  const { question, ...search } = searchOf(given);
  const unwanted = unwantedOf(question, search);
  const pending = question.pending.filter((commit) => !unwanted.includes(commit));
  const awaited = new Set(pending.map((commit) => nodeOf(search.lattice, commit)));
  const outlook = { ...search.outlook, pending: awaited };
  return answer({ ...search, outlook, question: { ...question, pending }, unwanted });
}

/**
 * Commits under test that say nothing any more: since they were chosen, others were answered. What the
 * checks of the likeliest suspect need is awaited all the same.
 */
function unwantedOf(
  question: Question,
  { lattice, belief }: Omit<Search, "question" | "unwanted">,
): readonly number[] {
  if (startOf(question).kind === "look") return [];
  const needed = new Set([belief.best, ...parentsOf(lattice, belief.best)]);
  return question.pending.filter((commit) => {
    const node = nodeOf(lattice, commit);
    const mass = belief.mass[node] as number;
    return !needed.has(node) && (mass < leastAwaited || mass > mostAwaited);
  });
}

function answer(search: Search): Answer {
  return (
    reproduce(search) ?? finish(search) ?? tooMuch(search) ?? explore(search) ?? settle(search)
  );
}

/** The crash must be seen where it was reported before anything else; other builds begin meanwhile. */
function reproduce(search: Search): Answer | null {
  const { question, lattice, outlook } = search;
  const start = startOf(question);
  switch (start.kind) {
    case "seen":
      return null;
    case "never":
      return { kind: "not-reproduced", why: start.why };
    case "look": {
      if (question.pending.includes(start.commit)) {
        // A bug that was looked for and not seen may never be.
        return isUnseen(question, start.commit) ? wait(search) : exploreMeanwhile(search);
      }
      const node = nodeOf(lattice, start.commit);
      const first: Choice = { node, runs: start.runs, bits: 0, bitsPerMinute: 0 };
      const isFirst = question.observations.length === 0;
      const all = isFirst ? besides(outlook, [first], question.builders) : [first];
      return test(search, all, start.why);
    }
    default:
      return start satisfies never;
  }
}

function isUnseen({ observations }: Question, commit: number): boolean {
  const seen = observations.find((one) => one.commit === commit);
  return seen !== undefined && seen.crashed === 0;
}

/**
 * Nothing says much any more: the checks of the likeliest suspect may still be made; where they are, and
 * it is likely, it is named with the confidence that there is. Else it stays open.
 */
function settle(search: Search): Answer {
  if (search.question.pending.length > 0) return wait(search);
  const standing = standingOfBest(search);
  const isLikely = (search.belief.weight[search.belief.best] as number) >= nearlyFound;
  if (standing.kind === "missing") {
    const able = standing.wanted.every(
      ({ node }) => (search.outlook.testable[node] as number) >= leastTestable,
    );
    if (able || isLikely) return testMissing(search, standing.wanted);
  }
  if (standing.kind === "confirmed" && isLikely) return found(search);
  return open(search, sayOpen(standing));
}

/** The smallest set that has the culprit with 99 %, the likeliest first, with the odds of each. */
export function likeliest(question: Question): ReturnType<typeof likeliestOf> {
  return likeliestOf(searchOf(question));
}
