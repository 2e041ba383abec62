import { createHash } from "node:crypto";
import type { RunOutcome } from "../event/index.ts";
import { runNumberOf } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import type { BuildResult } from "../kernel/kernel.ts";
import type { Comparison, KernelPlan, Lab, RunResult } from "../lab/lab.ts";

/** How kernels behave in a scripted lab: pure functions, so that the same question has one answer. */
export interface Script {
  /** What the build of a commit's kernel ends with, with these patches over it; absent: it builds. */
  readonly build?: (
    commit: string,
    patches?: readonly string[],
  ) => "built" | "failed" | "infrastructure";
  /** What tells kernels apart; absent: every commit has a kernel of its own. */
  readonly signature?: (commit: string) => string;
  /** What kernels that differ in line numbers alone have in common; absent: they cannot be compared. */
  readonly tokens?: (commit: string) => string;
  /** What run `n` of a commit's kernel shows. */
  readonly run: (commit: string, n: number, patches?: readonly string[]) => ScriptedRun;
  /** What a run shows that goes on from a snapshot of the booted kernel; absent: every run boots. */
  readonly restored?: (commit: string, n: number) => ScriptedRun;
  readonly slots?: Lab["slots"];
  /** The report of a crash with source lines; absent: its title alone. */
  readonly report?: (title: string) => string;
  /** Seconds that are said to have passed; absent: 120 a build, 20 a run. */
  readonly seconds?: { readonly build: number; readonly run: number };
}

/** A crash's title, or an outcome without one; `infrastructure`: this machine fails. */
export type ScriptedRun =
  | Exclude<RunOutcome, "crashed">
  | "infrastructure"
  | { readonly crash: string };

/**
 * A lab whose kernels do what a script says, at once. It keeps the contract of every lab: infrastructure
 * trouble is thrown, a fired signal is `interrupted`, and nothing depends on order or time.
 */
export function createScriptedLab(script: Script): Lab {
  const seconds = script.seconds ?? { build: 120, run: 20 };
  return {
    slots: script.slots ?? { builds: 1, runs: 1 },
    async build(plan, { signal }): Promise<BuildResult> {
      await turn(signal);
      switch (script.build?.(plan.commit, plan.patches) ?? "built") {
        case "infrastructure":
          throw new Failure("out-of-memory", `the compiler was killed at ${plan.commit}`);
        case "failed":
          return {
            kind: "failed",
            stage: "build",
            excerpt: ["kernel/fork.c:1:1: error: expected ';'"],
            compiler: scriptedCompiler,
            seconds: seconds.build,
          };
        case "built":
          return {
            kind: "built",
            signature: script.signature?.(plan.commit) ?? signatureOf(plan),
            compiler: scriptedCompiler,
            dropped: [],
            seconds: seconds.build,
            cached: false,
            ...(script.tokens && { objects: 1 }),
          };
      }
    },
    async compare(one, other, { signal }): Promise<Comparison> {
      await turn(signal);
      return script.tokens?.(one.commit) === script.tokens?.(other.commit)
        ? { kind: "equal", objects: 1 }
        : { kind: "different", why: "the code of kernel/fork.o differs" };
    },
    async run({ plan, run, mayRestore }, { signal }): Promise<RunResult> {
      await turn(signal);
      const restoring = mayRestore ? script.restored : undefined;
      const scripted = (restoring ?? script.run)(plan.commit, runNumberOf(run), plan.patches);
      const restored = restoring && { restored: true as const };
      if (scripted === "infrastructure") {
        throw new Failure(
          "machine-infrastructure",
          `the machine of run ${run} could not be started`,
        );
      }
      if (typeof scripted === "string")
        return { outcome: scripted, crashes: [], seconds: seconds.run, ...restored };
      const frame = / in (\w+)$/.exec(scripted.crash)?.[1] ?? null;
      const crash = {
        title: scripted.crash,
        type: "UNKNOWN",
        frame,
        stack: frame === null ? [] : [frame],
      };
      return { outcome: "crashed", crashes: [crash], seconds: seconds.run, ...restored };
    },
    async symbolize({ title }) {
      return script.report?.(title) ?? `${title}\n`;
    },
    async compiledFiles() {
      return null;
    },
    async withTree() {
      return null;
    },
    async close() {},
  };
}

/** Of each commit, and of each set of patches over it, another. */
function signatureOf({ commit, patches }: KernelPlan): string {
  if (patches.length === 0) return commit.padEnd(64, "0").slice(0, 64);
  return createHash("sha256")
    .update([commit, ...patches].join("\0"))
    .digest("hex");
}

const scriptedCompiler = "gcc (scripted) 12.2.0, GNU ld (scripted) 2.40";

/** Lets others have their turn, as every real lab does. */
async function turn(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal.aborted) throw new Failure("interrupted", "the scripted lab was told to stop");
}
