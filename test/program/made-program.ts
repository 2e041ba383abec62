import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { parseJob } from "../../src/job/read.ts";
import type { ProgramJob } from "../../src/job/schema.ts";
import type { Lab, RunResult } from "../../src/lab/lab.ts";
import { openProgramLab } from "../../src/lab/program-lab.ts";
import { git, madeFolder, madeRepository } from "../history/made-repository.ts";

export const never = new AbortController().signal;

/** A repository with one commit for each of `trees` (files by path), each after the one before. */
export function madeProgram(...trees: readonly Readonly<Record<string, string>>[]): {
  readonly repo: string;
  readonly commits: readonly string[];
} {
  const repo = madeRepository();
  const commits = trees.map((files, n) => {
    for (const name of git(repo, "ls-files").split("\n").filter(Boolean)) rmSync(join(repo, name));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(repo, path)), { recursive: true });
      writeFileSync(join(repo, path), text, { mode: text.startsWith("#!") ? 0o755 : 0o644 });
    }
    git(repo, "add", "--all");
    git(repo, "commit", "--quiet", "--allow-empty", "-m", `commit ${n}`);
    return git(repo, "rev-parse", "HEAD");
  });
  return { repo, commits };
}

/** A job of `program` on `repo`, as a file would say it. */
export function jobOf(
  repo: string,
  program: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, unknown>> = {},
): ProgramJob {
  const job = { version: 1, program: { repo, crashes: "HEAD", ...program }, ...more };
  return parseJob(JSON.stringify(job), { path: join(repo, "firstbad.yaml") }) as ProgramJob;
}

/** A lab for a job, closed when the test is finished. */
export async function madeLab(
  job: ProgramJob,
  options: Partial<Parameters<typeof openProgramLab>[1]> = {},
): Promise<Lab & { readonly cache: string }> {
  const cache = options.cache ?? madeFolder();
  const rest = { isolation: "sandbox", builds: 1, runs: 2, clean: null } as const;
  const lab = await openProgramLab(job, { ...rest, ...options, cache });
  onTestFinished(() => lab.close());
  return Object.assign(lab, { cache });
}

/** Builds `commit` and runs it once; what the run said, and its console's path. */
export async function runOnce(
  lab: Lab,
  commit: string,
): Promise<RunResult & { readonly console: string }> {
  const plan = { kernel: commit.slice(0, 12), commit, patches: [] };
  const built = await lab.build(plan, { signal: never });
  if (built.kind === "failed") throw new Error(built.excerpt.join("\n"));
  const console = join(madeFolder(), "console.txt");
  const { signature } = built;
  const run = `${plan.kernel}#0`;
  return { ...(await lab.run({ plan, signature, run, console }, { signal: never })), console };
}
