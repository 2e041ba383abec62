import type { Classes } from "./classes.ts";
import type { Evidence } from "./kernels.ts";

/*
 * Why a reproducer never comes to the crashing function on some commits, though these have it. Either that is
 * what the culprit changed: before it, nothing calls the function so. Or another commit did, the opener, which
 * has nothing to do with the bug: before it the bug may be there and cannot show. In the first case the clean
 * runs of these commits say what clean runs always say; in the second they say nothing.
 *
 * How the two compare depends on where the opener would have to be: among the commits that all kernels contain
 * which came there, and that none contains which never did. It may be any commit, whatever the prior says of
 * culprits. So as the search closes in on the place where the reproducer begins to come there, an opener
 * becomes ever less likely than a culprit that a report points at; and stays as likely as one that nothing
 * points at.
 */

/**
 * How much likelier an opener is than a culprit that opens the way, before it is known where. A third of 1,070
 * real bisections ended at older commits on which the bug was and did not show; how many culprits open the
 * way to a function that was there before is not known: as many.
 */
const openersPerCulprit = 1;

/**
 * The logarithm of how likely an opener is, and with it that runs which never came to the crashing function say
 * nothing, against their saying what clean runs say; -∞ where no runs are known to be such, or no commit can
 * be the opener. `classes`: of all tested nodes of `evidence`.
 */
export function obstacleOf({ classOf, containedBy, tested }: Classes, evidence: Evidence): number {
  const never = evidence.kernels.filter(({ gets }) => gets === "never");
  if (never.length === 0) return -Infinity;
  const places = new Map(tested.map((node, place) => [node, place]));
  const placesOf = (gets: "there" | "never") =>
    evidence.kernels
      .filter((kernel) => kernel.gets === gets)
      .flatMap(({ nodes }) => nodes.map((node) => places.get(node) as number));
  const [there, notThere] = [placesOf("there"), placesOf("never")];
  const fits = containedBy.map(
    (containing) =>
      there.every((place) => containing.has(place)) &&
      !notThere.some((place) => containing.has(place)),
  );
  let [openers, all] = [0, 0];
  for (const g of classOf) {
    if (g < 0) continue;
    all += 1;
    if (fits[g]) openers += 1;
  }
  return Math.log((openersPerCulprit * openers) / all);
}
