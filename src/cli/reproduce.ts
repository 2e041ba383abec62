import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { jobFile } from "../bisection/inputs.ts";
import type { BisectionEvent, EventOf } from "../event/index.ts";
import { runNumberOf } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import { readJob } from "../job/read.ts";
import type { KernelJob } from "../job/schema.ts";
import { readFileJournal } from "../journal/file-journal.ts";
import { findBisection } from "../journal/store.ts";
import { recipeOf } from "../kernel/arch.ts";
import { keptConfig } from "../kernel/cache.ts";
import { decided, formatConfig, overlay } from "../kernel/config.ts";
import { requestOf } from "../kernel/configure.ts";
import { readInit } from "../kernel/initramfs/init-program.ts";
import { configOf, nothing } from "../lab/job-inputs.ts";
import { machineOf, machineWordsOf, runSecondsOf } from "../lab/machine-of.ts";
import { kernelWords } from "../machine/kernel-words.ts";
import type { ProcessSpec } from "../process/process.ts";
import { readSystemFolders } from "../process/system-folders.ts";
import { explanationOf } from "../report/index.ts";
import { scriptOf } from "./by-hand/script.ts";
import {
  type ConfigByHand,
  names,
  type ReproducerByHand,
  type StepByHand,
} from "./by-hand/step-by-hand.ts";
import { foldersOf } from "./folders.ts";

type Answer = EventOf<"probe-answered">["answers"][number];
type Run = EventOf<"run-finished">;

/**
 * `firstbad reproduce ID STEP`: prints a shell script with which a person repeats one step without firstbad.
 * `run`: which run of it, counted from 1; without one, the first that crashed, or the first.
 *
 * Throws `step-not-found`, and `step-not-repeatable` for a step without a kernel, or of a log of others.
 */
export async function reproduce(
  name: string,
  number: number,
  { run }: { readonly run?: number },
): Promise<number> {
  const { bisections, cache } = foldersOf(process.env);
  const folder = join(bisections, await findBisection(bisections, name));
  const events = await readFileJournal(folder);
  const job = await readJob(join(folder, jobFile));
  if (job.kind !== "kernel") {
    throw notRepeatable("it bisects a program", "call the program's build and run by hand");
  }
  const told = explanationOf(events, { graph: null, suspicion: null, running: false });
  const step = told.steps[number - 1];
  if (step === undefined) {
    throw new Failure("step-not-found", `the bisection ${told.id} has no step ${number}`, {
      facts: { id: told.id, step: number, steps: told.steps.length },
      hint: `it has ${told.steps.length}: \`firstbad explain ${told.id}\` lists them`,
    });
  }
  if (step.kind !== "tested") {
    throw notRepeatable(
      `step ${number} tested no commit`,
      `\`firstbad explain ${told.id}\` lists the steps`,
    );
  }
  const shown = runOf(events, step, run, number);
  const about = aboutStep(told.id, number, step, step.subject, shown, events);
  const byHand = await stepOf(events, step, { job, folder, cache, about });
  process.stdout.write(scriptOf(byHand));
  return 0;
}

/** The run that is repeated; null where the step has none. */
function runOf(
  events: readonly BisectionEvent[],
  { kernel }: Answer,
  wanted: number | undefined,
  step: number,
): Run | null {
  const runs = events.flatMap((event) =>
    event.kind === "run-finished" && event.kernel === kernel ? [event] : [],
  );
  if (wanted === undefined) {
    return runs.find(({ outcome }) => outcome === "crashed") ?? runs[0] ?? null;
  }
  const found = runs.find(({ run }) => runNumberOf(run) === wanted - 1);
  if (found !== undefined) return found;
  throw new Failure("step-not-found", `step ${step} has no run ${wanted}`, {
    facts: { step, run: wanted, runs: runs.length },
    hint: runs.length === 0 ? "it was not run" : `it has ${runs.length}`,
  });
}

function aboutStep(
  id: string,
  number: number,
  { kernel, commit, crashed, clean, foreign, missing }: Answer,
  subject: string,
  shown: Run | null,
  events: readonly BisectionEvent[],
): string[] {
  const built = events.findLast(
    (event) => event.kind === "kernel-built" && event.kernel === kernel,
  );
  const signature = built?.kind === "kernel-built" ? built.signature : null;
  const runs = crashed + clean + foreign + missing;
  return [
    `Step ${number} of the bisection ${id}:`,
    `${commit} ${subject}`,
    signature === null ? "It could not be built." : `Its kernel's signature: ${signature}`,
    `Of ${runs} runs ${crashed} showed the bug.`,
    ...(shown === null ? [] : runLines(shown)),
  ];
}

