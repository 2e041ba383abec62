/**
 * The newest release that a tree contains. A tree after 5.3 says 5.3 until 5.4-rc1, and in the whole of
 * that time is made of what comes with 5.4; so has one of 5.4-rc1 5.3, and not 5.4.
 */
export interface Age {
  readonly major: number;
  readonly minor: number;
}

/** A release that something began or ended with: `[5, 4]`. */
export type ReleaseNumber = readonly [major: number, minor: number];

/** Minor number of the last release of each series that was counted on to another. */
const lastOfSeries: ReadonlyMap<number, number> = new Map([
  [2, 39],
  [3, 19],
  [4, 20],
  [5, 19],
  [6, 19],
]);

/**
 * The age that the text of a kernel's top `Makefile` tells; null where it is none of a kernel.
 *
 * It needs no tag, so it holds in trimmed, shallow and rebased histories too. 2.6.N counts as [2, N].
 */
export function ageOf(makefile: string): Age | null {
  const head = makefile.slice(0, 4096);
  const major = numberIn(/^VERSION = (\d{1,4})$/m.exec(head));
  const patchlevel = numberIn(/^PATCHLEVEL = (\d{1,4})$/m.exec(head));
  if (major === null || patchlevel === null) return null;
  const sublevel = numberIn(/^SUBLEVEL = (\d{1,4})$/m.exec(head)) ?? 0;
  const minor = major === 2 && patchlevel === 6 ? sublevel : patchlevel;
  if (!/^EXTRAVERSION = -rc\d/m.test(head)) return { major, minor };
  if (minor > 0) return { major, minor: minor - 1 };
  return { major: major - 1, minor: lastOfSeries.get(major - 1) ?? 0 };
}

function numberIn(found: RegExpExecArray | null): number | null {
  return found === null ? null : Number(found[1]);
}

/** Whether a tree of that age does not contain `release` yet. */
export function isBefore({ major, minor }: Age, [atMajor, atMinor]: ReleaseNumber): boolean {
  return major < atMajor || (major === atMajor && minor < atMinor);
}

/** The name of the release: `v5.4`, `v2.6.39`. */
export function releaseName({ major, minor }: Age): string {
  return major === 2 ? `v2.6.${minor}` : `v${major}.${minor}`;
}
