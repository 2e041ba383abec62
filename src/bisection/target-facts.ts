import { readFile } from "node:fs/promises";
import { machine } from "node:os";
import type { EventOf, Host } from "../event/index.ts";
import { expectationOf } from "../job/expectation.ts";
import { reproducerFile, syzkallerOf } from "../job/reproducer.ts";
import type { Job, KernelJob, ProgramJob } from "../job/schema.ts";
import { sha256Of } from "./stored-file.ts";

/** What `started` tells of the target beside its ends. */
type TargetFacts = Pick<
  EventOf<"started">,
  "target" | "expect" | "config" | "reproducer" | "arch" | "machine"
>;

/** The facts of `job`, whose files are read. `host.sandbox` says how its programs are run. */
export async function targetFacts(job: Job, host: Host): Promise<TargetFacts> {
  const expect = expectationOf(job);
  return {
    ...(job.kind === "kernel" ? await kernelFacts(job) : await programFacts(job, host)),
    ...(expect === null ? {} : { expect }),
  };
}

async function kernelFacts(job: KernelJob): Promise<TargetFacts> {
  return {
    config: await configHash(job),
    reproducer: await reproducerHash(job),
    arch: job.kernel.arch,
    machine: job.machine.type,
  };
}

/** How it is built stands for its configuration, what is run and its files for a reproducer. */
async function programFacts({ program }: ProgramJob, host: Host): Promise<TargetFacts> {
  const files = await Promise.all(
    program.files.map(async (path) => sha256Of(await readFile(path))),
  );
  return {
    target: "program",
    config: sha256Of(JSON.stringify([program.build ?? null, program.env])),
    reproducer: sha256Of(JSON.stringify([program.run ?? program.predicate, ...files])),
    arch: machine(),
    machine: host.sandbox ? "sandbox" : "host",
  };
}

/** Its file, and what it is built with where it is not only run. */
async function reproducerHash({ reproducer }: KernelJob): Promise<string> {
  if (reproducer.none) return sha256Of("no reproducer");
  const file = await readFile(reproducerFile(reproducer));
  const { flags = [], syzkaller } = reproducer;
  const tools = syzkaller === undefined ? flags : [syzkallerOf(syzkaller).commit];
  return sha256Of(tools.length === 0 ? file : JSON.stringify([sha256Of(file), ...tools]));
}

async function configHash(job: KernelJob): Promise<string> {
  const { config } = job.kernel;
  if (typeof config === "string") return sha256Of(await readFile(config));
  const fragments = await Promise.all(config.fragments.map((path) => readFile(path, "utf8")));
  return sha256Of(JSON.stringify([config.base, ...fragments]));
}
