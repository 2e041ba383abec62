import type { Script, ScriptedRun } from "../src/simulate/scripted-lab.ts";
import { type Baseline, baselineOf, isBaselineText, scriptedConfigs } from "./configs.ts";
import type { NumberedRepository } from "./repository.ts";
import type { Given } from "./scenario-file.ts";

/** How a policy tests: how many runs a commit has, and whether it holds kernels with one signature for one. */
export interface Testing {
  /** Runs of a commit that are made, or after which they are as at the beginning again. */
  runsOf(commit: string): number;
  readonly equalKernelsAreOne: boolean;
}

/** Scenarios count revisions, so builds are what costs: a run of a User Mode Linux kernel takes half a second. */
const costs = { slots: { builds: 1, runs: 4 }, seconds: { build: 120, run: 0.5 } } as const;

/** The kernels of a scenario, as a lab that builds and boots nothing shows them. */
export function scenarioKernels(
  given: Given,
  repository: NumberedRepository,
  { runsOf, equalKernelsAreOne }: Testing,
): Script {
  const baseline = given.baseline_config === null ? null : baselineOf(given.baseline_config);
  const isIn = (range: Given["broken"], commit: string) => {
    const number = repository.numberOf(commit);
    return range !== null && number !== null && range[0] <= number && number <= range[1];
  };
  const hasBug = (commit: string) => {
    const { introduced, fixed_by: fix } = given;
    const isFixed = fix !== null && repository.contains(commit, fix);
    return (introduced === null || repository.contains(commit, introduced)) && !isFixed;
  };
  return {
    build: (_, __, config) =>
      isBaselineKernel(baseline, config, "does-not-build") ? "failed" : "built",
    // One binary that crashes under one name and not under another is none that could be: a policy that pools the runs
    // of equal kernels is told of no equal ones, and only finds the commit.
    ...(given.same_binary !== null &&
      !equalKernelsAreOne && {
        signature: (commit: string) =>
          (isIn(given.same_binary, commit) ? "f" : commit).padEnd(64, "0"),
      }),
    ...(baseline !== null && { configs: scriptedConfigs() }),
    run(commit, n, { config } = {}): ScriptedRun {
      const of = runsOf(commit);
      const i = n % of;
      if (isIn(given.broken, commit)) return "boot-failed";
      if (isBaselineKernel(baseline, config, "does-not-boot")) return "boot-failed";
      if (isIn(given.infra_errors, commit) && i * 2 <= of) return "infrastructure";
      const shows = baseline === null || config === undefined || baseline.shows(config);
      if (hasBug(commit) && shows) {
        const crashes = !given.flaky || i < Math.max(2, Math.floor(of / 6));
        return crashes ? { crash: titleOf(given.report_type) } : "clean";
      }
      if (given.inject_syz_failure && i === 0) return { crash: titleOf("SYZ_FAILURE") };
      return given.inject_lost_connection && i < Math.floor(of / 3) ? "lost" : "clean";
    },
    ...costs,
  };
}

function isBaselineKernel(
  baseline: Baseline | null,
  config: string | undefined,
  does: Baseline["kernel"],
): boolean {
  if (baseline === null || baseline.kernel !== does || config === undefined) return false;
  return isBaselineText(config, baseline);
}

/** A title from which the type follows, as a type follows from titles alone. */
function titleOf(type: string): string {
  switch (type) {
    case "SYZ_FAILURE":
      return "SYZFAIL: the executor failed";
    case "LOST_CONNECTION":
      return "lost connection to test machine";
    default:
      return `the bug of the scenario (${type})`;
  }
}
