import type { LogDialect } from "../event/index.ts";

/** What a dialect has its own way of saying. */
export interface Dialect {
  readonly name: LogDialect;
  /** `testing commit H with COMPILER`, `testing commit H`, or `testing commit H gcc`. */
  readonly commitLine: "with" | "alone" | "family";
  /** Whether kernels have signatures. */
  readonly signatures: boolean;
  /** Whether what git says is followed by an empty line. */
  readonly gitGap: boolean;
  /** Whom to tell: one list, or two. */
  readonly recipients: "cc" | "to-cc";
  readonly verb: "searching" | "bisecting";
  /** What one run is called, and what a crash in it. */
  readonly run: "try" | "run";
  /** Whether it begins with who begins, and when. */
  readonly beginning: boolean;
  /** Whether it says that it makes sure of the original commit first. */
  readonly reproducing: boolean;
  /** Whether each test that crashed has a sentence about the crash that stands for all. */
  readonly representative: boolean;
  /** How a failed build is told: as it was printed, or also as a sentence. */
  readonly buildFailure: "excerpt" | "sentence";
  readonly oldest: string;
  readonly unfixed: string;
}

const first: Dialect = {
  name: "2018-05",
  commitLine: "with",
  signatures: false,
  gitGap: false,
  recipients: "cc",
  verb: "searching",
  run: "try",
  beginning: false,
  reproducing: false,
  representative: false,
  buildFailure: "excerpt",
  oldest: "the crash already happened on the oldest tested release",
  unfixed: "the crash is still unfixed",
};

/** Oldest first; each says what it changes of the one before it. */
const all: readonly Dialect[] = chain(first, [
  {
    name: "2019-03",
    verb: "bisecting",
    run: "run",
    unfixed: "the crash still happens on HEAD",
  },
  { name: "2019-11", signatures: true },
  // Both signatures at the end, in place of one after each test.
  { name: "2020-04" },
  { name: "2020-07", recipients: "to-cc" },
  { name: "2020-12", gitGap: true },
  { name: "2021-07", commitLine: "alone" },
  { name: "2022-07", beginning: true },
  { name: "2022-08", commitLine: "family" },
  { name: "2022-09", reproducing: true },
  {
    name: "2026-01",
    representative: true,
    buildFailure: "sentence",
    oldest: "oldest tested release already had the bug or it had kernel test errors",
    unfixed: "crash still not fixed or there were kernel test errors",
  },
]);

/** The dialect of this name. */
export function dialectOf(name: LogDialect): Dialect {
  return all.find((dialect) => dialect.name === name) ?? first;
}

/** What was seen of a log, as far as it tells dialects apart. */
export type Traits = Partial<Omit<Dialect, "name">>;

/**
 * The dialect that contradicts `seen` least; of several the newest, which says most. `rejects` says
 * whether a dialect is contradicted by something else that was seen, and how often.
 */
export function dialectWith(seen: Traits, rejects: (dialect: LogDialect) => number): Dialect {
  const keys = Object.keys(seen) as (keyof Traits)[];
  const scored = all.map((dialect) => {
    const wrong = keys.filter((key) => dialect[key] !== seen[key]).length;
    return { dialect, wrong: wrong + rejects(dialect.name) };
  });
  return scored.reduce((best, one) => (one.wrong <= best.wrong ? one : best)).dialect;
}

function chain(start: Dialect, changes: readonly Partial<Dialect>[]): Dialect[] {
  const dialects = [start];
  for (const change of changes) dialects.push({ ...(dialects.at(-1) ?? start), ...change });
  return dialects;
}
