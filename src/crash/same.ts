import type { CrashSeen, EventOf } from "../event/event.ts";
import { expectedCrashes, isExpected } from "./expected.ts";

/** What counts as a crash of the bug that is bisected: the facts of `bug-identified`. */
export type BugIdentity = Omit<EventOf<"bug-identified">, "kind">;

/** Runs that must show a title of another function before it counts as one of the bug's. */
const repeated = 2;
/** Innermost functions of two stacks that are compared, and how many of them must be the same, in order. */
const comparedFrames = 8;
const sharedFrames = 3;

/**
 * What the runs of the crashing commit say the bug is, or null where none of them crashed.
 *
 * `runs`: the crashes of each run, in the order in which they were printed. The bug's own crash is the
 * one that most runs begin with (the first such where several tie). Its title counts, and so does every
 * title that was seen in two runs or more, or whose crash blames the same function: one bug rarely
 * shows one title only, and in 89 % of later crashes of a bug the title was already among those of the
 * crashing commit, while a third of them have not the bug's own (2,305 syzbot logs). A title that one
 * run of many showed, in another function, may be an accident and does not count.
 */
export function identifyBug(runs: readonly (readonly CrashSeen[])[]): BugIdentity | null {
  const crashed = runs.map(expectedCrashes).filter((crashes) => crashes.length > 0);
  const own = mostFrequent(crashed.map(([first]) => first as CrashSeen));
  if (own === null) return null;

  const isOwn = (crash: CrashSeen) =>
    isExpected(crash) === true ||
    crash.title === own.title ||
    (own.frame !== null && crash.frame === own.frame) ||
    runsShowing(crashed, crash.title) >= repeated;
  const counted = crashed.flat().filter(isOwn);
  return {
    title: own.title,
    titles: unique([own, ...counted].map(({ title }) => title)),
    kinds: uniqueBy([own, ...counted].map(({ type, frame }) => ({ type, frame }))),
    stacks: uniqueBy([own, ...counted].map(({ stack }) => stack)).filter(
      ({ length }) => length > 0,
    ),
    crashed: crashed.filter((crashes) => crashes.some(isOwn)).length,
    of: runs.length,
  };
}

/**
 * Whether `crash` is one of the bug: its title is one of the bug's; else its type and function are;
 * else it is of a type of the bug's and three of the eight innermost functions of its stack are those
 * of a crash of the bug, in the same order. Otherwise it is `foreign`: another bug that was met.
 */
export function compareCrash(identity: BugIdentity, crash: CrashSeen): "same" | "foreign" {
  const expected = isExpected(crash);
  if (expected !== null) return expected ? "same" : "foreign";
  if (identity.titles.includes(crash.title)) return "same";
  const kindred = identity.kinds.filter(({ type }) => type === crash.type);
  if (crash.frame !== null && kindred.some(({ frame }) => frame === crash.frame)) return "same";
  if (kindred.length > 0 && identity.stacks.some((stack) => alike(stack, crash.stack))) {
    return "same";
  }
  return "foreign";
}

function mostFrequent(crashes: readonly CrashSeen[]): CrashSeen | null {
  const counts = new Map<string, number>();
  for (const { title } of crashes) counts.set(title, (counts.get(title) ?? 0) + 1);
  let best: CrashSeen | null = null;
  for (const crash of crashes) {
    if (best === null || count(counts, crash) > count(counts, best)) best = crash;
  }
  return best;
}

function count(counts: ReadonlyMap<string, number>, crash: CrashSeen): number {
  return counts.get(crash.title) ?? 0;
}

function runsShowing(runs: readonly (readonly CrashSeen[])[], title: string): number {
  return runs.filter((crashes) => crashes.some((crash) => crash.title === title)).length;
}

/** Whether the innermost functions of two stacks have enough in common, in the same order. */
function alike(one: readonly string[], other: readonly string[]): boolean {
  const a = one.slice(0, comparedFrames);
  const b = other.slice(0, comparedFrames);
  const needed = Math.min(sharedFrames, a.length, b.length);
  return needed >= sharedFrames && commonSubsequence(a, b) >= needed;
}

function commonSubsequence(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const name of a) {
    const next = [0];
    for (let j = 0; j < b.length; j++) {
      const longest = Math.max(next[j] ?? 0, row[j + 1] ?? 0);
      next.push(name === b[j] ? Math.max(longest, (row[j] ?? 0) + 1) : longest);
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}

/** `values` without those whose JSON came before. */
function uniqueBy<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value] as const)).values()];
}
