import type { NamedEnds } from "../bisection/begin.ts";
import { listReleases } from "../history/list-releases.ts";
import { loadGraph } from "../history/load-graph.ts";
import { releasesToWalk } from "../history/release.ts";
import type { Repository } from "../history/repository.ts";
import type { Job } from "../job/schema.ts";
import type { LocalLabOptions } from "../lab/local-lab.ts";
import { policyNamed } from "../search/policies.ts";
import type { Rules } from "../search/rules.ts";

/** What `--dry-run` prints: what would be tested, and how much of it. Nothing is built. */
export async function planText(
  job: Job,
  ends: NamedEnds,
  repository: Repository,
  options: LocalLabOptions,
  signal: AbortSignal,
): Promise<string> {
  const { config, arch } = job.kernel;
  const { rules } = policyNamed(job.policy);
  const lines = [
    ["crashes", `${ends.crashes.hash} ${ends.crashes.subject}`],
    ["clean", await cleanEndText(ends, rules, repository, signal)],
    ["range", await rangeText(ends, repository, signal)],
    ["kernel", `ARCH=${arch}, ${typeof config === "string" ? config : config.base}`],
    [
      "machine",
      `${job.machine.type}, ${job.machine.memory / 1024 ** 2} MiB, ${job.machine.cmdline}`,
    ],
    ["reproducer", `${job.reproducer.c ?? job.reproducer.shell}, ${job.reproducer.seconds} s`],
    ["policy", job.policy],
    ["runs", job.runs === undefined ? rules.runsInWords : `${job.runs} of each commit`],
    ["at once", `${options.builds} of builds, ${options.runs} of machines`],
    ["cache", options.cache],
  ];
  return lines.map(([name, value]) => `${name?.padEnd(11)} ${value}\n`).join("");
}

async function cleanEndText(
  { crashes, clean }: NamedEnds,
  rules: Rules,
  repository: Repository,
  signal: AbortSignal,
): Promise<string> {
  if (clean !== null) return `${clean.hash} ${clean.name}`;
  const releases = releasesToWalk(
    await listReleases(repository, crashes.hash, { signal }),
    rules.releases,
  );
  const tags = releases.map(({ tag }) => tag).join(" ");
  return `walking back releases until one is clean: ${tags === "" ? "there is none" : tags}`;
}

async function rangeText(
  { crashes, clean }: NamedEnds,
  repository: Repository,
  signal: AbortSignal,
): Promise<string> {
  if (clean === null) return "known once the clean end is";
  const { graph } = await loadGraph(
    repository,
    { tip: crashes.hash, exclude: [clean.hash] },
    { signal },
  );
  const steps = Math.ceil(Math.log2(Math.max(1, graph.count)));
  // Beside the steps: the two ends, and the culprit's parent.
  return `${graph.count} commits, about ${steps} steps, ${steps + 3} kernels at most`;
}
