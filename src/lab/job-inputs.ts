import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { syzkallerOf } from "../job/reproducer.ts";
import type { KernelJob } from "../job/schema.ts";
import { requestOf } from "../kernel/configure.ts";
import { givenProgram, keptCopy } from "../kernel/initramfs/given-program.ts";
import { compileInit } from "../kernel/initramfs/init-program.ts";
import type { GuestReproducer } from "../kernel/initramfs/initramfs.ts";
import { compileReproducer } from "../kernel/initramfs/reproducer.ts";
import type { ConfigSource } from "../kernel/kernel.ts";
import { execprogArguments, guestPlaces } from "../kernel/syzkaller/command-line.ts";
import { syzHeader } from "../kernel/syzkaller/options.ts";
import { buildSyzTools, syzArchitectures } from "../kernel/syzkaller/tools.ts";

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

/** What a guest runs that has no reproducer: it ends at once. */
export const nothing = "int main(void) { return 0; }\n";

/** What goes into a guest's first file system, but for modules. */
export interface GuestPrograms {
  readonly arch: KernelJob["kernel"]["arch"];
  /** Path of our init. */
  readonly init: string;
  readonly reproducer: GuestReproducer;
  /** How often the reproducer is started in a run; 0: until its time is over. */
  readonly repeat: number;
}

/**
 * Our init and the job's reproducer, made once, whatever kind it is. Throws `reproducer-not-compiling`,
 * `reproducer-not-readable` for a program that no guest can run, and `tool-missing`.
 */
export async function guestProgramsOf(
  job: KernelJob,
  cacheFolder: string,
  signal: AbortSignal,
): Promise<GuestPrograms> {
  const { arch } = job.kernel;
  const init = await compileInit(arch, cacheFolder, signal);
  const { c, flags, shell, program, syz, syzkaller, repeat } = job.reproducer;
  // execprog repeats a syz program by itself.
  const asked = repeat ?? 1;
  if (shell !== undefined) {
    return {
      arch,
      init,
      reproducer: { kind: "shell", script: await readFile(shell) },
      repeat: asked,
    };
  }
  if (program !== undefined) {
    const path = await givenProgram(program, arch, cacheFolder);
    return { arch, init, reproducer: { kind: "program", path }, repeat: asked };
  }
  if (syz !== undefined && syzkaller !== undefined) {
    const tools = { ...syzkallerOf(syzkaller), arch, cacheFolder, signal };
    return { arch, init, reproducer: await syzReproducer(syz, repeat ?? 0, tools), repeat: 1 };
  }
  const source = c === undefined ? Buffer.from(nothing) : await readFile(c);
  const path = await compileReproducer({
    source,
    name: basename(c ?? "nothing.c"),
    arch,
    cacheFolder,
    signal,
    ...(flags && { cflags: flags }),
  });
  return { arch, init, reproducer: { kind: "program", path }, repeat: asked };
}

/** A syz program with the tools that run it. */
async function syzReproducer(
  syz: string,
  repeat: number,
  request: Parameters<typeof buildSyzTools>[0],
): Promise<GuestReproducer> {
  const tools = await buildSyzTools(request);
  const { options } = syzHeader(await readFile(syz, "utf8"));
  const arch = syzArchitectures[request.arch];
  const { executor, program } = guestPlaces;
  const copy = await keptCopy(syz, request.cacheFolder);
  return {
    kind: "program",
    path: tools.execprog,
    args: execprogArguments(options, tools.flags, { arch, repeat }),
    files: [
      { name: executor, path: tools.executor, mode: 0o755 },
      { name: program, path: copy, mode: 0o644 },
    ],
  };
}
