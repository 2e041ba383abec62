import { type Age, isBefore, type ReleaseNumber } from "./age.ts";
import type { Compiler, CompilerFamily, CompilerVersion } from "./compiler.ts";

/** A release, and the versions of a compiler that are known to build kernels before it. */
interface CutOff {
  readonly before: ReleaseNumber;
  readonly newest: CompilerVersion;
}

/**
 * The newest compilers that are known to build old kernels, oldest release first: what syzbot uses. Newer
 * ones trip over code that was right in its time; many kernels are built by newer ones all the same, so
 * that this says where to begin and a build decides.
 */
const newestKnown: Readonly<Record<CompilerFamily, readonly CutOff[]>> = {
  gcc: [
    { before: [4, 11], newest: [5, 5] },
    { before: [4, 12], newest: [7, 3] },
    { before: [5, 9], newest: [8, 1] },
    { before: [5, 16], newest: [10, 1] },
  ],
  clang: [
    { before: [5, 9], newest: [9, 0] },
    { before: [6, 15], newest: [15, 0] },
  ],
};

/**
 * The oldest compilers that newer kernels accept (`scripts/min-tool-version.sh`), newest release first: read
 * from the sources of 6.1 and 6.12. What is older is refused by the kernel's own configuration.
 */
const oldestAccepted: Readonly<
  Record<CompilerFamily, readonly { from: ReleaseNumber; oldest: CompilerVersion }[]>
> = {
  gcc: [{ from: [6, 1], oldest: [5, 1] }],
  clang: [
    { from: [6, 12], oldest: [13, 0] },
    { from: [6, 1], oldest: [11, 0] },
  ],
};

/** How a compiler compares with what is known to build kernels of that age. */
export type Fit = "known" | "newer" | "older";

/** What the tables say of `compiler` and kernels of `age`; where the age is not known, nothing against it. */
export function fitOf(compiler: Pick<Compiler, "family" | "version">, age: Age | null): Fit {
  if (age === null) return "known";
  const { family, version } = compiler;
  const cutOff = newestKnown[family].find(({ before }) => isBefore(age, before));
  if (cutOff !== undefined && version[0] > cutOff.newest[0]) return "newer";
  const least = oldestAccepted[family].find(({ from }) => !isBefore(age, from));
  if (least !== undefined && compareVersions(version, least.oldest) < 0) return "older";
  return "known";
}

/** The oldest release whose kernels `compiler` is known to build, as the table has it; null: it sets no bound. */
export function knownSince({
  family,
  version,
}: Pick<Compiler, "family" | "version">): ReleaseNumber | null {
  return newestKnown[family].findLast(({ newest }) => version[0] > newest[0])?.before ?? null;
}

/** What decides about the order in which compilers are tried. */
export interface Preference {
  /** The newest release that the tree contains; null: it does not say. */
  readonly age: Age | null;
  /** Names of compilers that this bisection has built kernels with, the crashing commit's first. */
  readonly used: readonly string[];
  /** Names of compilers that are known not to build kernels of this age. */
  readonly passedOver: readonly string[];
}

const fitRank: Readonly<Record<Fit, number>> = { known: 0, newer: 1, older: 2 };

/**
 * `compilers` (the machine's usual one first) in the order in which they are tried for a kernel: what the
 * bisection has used already, since a change of compiler costs evidence; then the usual one's family; there
 * what is known to fit, the usual one first and the newest next; then those that are too new, the oldest
 * first; then those that are too old. Without those passed over.
 */
export function inOrder(
  compilers: readonly Compiler[],
  { age, used, passedOver }: Preference,
): readonly Compiler[] {
  const [usual] = compilers;
  const rank = (compiler: Compiler): readonly number[] => {
    const place = used.indexOf(compiler.name);
    const fit = fitOf(compiler, age);
    const [major, minor] = compiler.version;
    const isUsual = fit === "known" && compiler === usual;
    const newest = fit === "newer" ? major * 1000 + minor : -(major * 1000 + minor);
    return [
      place < 0 ? used.length : place,
      Number(compiler.family !== usual?.family),
      fitRank[fit],
      isUsual ? 0 : 1,
      newest,
    ];
  };
  return compilers
    .filter(({ name }) => !passedOver.includes(name))
    .map((compiler) => ({ compiler, rank: rank(compiler) }))
    .sort((a, b) => compareRanks(a.rank, b.rank))
    .map(({ compiler }) => compiler);
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (const [n, value] of a.entries()) {
    const difference = value - (b[n] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareVersions(a: CompilerVersion, b: CompilerVersion): number {
  return compareRanks(a, b);
}
