import { type BisectionEvent, type EventBody, eventVersion } from "../../event/index.ts";

/**
 * `bodies` as events with times made up from what a log sums up: it begins at `begun` (milliseconds
 * since 1970), each build takes the same share of the time of builds, each test the same of that of
 * tests, its runs all of it side by side. What is left over passes before the end.
 */
export function withTimes(bodies: readonly EventBody[], begun: number): BisectionEvent[] {
  const effort = bodies.find((body) => body.kind === "effort-reported");
  const builds = bodies.filter(({ kind }) => kind === "kernel-built" || kind === "build-failed");
  const tests = new Set(
    bodies.flatMap((body) => (body.kind === "run-finished" ? [body.kernel] : [])),
  );
  const build = (effort?.build ?? 0) / Math.max(1, builds.length);
  const test = (effort?.test ?? 0) / Math.max(1, tests.size);
  const seen = new Set<string>();
  let seconds = 0;
  return bodies.map((body, seq) => {
    const timed = { ...body };
    if (timed.kind === "kernel-built" || timed.kind === "build-failed") {
      timed.seconds = build;
      seconds += build;
    } else if (timed.kind === "run-finished") {
      timed.seconds = test;
      if (!seen.has(timed.kernel)) seconds += test;
      seen.add(timed.kernel);
    } else if (timed.kind === "effort-reported") {
      seconds = Math.max(seconds, timed.total);
    }
    const at = new Date(begun + Math.round(seconds * 1000)).toISOString();
    return { version: eventVersion, seq, at, ...timed };
  });
}
