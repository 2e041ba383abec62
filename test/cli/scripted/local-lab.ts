import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { KernelJob } from "../../../src/job/schema.ts";
import type { Lab } from "../../../src/lab/lab.ts";
import type { LocalLabOptions } from "../../../src/lab/local-lab.ts";
import { createScriptedLab, type ScriptedRun } from "../../../src/simulate/scripted-lab.ts";

/** What the kernels of a repository do, as the first line of a reproducer's source says: `// {…}`. */
export interface LabScript {
  /** Full hash of the commit that brought the bug; without it no kernel has it. */
  readonly culprit?: string;
  /** Full hash of the commit that fixed it; without it nothing does. */
  readonly fix?: string;
  /** Title of the bug's crash. */
  readonly bug: string;
  /** Of each kernel with the bug, only the run of this number (from 0) shows it. */
  readonly onlyRun?: number;
  /** Full hashes: what does not build, fails for want of memory, does not boot, crashes with `other`. */
  readonly broken?: readonly string[];
  readonly infrastructure?: readonly string[];
  readonly dead?: readonly string[];
  readonly other?: readonly string[];
  /** Options of the configuration, those that a crash needs and others; absent: there are none. */
  readonly options?: { readonly needed: readonly string[]; readonly idle: readonly string[] };
  /** Milliseconds that a build and a run take. */
  readonly pace?: { readonly build: number; readonly run: number };
}

const report = (title: string) => `BUG: ${title}
CPU: 0 PID: 23 Comm: repro Not tainted
Call Trace:
 pipe_poll+0x1d/0x60
 do_sys_poll+0x1f4/0x3a0
 entry_SYSCALL_64+0x34/0x8e
`;

/** Stands in for the lab of this machine: kernels of the job's repository that behave as scripted. */
export async function openLocalLab(
  job: KernelJob,
  { runs }: Pick<LocalLabOptions, "runs">,
): Promise<Lab> {
  const [line = ""] = readFileSync(job.reproducer.c ?? "", "utf8").split("\n");
  const script: LabScript = JSON.parse(line.replace("// ", ""));
  const pace = script.pace ?? { build: 0, run: 0 };
  const lab = createScriptedLab({
    build: (commit) =>
      script.infrastructure?.includes(commit) || process.env.FIRSTBAD_TROUBLE_AT === commit
        ? "infrastructure"
        : script.broken?.includes(commit)
          ? "failed"
          : "built",
    run: (commit, n, { config = "", patches = [] } = {}) => {
      const lacks = script.options?.needed.some((name) => !config.includes(`CONFIG_${name}=y`));
      return lacks ? "clean" : runOf(script, job.kernel.repo, { commit, patches }, n);
    },
    slots: { builds: 1, runs },
    ...(script.options && { configs: configsOf(script.options) }),
  });
  return {
    ...lab,
    async build(plan, control) {
      for (let done = 0; done < 495 && pace.build > 0; done += 55) {
        control.onProgress?.({ done, of: 495 });
        await sleep(pace.build / 9, undefined, { signal: control.signal }).catch(() => {});
      }
      return lab.build(plan, control);
    },
    async run(plan, control) {
      await sleep(pace.run, undefined, { signal: control.signal }).catch(() => {});
      const result = await lab.run(plan, control);
      await mkdir(dirname(plan.console), { recursive: true });
      const crashes = result.crashes.map(({ title }) => report(title)).join("");
      await writeFile(plan.console, `Linux version 6.1.0\n${crashes}reboot: System halted\n`);
      return result;
    },
    symbolize: async ({ title }) => report(title),
  };
}

function configsOf({ needed, idle }: NonNullable<LabScript["options"]>) {
  const names = [...needed, ...idle];
  const tree = mkdtempSync(join(tmpdir(), "firstbad-kconfig-"));
  const kconfig = names.map((name) => `config ${name}\n\tbool "${name}"\n`).join("");
  writeFileSync(join(tree, "Kconfig"), kconfig);
  return { whole: names.map((name) => `CONFIG_${name}=y\n`).join(""), base: "", tree };
}

interface Source {
  readonly commit: string;
  readonly patches: readonly string[];
}

function runOf(script: LabScript, repository: string, source: Source, n: number): ScriptedRun {
  const { commit } = source;
  if (script.dead?.includes(commit)) return "boot-failed";
  if (script.other?.includes(commit)) return { crash: "WARNING in someone_else" };
  const { culprit, fix, onlyRun = n } = script;
  if (culprit === undefined || n !== onlyRun) return "clean";
  if (fix !== undefined && hasChange(repository, fix, source)) return "clean";
  return hasChange(repository, culprit, source) ? { crash: script.bug } : "clean";
}

/** Whether the change of the commit `of` is there: a patch to its files brings it, or takes it out. */
function hasChange(repository: string, of: string, { commit, patches }: Source): boolean {
  const args = ["diff-tree", "--no-commit-id", "--name-only", "-r", of];
  const files = gitSays(repository, args).split("\n").filter(Boolean);
  const isPatched = files.some((file) =>
    patches.some((patch) => patch.includes(`diff --git a/${file} b/${file}\n`)),
  );
  return isAncestor(repository, of, commit) !== isPatched;
}

function isAncestor(repository: string, ancestor: string, commit: string): boolean {
  try {
    gitSays(repository, ["merge-base", "--is-ancestor", ancestor, commit]);
    return true;
  } catch {
    return false;
  }
}

/** What git said of commits, which does not change; thrown where it said no. While it is waited for, nothing else is done. */
const said = new Map<string, { readonly text: string } | { readonly error: unknown }>();

function gitSays(repository: string, args: readonly string[]): string {
  const key = JSON.stringify([repository, ...args]);
  const known = said.get(key) ?? askGit(["-C", repository, ...args]);
  said.set(key, known);
  if ("error" in known) throw known.error;
  return known.text;
}

function askGit(args: readonly string[]): { readonly text: string } | { readonly error: unknown } {
  try {
    return {
      text: execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
    };
  } catch (error) {
    return { error };
  }
}
