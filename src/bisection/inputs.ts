import { copyFile, mkdir, stat, writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { stringify } from "yaml";
import { Failure, type FailureCode } from "../failure/failure.ts";
import { withInputPaths } from "../job/inputs.ts";
import type { Job } from "../job/schema.ts";

/** Name of the job's file inside a bisection's folder. */
export const jobFile = "job.yaml";

/** Largest file that is taken in; configs have 300 kB, reproducers 100 kB. */
const largestInput = 8 * 1024 * 1024;

/**
 * Copies what the job names (config, fragments, reproducer) into `folder`, and the job itself, naming the
 * copies: a bisection that goes on next week is not to see what was edited since.
 *
 * Throws `config-not-readable` or `reproducer-not-readable`.
 */
export async function takeInInputs(job: Job, folder: string): Promise<Job> {
  const inputs = join(folder, "inputs");
  await mkdir(inputs, { recursive: true });
  const take = async (path: string, name: string, code: FailureCode) => {
    const copy = join(inputs, name);
    try {
      if ((await stat(path)).size > largestInput) throw new Error("it is larger than 8 MiB");
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

  const { config } = job.kernel;
  const { c, shell } = job.reproducer;
  const taken: Job = {
    ...job,
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
      ...(c && { c: await take(c, "repro.c", "reproducer-not-readable") }),
      ...(shell && { shell: await take(shell, "repro.sh", "reproducer-not-readable") }),
    },
  };
  // The copies by their place in the folder, so that it can be moved.
  const inside = withInputPaths(taken, (path) => relative(folder, path));
  await writeFile(join(folder, jobFile), stringify(inside));
  return taken;
}
