import { readFile } from "node:fs/promises";
import { type NamedEnds, partOf } from "../bisection/begin.ts";
import type { EventOf } from "../event/index.ts";
import { listReleases } from "../history/list-releases.ts";
import { loadGraph } from "../history/load-graph.ts";
import { dividingReleases, releasesToWalk } from "../history/release.ts";
import type { Repository } from "../history/repository.ts";
import { boundsOf } from "../job/bounds.ts";
import { expectationOf } from "../job/expectation.ts";
import { reproducerFile } from "../job/reproducer.ts";
import type { Job, KernelJob, ProgramJob } from "../job/schema.ts";
import { syzHeader } from "../kernel/syzkaller/options.ts";
import { machineOf, machineWordsOf } from "../lab/machine-of.ts";
import type { LabOptions } from "../lab/open-lab.ts";
import { durationText } from "../report/duration.ts";
import { expectedText } from "../report/expected-words.ts";
import { plural } from "../report/words.ts";
import { policyNamed } from "../search/policies.ts";
import type { Policy } from "../search/policy.ts";
import type { MeasuredPace } from "./measured-pace.ts";
import { shellWord } from "./shell-words.ts";

/** What is told, and its name. */
type PlanLine = readonly [name: string, value: string];

/** What would be tested, and how much of it. */
export interface Plan {
  /** What is told of it, each with its name, in the order in which people want it. */
  readonly lines: readonly PlanLine[];
  /** Commits of the range, steps to halve them, and kernels built at most; null: it is not known yet how far it reaches. */
  readonly size: {
    readonly commits: number;
    readonly steps: number;
    readonly kernels: number;
  } | null;
  /** What so many kernels take, where an earlier bisection tells; null: nothing was measured. */
  readonly cost: Cost | null;
}

/** Runs, and wall seconds of builds and runs, as they were in the bisection `from`. */
interface Cost {
  readonly runs: number;
  readonly seconds: number;
  readonly from: string;
}

/** What `--dry-run` prints. */
export function planText({ lines }: Pick<Plan, "lines">): string {
  return lines.map(([name, value]) => `${name.padEnd(11)} ${value}\n`).join("");
}

/** The plan of a job. Nothing is built for it. */
export async function planOf(
  job: Job,
  {
    ends,
    lender,
    pace,
  }: {
    readonly ends: NamedEnds;
    readonly lender: EventOf<"evidence-offered"> | null;
    /** Of an earlier bisection; null: none is known. */
    readonly pace: MeasuredPace | null;
  },
  repository: Repository,
  options: LabOptions,
  signal: AbortSignal,
): Promise<Plan> {
  const size = await sizeOf(job, ends, repository, signal);
  const cost = size === null || pace === null ? null : costOf(size, pace);
  const policy = policyNamed(job.policy);
  const { rules } = policy;
  const expected = expectationOf(job);
  const lines: PlanLine[] = [
    ["crashes", `${ends.crashes.hash} ${ends.crashes.subject}`],
    ...(ends.head === undefined
      ? [["clean", await cleanEndText(job, ends, policy, repository, signal)] as const]
      : [["head", `${ends.head.hash} ${ends.head.name}`] as const]),
    ...(ends.cause === undefined
      ? []
      : [["cause", `${ends.cause.hash} ${ends.cause.name}`] as const]),
    ["range", rangeText(size)],
    ...(cost === null ? [] : [["estimate", costText(cost)] as const]),
    ...(job.suspect === undefined ? [] : [["suspects", suspectText(job.suspect, policy)] as const]),
    ...(job.kind === "kernel" ? await kernelLines(job, options) : programLines(job, options)),
    ...(expected === null ? [] : [["the bug", expectedText(expected)] as const]),
    ["policy", job.policy],
    ["runs", job.runs === undefined ? rules.runsInWords : `${job.runs} of each commit`],
    ...boundsLines(job),
    ...(lender === null ? [] : [["reuse", lenderText(lender)] as const]),
    [
      "at once",
      `${options.builds} of builds, ${options.runs} of ${job.kind === "kernel" ? "machines" : "runs"}`,
    ],
    ["cache", options.cache],
  ];
  return { lines, size, cost };
}

/** Which bisection lends its runs, and how many. */
function lenderText({ from, kernels }: EventOf<"evidence-offered">): string {
  const runs = kernels.reduce((sum, kernel) => sum + kernel.runs, 0);
  return `${from} lends ${plural(runs, "run")} of ${plural(kernels.length, "kernel")}, which are tried first`;
}

function boundsLines(job: Job): PlanLine[] {
  const {
    builds = null,
    runs = null,
    machineSeconds = null,
    deadline = null,
  } = boundsOf(job) ?? {};
  const bounds = [
    ...(builds === null ? [] : [`${builds} builds`]),
    ...(runs === null ? [] : [`${runs} runs`]),
    ...(machineSeconds === null ? [] : [`${durationText(machineSeconds)} of builds and runs`]),
    ...(deadline === null ? [] : [`${durationText(deadline)} of work`]),
  ];
  return bounds.length === 0 ? [] : [["at most", bounds.join(", ")] as const];
}

