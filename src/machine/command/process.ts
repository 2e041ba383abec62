import { basename, dirname } from "node:path";
import type { ProcessSpec } from "../../process/process.ts";
import type { Mount } from "../../process/sandbox.ts";
import { hostEnvironment } from "../host-environment.ts";
import { kernelWords } from "../kernel-words.ts";
import type { MachineRun } from "../machine.ts";

const mebibyte = 1024 ** 2;

/** Where the sandbox shows the files of a run, and those of the job. */
const inside = {
  image: "/machine/kernel",
  initramfs: "/machine/initramfs",
  reproducer: "/machine/reproducer",
  inputs: "/machine/inputs",
} as const;

/** How the folder of the job's files is written at the beginning of a word. */
const inputsWord = "$INPUTS/";

/** A program that is a machine. */
export interface CommandOptions {
  /** The program and its arguments. */
  readonly words: readonly string[];
  /** Files of the job, all in one folder. */
  readonly files: readonly string[];
  /** What `ARCH=` names. */
  readonly arch: string;
  /** False: it runs as the user, on this machine. */
  readonly sandbox: boolean;
  /** Most runs at once. */
  readonly atOnce: number;
  /** Memory of the program itself beside the guest's, in bytes, where it is isolated; default 1 GiB. */
  readonly ownMemory?: number;
}

/**
 * The process that is a run; `folder` is an empty one of its own. Pure but for this process's environment,
 * which a program that is not isolated inherits. What the variables mean is documented in docs/machines.md.
 *
 * In a sandbox they are given to `env` there, and not to bubblewrap, which runs on the host.
 */
export function commandProcess(
  options: CommandOptions,
  run: MachineRun,
  folder: string,
): ProcessSpec {
  const common = {
    stdout: { kind: "file", path: run.console },
    stderr: { kind: "capture", limit: 64 * 1024 },
    deadline: run.deadline,
  } as const;
  if (!options.sandbox) {
    const seen = { ...run, inputs: inputsOf(options), folder };
    const env = hostEnvironment(variables(options, run, seen));
    const [command = "", ...args] = wordsOf(options, seen.inputs);
    return { ...common, command, args, env, cwd: folder };
  }
  const seen = { ...inside, reproducer: run.reproducer && inside.reproducer, folder: "/tmp" };
  const given = { HOME: "/tmp", LANG: "C.UTF-8", ...variables(options, run, seen) };
  return {
    ...common,
    command: "env",
    args: [
      ...Object.entries(given).map(([name, value]) => `${name}=${value}`),
      ...wordsOf(options, inside.inputs),
    ],
    sandbox: {
      mounts: mountsOf(options, run),
      tmpBytes: run.memory + 256 * mebibyte,
      shmBytes: run.memory + 64 * mebibyte,
    },
    limits: {
      memoryBytes: run.memory + (options.ownMemory ?? 1024 * mebibyte),
      fileBytes: run.memory + 8 * 1024 * mebibyte,
    },
  };
}

/** Where a program finds what it is given. */
interface Seen {
  readonly image: string;
  readonly initramfs: string;
  readonly reproducer?: string | undefined;
  readonly inputs: string | null;
  readonly folder: string;
}

function variables({ arch }: CommandOptions, run: MachineRun, seen: Seen): Record<string, string> {
  return {
    FIRSTBAD_KERNEL: seen.image,
    FIRSTBAD_INITRAMFS: seen.initramfs,
    ...(seen.reproducer === undefined ? {} : { FIRSTBAD_REPRODUCER: seen.reproducer }),
    FIRSTBAD_CMDLINE: kernelWords(run),
    FIRSTBAD_ARCH: arch,
    FIRSTBAD_MEMORY: `${run.memory}`,
    FIRSTBAD_SECONDS: `${run.seconds}`,
    FIRSTBAD_DEADLINE: `${run.deadline}`,
    FIRSTBAD_FOLDER: seen.folder,
    ...(seen.inputs === null ? {} : { INPUTS: seen.inputs }),
  };
}

/** All files were copied into one folder when the bisection began. */
function inputsOf({ files }: CommandOptions): string | null {
  return files[0] === undefined ? null : dirname(files[0]);
}

function wordsOf({ words }: CommandOptions, inputs: string | null): readonly string[] {
  return words.map((word) =>
    inputs !== null && word.startsWith(inputsWord)
      ? `${inputs}/${word.slice(inputsWord.length)}`
      : word,
  );
}

function mountsOf({ files }: CommandOptions, run: MachineRun): Mount[] {
  const shown: [string | undefined, string][] = [
    [run.image, inside.image],
    [run.initramfs, inside.initramfs],
    [run.reproducer, inside.reproducer],
    ...files.map((path): [string, string] => [path, `${inside.inputs}/${basename(path)}`]),
  ];
  return shown.flatMap(([host, place]) =>
    host === undefined ? [] : [{ host, inside: place, writable: false }],
  );
}
