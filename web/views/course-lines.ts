import type { BisectionView } from "../../src/view/schema.ts";

type Point = BisectionView["course"][number];

/** A place in a chart, both from 0 to 1; y is 0 at the top. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Whether there is a course to draw: some decisions say nothing of how sure it was, and one makes no line. */
export function isDrawn(course: readonly Point[]): boolean {
  return course.filter(({ best, suspects }) => best !== null || suspects !== null).length > 1;
}

/** How far along each decision was taken, by the time worked: 0 to 1. Without time, by their number. */
export function alongOf(course: readonly Point[]): number[] {
  const first = course[0]?.worked ?? 0;
  const length = (course.at(-1)?.worked ?? 0) - first;
  const last = Math.max(1, course.length - 1);
  return course.map(({ worked }, n) => (length > 0 ? (worked - first) / length : n / last));
}

/** How high a probability is drawn. */
export function heightOf(p: number): number {
  return 1 - Math.min(1, Math.max(0, p));
}

/** How high so many suspects are drawn, by their logarithm: one at the bottom, the most at the top. */
export function suspectsHeight(suspects: number, most: number): number {
  if (most <= 1) return 1;
  return 1 - Math.log(Math.max(1, suspects)) / Math.log(most);
}

/** A line in steps through `places`, for a box of `width` × `height`: each height holds until the next place. Empty: none. */
export function stepPath(places: readonly Place[], width: number, height: number): string {
  const number = (n: number) => Number(n.toFixed(1));
  return places
    .map(({ x, y }, n) => {
      const [px, py] = [number(x * width), number(y * height)];
      return n === 0 ? `M${px} ${py}` : `H${px}V${py}`;
    })
    .join("");
}
