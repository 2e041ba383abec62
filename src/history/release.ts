/** A release of Linux: a final one, never a candidate. */
export interface Release {
  /** Name of its tag, such as `v5.17` or `v5.15.3`. */
  readonly tag: string;
  /** Full hash of its commit. */
  readonly hash: string;
}

/** `vMAJOR.MINOR` and `vMAJOR.MINOR.PATCH`; candidates (`-rcN`) and everything else are none. */
const releaseTag = /^v([0-9]{1,9})\.([0-9]{1,9})(?:\.([0-9]{1,9}))?$/;

/** Whether `tag` is the name of a release. */
export function isReleaseTag(tag: string): boolean {
  return releaseTag.test(tag);
}

/** Compares names of releases, the newest first; equally new ones by name. */
export function compareReleaseTags(a: string, b: string): number {
  return orderKey(b) - orderKey(a) || (a < b ? -1 : Number(a > b));
}

/** syzkaller's key: major, minor, candidate (999 for a final release) and patch, three digits each. */
function orderKey(tag: string): number {
  const [, major, minor, patch] = releaseTag.exec(tag) ?? [];
  return Number(major) * 1e9 + Number(minor) * 1e6 + 999 * 1e3 + Number(patch ?? 0);
}

/**
 * The releases to walk back, out of `releases`, newest first: those newer than `newerThan`, all or
 * {@link pickReleases picked} ones.
 */
export function releasesToWalk<R extends { readonly tag: string }>(
  releases: readonly R[],
  { pick, newerThan }: { readonly pick: "all" | "sparse"; readonly newerThan: string | null },
): R[] {
  const newer = releases.filter(
    ({ tag }) => newerThan === null || compareReleaseTags(tag, newerThan) < 0,
  );
  return pick === "all" ? newer : pickReleases(newer);
}

/** More releases of one stable series than this, and one from its middle is taken too. */
const shortSeries = 5;

/**
 * The releases to try when walking back for one without the bug, out of `releases`, newest first: close
 * together at first and then farther apart, since a bug is more often young than old. The choice is
 * syzkaller's (2026): of the stable series that the list begins with, the newest two and one from its
 * middle; of the main releases the newest three, every second up to the eleventh, every third after
 * that, and always the oldest. Keeps the order.
 */
export function pickReleases<R extends { readonly tag: string }>(releases: readonly R[]): R[] {
  const { series, main } = seriesAndMain(releases);
  return [...series, ...main.filter((_, n) => n === main.length - 1 || isPickedMain(n))];
}

/**
 * The releases that a history is divided by, out of `releases`, newest first: every main release, and of
 * the stable series that the list begins with the newest two and one from its middle, as the small releases
 * of a stable series would make the main ones seem old. Keeps the order.
 */
export function dividingReleases<R extends { readonly tag: string }>(releases: readonly R[]): R[] {
  const { series, main } = seriesAndMain(releases);
  return [...series, ...main];
}

/** Some of the stable series that the list begins with, and all main releases. */
function seriesAndMain<R extends { readonly tag: string }>(releases: readonly R[]) {
  const isMain = (release: R): boolean => releaseTag.exec(release.tag)?.[3] === undefined;
  const firstMain = releases.findIndex(isMain);
  const series = firstMain < 0 ? releases : releases.slice(0, firstMain);
  const middle = series.length > shortSeries ? Math.floor(series.length / 2) : -1;
  return {
    series: series.filter((_, n) => n < 2 || n === middle),
    main: releases.filter(isMain),
  };
}

function isPickedMain(n: number): boolean {
  if (n <= 2) return true;
  return n <= 10 ? n % 2 === 0 : n % 3 === 0;
}
