/**
 * The fixed words of syzbot's bisection logs, each as the beginning of its line (or the whole of it).
 * Writers and readers of every dialect share them; the names are the roles of the lines.
 */
export const words = {
  startCause: "bisecting cause commit starting from ",
  startFix: "bisecting fixing commit since ",
  tool: "building syzkaller on ",
  release: "testing release ",
  head: "testing current HEAD ",
  commit: "testing commit ",
  compiler: "compiler: ",
  signature: "kernel signature: ",
  allRuns: "all runs: ",
  run: "run #",
  flakyTest: "reproducer seems to be flaky",
  gitStart: "# git bisect start ",
  gitTerm: "# git bisect ",
  bisecting: "Bisecting: ",
  parentUntested: "parent commit ",
  culpritSignature: "culprit signature: ",
  // Two spaces: the two hashes stand below each other.
  parentSignature: "parent  signature: ",
  noopUnknown: "failed to detect noop change: ",
  flakyBug: "Reproducer flagged being flaky",
  trailer: "revisions tested: ",
  error: "error: ",
  oldest: "the crash already happened on the oldest tested release",
  unfixed: "the crash still happens on HEAD",
  message: "commit msg: ",
  inconclusive: "bisection is inconclusive, the ",
  first: "first ",
  to: "recipients (to): ",
  cc: "recipients (cc): ",
  crash: "crash: ",
} as const;

/** What follows `run #N: ` and `all runs: `. */
export const verdictWords = {
  ok: "OK",
  crashed: "crashed: ",
  bootFailed: "boot failed: ",
  failed: "failed: ",
  basicTestFailed: "basic kernel testing failed: ",
  infrastructure: "infra problem: ",
  ignored: "ignore: ",
  /** Until March 2019. */
  kernelCrashed: "kernel crashed: ",
} as const;

const structural: readonly string[] = Object.values(words);

/**
 * A line of foreign text that stands at the left edge of a log, such as a compiler's message, made
 * harmless: one that begins as a line of the log does is moved by a space.
 */
export function foreignLine(line: string): string {
  const forged = structural.some((word) => line.startsWith(word));
  return forged || /^(\[?[0-9a-f]{40}|commit )/.test(line) ? ` ${line}` : line;
}