function runLines({ run, outcome, crashes, restored }: Run): string[] {
  const titles = [...new Set(crashes.map(({ title }) => title))];
  const said = titles.length === 0 ? outcome : `${outcome}: ${titles.join("; ")}`;
  return [
    `Run ${runNumberOf(run) + 1} of its kernel, which is repeated here: ${said}`,
    ...(restored ? ["That one went on from a snapshot of the booted kernel; this one boots."] : []),
  ];
}

async function stepOf(
  events: readonly BisectionEvent[],
  { kernel, commit }: Answer,
  around: { job: KernelJob; folder: string; cache: string; about: readonly string[] },
): Promise<StepByHand> {
  const { job, folder, cache, about } = around;
  const planned = events.findLast(
    (event) => event.kind === "kernel-planned" && event.kernel === kernel,
  );
  const built = events.findLast(
    (event) => event.kind === "kernel-built" && event.kernel === kernel,
  );
  const failed = events.findLast(
    (event) => event.kind === "build-failed" && event.kernel === kernel,
  );
  if (planned?.kind !== "kernel-planned") {
    throw notRepeatable(`nothing was built at ${commit}`, "name another step");
  }
  const { make: arch, target, kernelImage: image } = recipeOf(job.kernel.arch);
  return {
    ...{ about, repo: job.kernel.repo, commit, arch, target, image },
    patches: await Promise.all(planned.patches.map((hash) => patchText(folder, hash))),
    config: await configByHand(
      job,
      cache,
      built?.kind === "kernel-built" ? built.signature : "",
      await smallerConfig(events, planned.config, folder),
    ),
    compiler:
      (built?.kind === "kernel-built" && built.compiler) ||
      (failed?.kind === "build-failed" && failed.compiler) ||
      null,
    toolchain: (built?.kind === "kernel-built" && built.toolchain) || null,
    reproducer: await reproducerByHand(job.reproducer),
    init: await readInit(),
    run: await processByHand(job, cache, `${names.out}/${image}`),
    cmdline: kernelWords(machineWordsOf(job)),
    system: readSystemFolders(),
  };
}

async function reproducerByHand(given: KernelJob["reproducer"]): Promise<ReproducerByHand> {
  const { c, flags = [], shell, program, repeat = 1 } = given;
  if (c !== undefined) return { kind: "c", bytes: await readFile(c), flags, repeat };
  if (shell !== undefined) return { kind: "shell", bytes: await readFile(shell), repeat };
  if (program !== undefined) return { kind: "program", path: program, repeat };
  if (given.none) return { kind: "c", bytes: Buffer.from(nothing), flags, repeat };
  throw notRepeatable(
    "its reproducer is a syz program",
    "build the tools of its syzkaller, and call syz-execprog as docs/job.md says",
  );
}

/** The configuration that the kernel was built with; where it is gone, what was asked for. */
async function configByHand(
  job: KernelJob,
  cache: string,
  signature: string,
  smaller: string | null,
): Promise<ConfigByHand> {
  const kept = await keptConfig(cache, signature);
  if (kept !== null) return { kind: "resolved", text: kept };
  if (smaller !== null) return { kind: "asked", base: null, text: smaller };
  const request = requestOf(await configOf(job));
  const text = formatConfig(overlay(request.asked, decided));
  return { kind: "asked", base: request.kind === "base" ? request.base : null, text };
}

/** The smaller configuration that the bisection found, where the one of hash `config` is that; else null. */
async function smallerConfig(
  events: readonly BisectionEvent[],
  config: string,
  folder: string,
): Promise<string | null> {
  const found = events.findLast((event) => event.kind === "minimised");
  const result = found?.kind === "minimised" ? found.result : null;
  return result?.sha256 === config ? readFile(join(folder, "smaller.config"), "utf8") : null;
}

function processByHand(job: KernelJob, cache: string, image: string): Promise<ProcessSpec | null> {
  const run = {
    ...{ image, initramfs: names.initramfs, console: "console.txt", ...machineWordsOf(job) },
    reproducer: job.reproducer.shell === undefined ? names.reproducer : names.script,
    deadline: runSecondsOf(job),
  };
  return machineOf(job, cache).process(run, "file");
}

/** Patches are kept beside the journal, by their hash. */
async function patchText(folder: string, hash: string): Promise<string> {
  const path = join(folder, "patches", `${hash}.patch`);
  return readFile(path, "utf8").catch((cause: unknown) => {
    throw new Failure("file-not-readable", `cannot read the patch ${path}`, {
      facts: { path },
      hint: "it is a part of the bisection's folder: was it copied whole?",
      cause,
    });
  });
}

function notRepeatable(why: string, hint: string): Failure {
  return new Failure("step-not-repeatable", `nothing to be repeated by hand: ${why}`, { hint });
}
