import { type BuildSpan, busySeconds, type KernelSummary, type Summary } from "../syzbot/index.ts";
import { durationText } from "./duration.ts";
import { plural } from "./words.ts";

/** What is left to do. */
export interface Eta {
  /** Commits still to be tested, the one under test included. */
  readonly steps: number;
  /** Wall seconds, or null before a build and a run were measured. */
  readonly seconds: number | null;
  /** Only whole builds were measured so far; those of a search mostly compile a few files. */
  readonly atMost: boolean;
}

/**
 * What is left of the search and the checks after it, at `now` (milliseconds since 1970; absent: at the
 * last event); null before the search, when nobody knows how far back it goes, and between two probes.
 *
 * Every step is taken to cost a build and its runs, each as long as they took: a build as the middle one
 * of the search's last three that gave a kernel, a run as the average so far, in wall time, so that
 * machines at work beside each other count. A policy that reckons with probabilities says how many
 * builds are left, its checks included; with others the checks cost one step more, for the parent.
 */
export function etaOf(summary: Summary, now?: number): Eta | null {
  const { probe, kernels } = summary;
  if (probe === null || !searching.has(probe.stage)) return null;
  const decidesAll = probe.belief !== undefined;
  const confirming = probe.stage !== "search";
  const later = confirming && !decidesAll ? 0 : (probe.left?.steps ?? 0);
  const fresh = probe.probes.filter(({ kernel }) => !kernels.get(kernel)?.build);
  const steps = later + (decidesAll ? fresh.length : probe.probes.length);
  const { seconds: build, atMost } = secondsOfBuild(summary.builds);
  const run = average(summary.runs);
  if (build === null || run === null) return { steps, seconds: null, atMost };
  const current = probe.probes.map(({ kernel, runs }) => {
    const known = kernels.get(kernel);
    const since = summary.building.get(kernel);
    const spent = since === undefined || now === undefined ? 0 : (now - since) / 1000;
    const building = known?.build ? 0 : Math.max(0, build - Math.max(0, spent));
    return building + Math.max(0, runs - (known?.runs.length ?? 0)) * run;
  });
  const asked = Math.max(...probe.probes.map(({ runs }) => runs), 0);
  const each = build + (decidesAll ? runsOfKernel(kernels, asked) : asked) * run;
  const rest = (later + (confirming || decidesAll ? 0 : 1)) * each;
  return { steps, seconds: current.reduce((sum, one) => sum + one, 0) + rest, atMost };
}

/** `about 1h40m left`, or `about 5 steps left` where no time can be told; `nearly done`. */
export function etaText({ steps, seconds, atMost }: Eta): string {
  if (seconds === null) return `about ${plural(steps, "step")} left`;
  if (seconds < 1) return "nearly done";
  return `${atMost ? "up to" : "about"} ${roughly(seconds)} left`;
}

/** Nobody can tell seconds of ten minutes. */
function roughly(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  return minutes >= 10 && minutes < 60 ? `${minutes}m` : durationText(seconds);
}

const searching: ReadonlySet<string> = new Set(["search", "culprit", "parent"]);

/** Before the search, builds are whole ones: the shortest of them says at most how long its own take. */
function secondsOfBuild(builds: readonly BuildSpan[]): { seconds: number | null; atMost: boolean } {
  const done = builds.filter((span) => span.done);
  const ofSearch = done.filter(({ stage }) => stage !== null && searching.has(stage));
  const seconds = (ofSearch.length > 0 ? ofSearch.slice(-3) : done)
    .map((span) => busySeconds([span]))
    .sort((a, b) => a - b);
  if (ofSearch.length === 0) return { seconds: seconds[0] ?? null, atMost: true };
  return { seconds: seconds[Math.floor(seconds.length / 2)] ?? null, atMost: false };
}

/** What a probe asks for counts earlier runs, and may be many runs of one kernel: the average is taken. */
function runsOfKernel(kernels: ReadonlyMap<string, KernelSummary>, asked: number): number {
  const run = [...kernels.values()].filter(({ runs }) => runs.length > 0);
  if (run.length === 0) return asked;
  return run.reduce((sum, { runs }) => sum + runs.length, 0) / run.length;
}

function average(spans: Summary["runs"]): number | null {
  return spans.length === 0 ? null : busySeconds(spans) / spans.length;
}
