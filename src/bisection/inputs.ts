import { copyFile, mkdir, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { stringify } from "yaml";
import { Failure, type FailureCode } from "../failure/failure.ts";
import { withInputPaths } from "../job/inputs.ts";
import { isBaseline } from "../job/minimize.ts";
import { largestProgram } from "../job/reproducer.ts";
import type { Job, KernelJob, ProgramJob } from "../job/schema.ts";

/** Name of the job's file inside a bisection's folder. */
export const jobFile = "job.yaml";

/** Name of the baseline that the configuration is made smaller against, inside a bisection's folder. */
export const baselineFile = "inputs/baseline.config";

/** Folder among the inputs for the files of a kernel's machine. */
const machineInputs = "machine";

/** Largest file that is taken in of a kernel's job; configs have 300 kB, reproducers 100 kB. */
const largestKernelInput = 8 * 1024 ** 2;
/** Largest file that is taken in of a program's. */
const largestProgramInput = 1024 ** 3;

/** Copies the file `path` to the name `name` among the inputs, and returns the copy's path. */
type Take = (path: string, name: string, code: FailureCode, most?: number) => Promise<string>;

/**
 * Copies what the job names (config, fragments, reproducer; a program's files) into `folder`, and the job
 * itself, naming the copies: a bisection that goes on next week is not to see what was edited since.
 *
 * Throws `config-not-readable`, `reproducer-not-readable` or `file-not-readable`.
 */
export async function takeInInputs(job: Job, folder: string): Promise<Job> {
  const inputs = join(folder, "inputs");
  await mkdir(inputs, { recursive: true });
  const usually = job.kind === "kernel" ? largestKernelInput : largestProgramInput;
  const take: Take = async (path, name, code, most = usually) => {
    const copy = join(inputs, name);
    try {
      const status = await stat(path);
      if (!status.isFile()) throw new Error("it is no file");
      if (status.size > most) throw new Error(`it is larger than ${most / 1024 ** 2} MiB`);
      await mkdir(dirname(copy), { recursive: true });
      await copyFile(path, copy);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Failure(code, `cannot read ${path}: ${why}`, {
        facts: { path },
        hint: "correct its path in the job",
        cause: error,
      });
    }
    return copy;
  };
  const taken = job.kind === "kernel" ? await takeKernel(job, take) : await takeProgram(job, take);
  // The copies by their place in the folder, so that it can be moved.
  const { kind: _, ...inside } = withInputPaths(taken, (path) => relative(folder, path));
  await writeFile(join(folder, jobFile), stringify(inside));
  return taken;
}

async function takeKernel(job: KernelJob, take: Take): Promise<Job> {
  const { config } = job.kernel;
  const { c, shell, program, syz } = job.reproducer;
  const unreadable = "reproducer-not-readable";
  const { minimize } = job;
  return {
    ...job,
    ...(isBaseline(minimize) && {
      minimize: {
        ...minimize,
        baseline: await take(minimize.baseline, basename(baselineFile), "config-not-readable"),
      },
    }),
    kernel: {
      ...job.kernel,
      config:
        typeof config === "string"
          ? await take(config, "kernel.config", "config-not-readable")
          : {
              ...config,
              fragments: await Promise.all(
                config.fragments.map((path, n) =>
                  take(path, `${n}-${basename(path)}`, "config-not-readable"),
                ),
              ),
            },
    },
    reproducer: {
      ...job.reproducer,
      ...(c && { c: await take(c, "repro.c", unreadable) }),
      ...(shell && { shell: await take(shell, "repro.sh", unreadable) }),
      ...(program && { program: await take(program, "repro", unreadable, largestProgram) }),
      ...(syz && { syz: await take(syz, "repro.syz", unreadable) }),
    },
    machine: await takeMachine(job.machine, take),
  };
}

/** The files of a command keep their names, below those of the kernel's job. */
async function takeMachine(
  machine: KernelJob["machine"],
  take: Take,
): Promise<KernelJob["machine"]> {
  if (machine.type !== "command") return machine;
  const files = await Promise.all(
    machine.files.map((path) =>
      take(path, join(machineInputs, basename(path)), "file-not-readable"),
    ),
  );
  return { ...machine, files };
}

/** Its files keep their names: its command knows them by these. */
async function takeProgram(job: ProgramJob, take: Take): Promise<Job> {
  const files = await Promise.all(
    job.program.files.map((path) => take(path, basename(path), "file-not-readable")),
  );
  return { ...job, program: { ...job.program, files } };
}
