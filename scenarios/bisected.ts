import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beginBisection, resolveEnds } from "../src/bisection/begin.ts";
import { drive } from "../src/bisection/driver.ts";
import type { BisectionEvent } from "../src/event/index.ts";
import { asFailure, type Failure } from "../src/failure/failure.ts";
import { openRepository } from "../src/history/repository.ts";
import { parseJob } from "../src/job/read.ts";
import { targetOf } from "../src/job/target.ts";
import { policyNamed } from "../src/search/policies.ts";
import type { Policy } from "../src/search/policy.ts";
import { createScriptedLab } from "../src/simulate/scripted-lab.ts";
import { baselineOf } from "./configs.ts";
import { scenarioKernels } from "./kernels.ts";
import type { NumberedRepository } from "./repository.ts";
import type { Given } from "./scenario-file.ts";

/** A scenario's bisection: its events, and why it ended without a conclusion where it did. */
export interface Told {
  readonly events: readonly BisectionEvent[];
  readonly failure: Failure | null;
}

/** Whether a policy has this name. */
export function isPolicy(name: string): boolean {
  try {
    policyNamed(name);
    return true;
  } catch {
    return false;
  }
}

/** A policy as scenarios are told with: no release of theirs is too old for a compiler. */
export function scenarioPolicy(name: string): Policy {
  const policy = policyNamed(name);
  const releases = { ...policy.rules.releases, newerThan: null };
  return { ...policy, rules: { ...policy.rules, releases } };
}

/**
 * Bisects a scenario in `repository`: the whole story, with a scripted lab, a journal and a real repository. `start`:
 * the start commit's hash. A failure of any kind, such as a history without a release, is a part of what is told.
 */
export async function bisected(
  given: Given,
  start: string,
  policy: Policy,
  repository: NumberedRepository,
): Promise<Told> {
  const folder = await mkdtemp(join(tmpdir(), "firstbad-scenario-"));
  const begun: { events: readonly BisectionEvent[] } = { events: [] };
  try {
    await tell(given, start, policy, repository, folder, begun);
    return { events: begun.events, failure: null };
  } catch (error) {
    return { events: begun.events, failure: asFailure(error) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const never = new AbortController().signal;

async function tell(
  given: Given,
  start: string,
  policy: Policy,
  numbered: NumberedRepository,
  folder: string,
  told: { events: readonly BisectionEvent[] },
): Promise<void> {
  const { baseline_config: word } = given;
  const [config, baseline] = [join(folder, "kernel.config"), join(folder, "baseline.config")];
  await writeFile(config, "");
  if (word !== null) await writeFile(baseline, baselineOf(word).text);
  const text = JSON.stringify({
    version: 1,
    // A head is read for a fix alone. The newest commit of master is what a fix is searched up to.
    kernel: {
      repo: numbered.folder,
      crashes: start,
      head: "refs/heads/master",
      config,
      arch: "um",
    },
    reproducer: { c: config },
    machine: { type: "uml" },
    find: given.mode,
    policy: policy.name,
    ...(word !== null && { minimize: { baseline } }),
  });
  const job = parseJob(text, { path: join(folder, "firstbad.yaml") });
  const repository = await openRepository(numbered.folder);
  const ends = await resolveEnds({ ...targetOf(job), find: job.find }, repository, never);
  const lab = createScriptedLab(
    scenarioKernels(given, numbered, {
      runsOf: (commit) => runsOf(given, commit === start),
      equalKernelsAreOne: policy.rules.equalKernelsAreOne,
    }),
  );
  const { journal, folder: kept } = await beginBisection({
    job,
    ends,
    root: folder,
    tool: "scenarios",
    host: { name: "scenarios", node: process.version, cpus: 1, sandbox: false },
    openLab: async () => lab,
  });
  try {
    told.events = journal.events;
    await drive({ folder: kept, repository, lab, journal, policy, finish: never, halt: never });
  } finally {
    told.events = [...journal.events];
    await journal.close();
  }
}

/** As syzbot's rules ask: 20 of the first commit, and of every one of a flaky bug, else 10. */
function runsOf({ flaky }: Given, isStart: boolean): number {
  return isStart || flaky ? 20 : 10;
}
