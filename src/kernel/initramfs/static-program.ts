import { createHash, randomUUID } from "node:crypto";
import { access, mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../../failure/failure.ts";
import type { ProcessResult } from "../../process/process.ts";
import { runProcess } from "../../process/run.ts";
import { crossPrefixOf } from "../arch.ts";
import type { Arch } from "../kernel.ts";

/** Seconds: a large reproducer compiles in about one; a source can make a compiler run forever. */
const compileSeconds = 120;

const compileLimits = {
  memoryBytes: 4 * 1024 ** 3,
  processes: 64,
  fileBytes: 512 * 1024 ** 2,
} as const;

/** How programs of a guest are compiled. */
export const staticFlags = ["-static", "-O2", "-pthread"] as const;

/** What is to be compiled. */
export interface StaticProgram {
  /** For people: appears in messages of the compiler. */
  readonly name: string;
  /** C, in one file. */
  readonly source: Uint8Array;
  readonly arch: Arch;
  /** Further arguments of the compiler, after the source, so that libraries work too. */
  readonly cflags: readonly string[];
  /** Folder that firstbad processes share. */
  readonly cacheFolder: string;
  readonly signal: AbortSignal;
}

/** How compiling ended; trouble of this machine is thrown. */
export type Compiled =
  | { readonly kind: "compiled"; readonly path: string }
  | { readonly kind: "failed"; readonly lines: readonly string[] }
  | { readonly kind: "endless"; readonly seconds: number };

/**
 * A C source as a static program, compiled in the sandbox or taken from the cache.
 *
 * The cache key covers source, compiler, its version and arguments; an entry appears whole or not at all,
 * whoever else writes it. Throws `tool-missing`, `sandbox-failed`, `out-of-memory`, `disk-full`, `killed`
 * or `interrupted`.
 */
export async function compileStatic(program: StaticProgram): Promise<Compiled> {
  // A UML guest runs the host's programs.
  const compiler = `${crossPrefixOf(program.arch)}gcc`;
  const args = [...staticFlags, "-o", "/out/program", `/in/${program.name}`];
  args.push(...program.cflags);
  const version = await versionOf(compiler, program.signal);
  const key = createHash("sha256")
    .update(JSON.stringify([1, compiler, version, args]))
    .update(program.source)
    .digest("hex");
  const path = join(program.cacheFolder, "programs", key);
  if (await exists(path)) return { kind: "compiled", path };

  const folder = join(program.cacheFolder, "programs", `.${process.pid}-${randomUUID()}`);
  try {
    await mkdir(join(folder, "in"), { recursive: true });
    await mkdir(join(folder, "out"));
    await writeFile(join(folder, "in", program.name), program.source);
    const result = await compile(compiler, args, folder, program.signal);
    const failed = judge(result);
    if (failed !== null) return failed;
    const made = join(folder, "out", "program");
    await makeDurable(made);
    await rename(made, path);
    return { kind: "compiled", path };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function compile(
  compiler: string,
  args: readonly string[],
  folder: string,
  signal: AbortSignal,
): Promise<ProcessResult> {
  return runProcess({
    command: compiler,
    args,
    cwd: "/in",
    env: { LC_ALL: "C" },
    stdout: { kind: "discard" },
    stderr: { kind: "capture", limit: 256 * 1024 },
    deadline: compileSeconds,
    signal,
    sandbox: {
      mounts: [
        { host: join(folder, "in"), inside: "/in", writable: false },
        { host: join(folder, "out"), inside: "/out", writable: true },
      ],
    },
    limits: compileLimits,
  });
}

/** Null where it compiled. */
function judge(result: ProcessResult): Compiled | null {
  if (result.ending === "aborted") throw interrupted();
  if (result.ending === "deadline") return { kind: "endless", seconds: compileSeconds };
  if (result.exitCode === 0) return null;
  const said = result.stderr.toString("utf8");
  if (result.outOfMemory) {
    throw new Failure("out-of-memory", "the compiler needs more memory than it may have", {
      facts: { bytes: compileLimits.memoryBytes },
      hint: "compile the program by hand to see what takes so much",
    });
  }
  if (said.includes("No space left on device")) {
    throw new Failure("disk-full", "no space left on device while compiling", {
      hint: "free some space, then resume",
    });
  }
  if (result.killedBy !== null) {
    throw new Failure("killed", `the compiler was killed by ${result.killedBy}`, {
      hint: "see the kernel log of this machine (dmesg) for why, then resume",
    });
  }
  return { kind: "failed", lines: said.split("\n").filter((line) => line !== "") };
}

const versions = new Map<string, Promise<string>>();

function versionOf(compiler: string, signal: AbortSignal): Promise<string> {
  const known = versions.get(compiler);
  if (known) return known;
  const asked = askVersion(compiler, signal);
  versions.set(compiler, asked);
  // One that failed or was interrupted is asked again.
  asked.catch(() => versions.delete(compiler));
  return asked;
}

async function askVersion(compiler: string, signal: AbortSignal): Promise<string> {
  const result = await runProcess({
    command: compiler,
    args: ["--version"],
    env: { LC_ALL: "C" },
    deadline: 30,
    signal,
    sandbox: { mounts: [] },
  });
  if (result.ending === "aborted") throw interrupted();
  const line = result.stdout.toString("utf8").split("\n", 1)[0]!;
  if (result.exitCode === 0 && line !== "") return line;
  throw new Failure("tool-missing", `${compiler} does not say its version`, {
    facts: { program: compiler },
    hint: `run ${compiler} --version by hand`,
  });
}

function interrupted(): Failure {
  return new Failure("interrupted", "interrupted while compiling", { hint: "resume" });
}

/** Without this, a power cut after the rename could leave an empty file under the final name. */
async function makeDurable(path: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
