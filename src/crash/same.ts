import type { CrashSeen, EventOf } from "../event/event.ts";
import { expectedCrashes, isExpected } from "./expected.ts";
import { unknownFrame } from "./title.ts";

/** What counts as a crash of the bug that is bisected: the facts of `bug-identified`. */
export type BugIdentity = Omit<EventOf<"bug-identified">, "kind">;

/** What a crash blames, and of what. */
type Blame = BugIdentity["kinds"][number];

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
 * title that was seen in two runs or more, whose crash blames the same function, or that shares a coarser
 * title with it: one bug rarely shows one title only, and in 89 % of later crashes of a bug the title was
 * already among those of the crashing commit, while a third of them have not the bug's own (2,305 syzbot
 * logs). A title that one run of many showed, in another function, may be an accident and does not count.
 * How well it does: docs/same-bug.md.
 */
export function identifyBug(runs: readonly (readonly CrashSeen[])[]): BugIdentity | null {
  const crashed = runs.map(expectedCrashes).filter((crashes) => crashes.length > 0);
  const own = mostFrequent(crashed.map(([first]) => first as CrashSeen));
  if (own === null) return null;

  const isOwn = (crash: CrashSeen) =>
    isExpected(crash) === true ||
    meet(titlesOf(own), titlesOf(crash)) ||
    sameFunction(own, crash) ||
    runsShowing(crashed, crash.title) >= repeated;
  const counted = [own, ...crashed.flat().filter(isOwn)];
  return {
    title: own.title,
    ...likeness(counted),
    ...coarserTitles(counted),
    crashed: crashed.filter((crashes) => crashes.some(isOwn)).length,
    of: runs.length,
  };
}

/** What crashes of one bug look like: titles, types with functions, and stacks, each once. */
export function likeness(
  crashes: readonly CrashSeen[],
): Pick<BugIdentity, "titles" | "kinds" | "stacks"> {
  return {
    titles: unique(crashes.map(({ title }) => title)),
    kinds: uniqueBy(crashes.map(({ type, frame }) => ({ type, frame }))),
    stacks: uniqueBy(crashes.map(({ stack }) => stack)).filter(({ length }) => length > 0),
  };
}

/**
 * Whether `crash` is one of the bug: its title or a coarser one of it is one of the bug's; else it blames
 * the same function, and both are hangs or neither is; else it is of a type of the bug's and three of the
 * eight innermost functions of its stack are those of a crash of the bug, in the same order. Otherwise it
 * is `foreign`: another bug that was met.
 */
export function compareCrash(identity: BugIdentity, crash: CrashSeen): "same" | "foreign" {
  const expected = isExpected(crash);
  if (expected !== null) return expected ? "same" : "foreign";
  if (meet([...identity.titles, ...(identity.altTitles ?? [])], titlesOf(crash))) return "same";
  if (identity.kinds.some((kind) => sameFunction(kind, crash))) return "same";
  const kindred = identity.kinds.some(({ type }) => type === crash.type);
  if (kindred && identity.stacks.some((stack) => alike(stack, crash.stack))) {
    return "same";
  }
  return "foreign";
}

function titlesOf({ title, altTitles = [] }: CrashSeen): readonly string[] {
  return [title, ...altTitles];
}

/** Absent where there are none, as in journals that were written before crashes had any. */
function coarserTitles(crashes: readonly CrashSeen[]): { altTitles?: string[] } {
  const altTitles = unique(crashes.flatMap((crash) => crash.altTitles ?? []));
  return altTitles.length === 0 ? {} : { altTitles };
}

function meet(one: readonly string[], other: readonly string[]): boolean {
  return one.some((title) => other.includes(title));
}

/**
 * Whether two crashes blame one function. A hang blames where a task waits for others, which is another
 * claim than that of a crash. Underscores in front are how kernels name the inner half of a function, and
 * what the blame moves to when a compiler inlines it.
 */
function sameFunction(one: Blame, other: Blame): boolean {
  if (one.frame === null || other.frame === null || one.frame === unknownFrame) return false;
  if ((one.type === "HANG") !== (other.type === "HANG")) return false;
  return one.frame.replace(/^_+/, "") === other.frame.replace(/^_+/, "");
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