async function kernelLines(job: KernelJob, { cache }: LabOptions): Promise<PlanLine[]> {
  const { kernel, machine, reproducer } = job;
  const { arch, config } = kernel;
  const place = machineOf(job, cache);
  const words = await place.commandLine(machineWordsOf(job));
  const note = await place.note();
  return [
    ["kernel", `ARCH=${arch}, ${typeof config === "string" ? config : config.base}`],
    ["machine", machineWords(machine)],
    ...(note === null ? [] : [["", note] as const]),
    ...(words.length === 0 ? [] : [["command", words.map(shellWord).join(" ")] as const]),
    [
      "reproducer",
      reproducer.none ? "none" : `${reproducerFile(reproducer)}, ${reproducer.seconds} s`,
    ],
    ...(await unknownOptions(job)),
  ];
}

/** What the header of a syz program asks for and nobody knows: its runs may differ from those it came from. */
async function unknownOptions({ reproducer: { syz } }: KernelJob): Promise<PlanLine[]> {
  if (syz === undefined) return [];
  const { unknown } = syzHeader(await readFile(syz, "utf8"));
  return unknown.length === 0
    ? []
    : [["", `its options that are not known: ${unknown.join(", ")}`] as const];
}

function machineWords(machine: KernelJob["machine"]): string {
  if (machine.type === "none") return "none: nothing is run";
  const size = machine.type === "ssh" ? machine.host : `${machine.memory / 1024 ** 2} MiB`;
  return `${machine.type}, ${size}, ${machine.cmdline}`;
}

function programLines({ program }: ProgramJob, { allowHost }: LabOptions): PlanLine[] {
  const { build, run, predicate, seconds, memory, processes } = program;
  const where = allowHost ? "as you, on this machine" : "in the sandbox";
  return [
    ["build", build === undefined ? "none" : `${build}, ${program["build-seconds"]} s`],
    ["run", `${run ?? predicate?.join(" ")}, ${seconds} s`],
    ["bounds", `${where}, ${memory / 1024 ** 2} MiB, ${processes} processes`],
  ];
}

async function cleanEndText(
  { paths = [] }: Job,
  { crashes, clean }: NamedEnds,
  { rules, decidesAll }: Policy,
  repository: Repository,
  signal: AbortSignal,
): Promise<string> {
  if (clean !== null) return `${clean.hash} ${clean.name}`;
  const all = await listReleases(repository, crashes.hash, { signal });
  if (decidesAll && paths.length === 0) {
    const oldest = dividingReleases(all).at(-1)?.tag;
    const reach = oldest === undefined ? "all of history" : `releases back to ${oldest}`;
    return `none is needed: ${reach} may be searched`;
  }
  const tags = releasesToWalk(all, rules.releases)
    .map(({ tag }) => tag)
    .join(" ");
  return `walking back releases until one is clean: ${tags === "" ? "there is none" : tags}`;
}

function suspectText(paths: readonly string[], { name, decidesAll }: Policy): string {
  return decidesAll ? paths.join(" ") : `the policy ${name} weighs none`;
}

async function sizeOf(
  job: Job,
  { crashes, clean, head }: NamedEnds,
  repository: Repository,
  signal: AbortSignal,
): Promise<Plan["size"]> {
  const [tip, before] = head === undefined ? [crashes, clean] : [head, crashes];
  if (before === null) return null;
  const { graph } = await loadGraph(
    repository,
    { tip: tip.hash, exclude: [before.hash], ...partOf(job) },
    { signal },
  );
  const steps = Math.ceil(Math.log2(Math.max(1, graph.count)));
  // Beside the steps: the two ends, and the culprit's parent.
  return { commits: graph.count, steps, kernels: steps + 3 };
}

function costOf({ kernels }: NonNullable<Plan["size"]>, pace: MeasuredPace): Cost {
  const { from, build, run, runsOfKernel } = pace;
  const runs = Math.ceil(kernels * runsOfKernel);
  return { from, runs, seconds: kernels * build + runs * run };
}

/** `about 45 runs, 12m of builds and runs, as it went in 2026-01-31-7f25f0412c9e`. */
export function costText({ runs, seconds, from }: Cost): string {
  const time = durationText(seconds);
  return `about ${plural(runs, "run")}, ${time} of builds and runs, as it went in ${from}`;
}

function rangeText(size: Plan["size"]): string {
  if (size === null) return "known once it is known how far back to search";
  const { commits, steps, kernels } = size;
  return `${commits} commits, about ${steps} steps, ${kernels} builds at most`;
}
