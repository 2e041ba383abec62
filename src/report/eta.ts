import { busySeconds, type Summary } from "../syzbot/index.ts";
import { durationText } from "./duration.ts";
import { plural } from "./words.ts";

/** What is left to do. */
export interface Eta {
  /** Commits still to be tested, the one under test included. */
  readonly steps: number;
  /** Wall seconds, or null before a build and a run were measured. */
  readonly seconds: number | null;
}

/**
 * What is left of the search and the checks after it; null before the search, when nobody knows how
 * far back it goes, and between two probes.
 *
 * Every step is taken to cost a build and as many runs as the probe under way asks for, each as long
 * as they took: a build as the middle one of the last three, a run as the average so far, in wall time,
 * so that machines at work beside each other count. The checks at the end cost one step more, for the
 * parent.
 */
export function etaOf(summary: Summary): Eta | null {
  const { probe, kernels } = summary;
  if (probe === null || !searching.has(probe.stage)) return null;
  const confirming = probe.stage !== "search";
  const later = confirming ? 0 : (probe.left?.steps ?? 0);
  const steps = later + probe.probes.length;
  const build = medianOfLast(3, summary.builds);
  const run = average(summary.runs);
  if (build === null || run === null) return { steps, seconds: null };
  const now = probe.probes.map(({ kernel, runs }) => {
    const { build: built, runs: finished } = kernels.get(kernel) ?? unbuilt;
    return (built === null ? build : 0) + Math.max(0, runs - finished.length) * run;
  });
  const each = build + Math.max(...probe.probes.map(({ runs }) => runs), 0) * run;
  const rest = (later + (confirming ? 0 : 1)) * each;
  return { steps, seconds: now.reduce((sum, seconds) => sum + seconds, 0) + rest };
}

/** `about 1h40m left`, or `about 5 steps left` where no time can be told; `nearly done`. */
export function etaText({ steps, seconds }: Eta): string {
  if (seconds === null) return `about ${plural(steps, "step")} left`;
  return seconds < 1 ? "nearly done" : `about ${durationText(seconds)} left`;
}

const searching: ReadonlySet<string> = new Set(["search", "culprit", "parent"]);

/** The first builds of a bisection are whole ones; those of its search mostly compile a few files. */
function medianOfLast(count: number, spans: Summary["builds"]): number | null {
  const seconds = spans.slice(-count).map((span) => busySeconds([span]));
  return seconds.sort((a, b) => a - b)[Math.floor(seconds.length / 2)] ?? null;
}

function average(spans: Summary["runs"]): number | null {
  return spans.length === 0 ? null : busySeconds(spans) / spans.length;
}

const unbuilt = { build: null, runs: [] };
