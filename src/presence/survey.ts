/**
 * What a tree has of the bug by its content: not the cause; the cause and no fix; both. `unknown`: nobody says which
 * commit is the cause.
 */
export type Content = "absent" | "present" | "fixed" | "unknown";

/** What the runs of a tree's kernel say. */
export type Seen = "crashes" | "clean" | "untestable";

/** Trees, what they have, what was seen of them, and which contains which. */
export interface Survey {
  readonly trees: readonly { readonly content: Content; readonly seen: Seen | null }[];
  /** Whether the tree at place `a` is contained in that at `b`, or is the same commit. */
  readonly isIn: (a: number, b: number) => boolean;
  /** The place of the commit that is known to crash: it is asked for only where it is one of the others, too. */
  readonly crashing: number;
}

/** What is known of one tree, and by which others; none: it was seen itself. */
export interface Settled {
  readonly seen: Seen;
  readonly by: readonly number[];
}

/**
 * What is known of each tree, by its own runs or by those of others:
 *
 * - one between two that crash and that have the same content crashes, where that is not the absence of the cause;
 * - one without the cause is clean where one that contains it and has not the cause either is clean;
 * - one with a fix is clean where one that it contains and that has the fix, too, is clean;
 * - one with the cause and without a fix is clean between two such that are clean;
 * - where the cause is not known: before the crashing commit, one is clean that is contained in a clean one; behind
 *   it, one that contains a clean one. A bug comes once and goes once.
 *
 * Null: it must be built.
 */
export function settle(survey: Survey): (Settled | null)[] {
  return survey.trees.map(({ seen }, place) =>
    seen === null ? inferred(survey, place) : { seen, by: [] },
  );
}

/**
 * Places of trees to build next: the outermost first, which tell most of those between; then the middle of what is
 * left on each side of the crashing commit. Empty: all is settled.
 */
export function treesToTest(survey: Survey): number[] {
  const settled = settle(survey);
  const open = survey.trees.flatMap((_, place) => (settled[place] === null ? [place] : []));
  const outermost = open.filter((place) => isOutermost(survey, place, open));
  if (outermost.length > 0) return outermost;
  return partsOf(survey, open).flatMap((part) => part.slice(part.length >> 1).slice(0, 1));
}

/** Trees of the same content on the same side of the crashing commit, the oldest first: of each part one is halved. */
function partsOf(survey: Survey, open: readonly number[]): number[][] {
  const { trees, crashing, isIn } = survey;
  const parts = new Map<string, number[]>();
  const byAge = open.toSorted((a, b) => sizeOf(survey, a) - sizeOf(survey, b) || a - b);
  for (const place of byAge) {
    const side = isIn(place, crashing) ? "before" : isIn(crashing, place) ? "behind" : "beside";
    const key = `${trees[place]?.content} ${side}`;
    parts.set(key, [...(parts.get(key) ?? []), place]);
  }
  return [...parts.values()];
}

function inferred(survey: Survey, place: number): Settled | null {
  const { trees, crashing, isIn } = survey;
  const content = trees[place]?.content;
  const [olderCrash, newerCrash] = around(survey, place, "crashes");
  if (content !== "absent" && olderCrash !== null && newerCrash !== null) {
    return { seen: "crashes", by: [olderCrash, newerCrash] };
  }
  const [older, newer] = around(survey, place, "clean");
  const clean = (...by: (number | null)[]): Settled | null =>
    by.includes(null) ? null : { seen: "clean", by: by.filter((one) => one !== null) };
  switch (content) {
    case "absent":
      return clean(newer);
    case "fixed":
      return clean(older);
    case "present":
      return clean(older, newer);
    default:
      if (newer !== null && isIn(newer, crashing)) return clean(newer);
      return older !== null && isIn(crashing, older) ? clean(older) : null;
  }
}

/** The nearest trees of the same content that were seen so, one that this one contains and one that contains it. */
function around(
  survey: Survey,
  place: number,
  wanted: Seen,
): [older: number | null, newer: number | null] {
  const { trees, isIn } = survey;
  const alike = trees.flatMap(({ content, seen }, other) =>
    seen === wanted && content === trees[place]?.content ? [other] : [],
  );
  const byAge = alike.toSorted((a, b) => sizeOf(survey, a) - sizeOf(survey, b));
  return [
    byAge.findLast((other) => isIn(other, place)) ?? null,
    byAge.find((other) => isIn(place, other)) ?? null,
  ];
}

/** Nothing was seen yet beyond it, on a side of which something is to be known. */
function isOutermost(survey: Survey, place: number, open: readonly number[]): boolean {
  const content = survey.trees[place]?.content;
  const sides = { absent: ["newer"], fixed: ["older"], present: both, unknown: both }[
    content ?? "unknown"
  ];
  return sides.some((side) => isLast(survey, place, side === "newer", open));
}

const both = ["newer", "older"];

/** No tree of the same content lies further to that side: none to be built, and none that was seen. */
function isLast(
  { trees, isIn }: Survey,
  place: number,
  newer: boolean,
  open: readonly number[],
): boolean {
  return trees.every(({ content, seen }, other) => {
    if (other === place || content !== trees[place]?.content) return true;
    const beyond = newer ? isIn(place, other) : isIn(other, place);
    if (!beyond) return true;
    if (seen === "crashes" || seen === "clean") return false;
    // Two names of one commit: the first is built.
    const same = newer ? isIn(other, place) : isIn(place, other);
    return !open.includes(other) || (same && other > place);
  });
}

function sizeOf({ trees, isIn }: Survey, place: number): number {
  return trees.filter((_, other) => isIn(other, place)).length;
}
