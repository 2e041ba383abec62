import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { KernelJob } from "../job/schema.ts";
import { requestOf } from "../kernel/configure.ts";
import { compileInit } from "../kernel/initramfs/init-program.ts";
import type { GuestReproducer } from "../kernel/initramfs/initramfs.ts";
import { compileReproducer } from "../kernel/initramfs/reproducer.ts";
import type { ConfigSource } from "../kernel/kernel.ts";

/** The configuration that a job asks for, its files read. Throws `config-invalid` with the bad line. */
export async function configOf(job: KernelJob): Promise<ConfigSource> {
  const source = await readConfig(job.kernel.config);
  // Kernels find it out too, but each after a checkout: a bad line is better told before the first.
  requestOf(source);
  return source;
}

async function readConfig(config: KernelJob["kernel"]["config"]): Promise<ConfigSource> {
  if (typeof config === "string") return { kind: "file", text: await readFile(config, "utf8") };
  const fragments = await Promise.all(config.fragments.map((path) => readFile(path, "utf8")));
  return { kind: "base", base: config.base, fragments };
}

/** What goes into a guest's first file system, but for modules. */
export interface GuestPrograms {
  readonly arch: KernelJob["kernel"]["arch"];
  /** Path of our init. */
  readonly init: string;
  readonly reproducer: GuestReproducer;
}

/** Our init and the job's reproducer, compiled once. Throws `reproducer-not-compiling`, `tool-missing`. */
export async function guestProgramsOf(
  job: KernelJob,
  cacheFolder: string,
  signal: AbortSignal,
): Promise<GuestPrograms> {
  const { arch } = job.kernel;
  const init = await compileInit(arch, cacheFolder, signal);
  const { c, shell } = job.reproducer;
  if (c === undefined) {
    return { arch, init, reproducer: { kind: "shell", script: await readFile(shell ?? "") } };
  }
  const source = await readFile(c);
  const path = await compileReproducer({ source, name: basename(c), arch, cacheFolder, signal });
  return { arch, init, reproducer: { kind: "program", path } };
}
