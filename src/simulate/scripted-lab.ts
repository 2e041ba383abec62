import { createHash } from "node:crypto";
import type { CrashSeen, Expectation, RunOutcome } from "../event/index.ts";
import { runNumberOf } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import type { BuildResult, CompilerKnowledge, PassedOver } from "../kernel/kernel.ts";
import type { Comparison, KernelPlan, Lab, RunResult } from "../lab/lab.ts";
import { judged, ofRuns } from "../outcome/judge.ts";

/** How kernels behave in a scripted lab: pure functions, so that the same question has one answer. */
export interface Script {
  /** What the build of a commit's kernel ends with, with these patches over it and this configuration; absent: it builds. */
  readonly build?: (
    commit: string,
    patches?: readonly string[],
    config?: string | undefined,
  ) => "built" | "failed" | "infrastructure";
  /** The compiler that builds it, and those that do not, unless `known` has them; absent: it has no name. */
  readonly compiler?: (
    commit: string,
    known: CompilerKnowledge | undefined,
  ) => { readonly name: string; readonly passedOver?: readonly PassedOver[] };
  /** Options without which the crash cannot be seen, and which its kernel lacks; absent: none. */
  readonly lacks?: (commit: string) => readonly string[];
  /** What tells kernels apart; absent: every commit has a kernel of its own. */
  readonly signature?: (commit: string) => string;
  /** What kernels that differ in line numbers alone have in common; absent: they cannot be compared. */
  readonly tokens?: (commit: string) => string;
  /** What run `n` of a commit's kernel shows. */
  readonly run: (
    commit: string,
    n: number,
    given?: { readonly patches?: readonly string[]; readonly config?: string | undefined },
  ) => ScriptedRun;
  /** The whole configuration, the one that a make target gives, and a tree with its Kconfig files. */
  readonly configs?: { readonly whole: string; readonly base: string; readonly tree: string };
  /** What a run shows that goes on from a snapshot of the booted kernel; absent: every run boots. */
  readonly restored?: (commit: string, n: number) => ScriptedRun;
  /** Whether a clean run came to the crashing function; absent: its machine cannot tell. */
  readonly reached?: (commit: string, n: number) => boolean;
  /** The files that a commit's build reads; absent: that is not known. */
  readonly compiled?: (commit: string) => readonly string[];
  readonly slots?: Lab["slots"];
  /** What the job expects: decides what consoles say; absent: what the crashing commit shows. */
  readonly expect?: Expectation | null;
  /** What the build of a commit says that fails; absent: a syntax error. */
  readonly buildSays?: (commit: string) => readonly string[];
  /** The report of a crash with source lines; absent: its title alone. */
  readonly report?: (title: string) => string;
  /** Seconds that are said to have passed; absent: 120 a build, 20 a run. */
  readonly seconds?: { readonly build: number; readonly run: number };
}

/**
 * A crash's title, an outcome without one, or how it ended with what it printed, which the job's expectation judges;
 * `infrastructure`: this machine fails.
 */
export type ScriptedRun =
  | Exclude<RunOutcome, "crashed">
  | "infrastructure"
  | { readonly crash: string }
  | {
      readonly ended: RunOutcome;
      readonly console?: string;
      /** Titles of crashes in it. */
      readonly crashes?: readonly string[];
      /** Seconds until the first process was there; absent: it never was. */
      readonly bootSeconds?: number;
    };

/** What a run tells of the functions that it was asked for. */
function reachedAs(functions: readonly string[], there: boolean): Pick<RunResult, "reached"> {
  if (functions.length === 0) return {};
  return { reached: { asked: [...functions], absent: [], hit: there ? [...functions] : [] } };
}

/**
 * A lab whose kernels do what a script says, at once. It keeps the contract of every lab: infrastructure
 * trouble is thrown, a fired signal is `interrupted`, and nothing depends on order or time.
 */
export function createScriptedLab(script: Script): Lab {
  const seconds = script.seconds ?? { build: 120, run: 20 };
  return {
    slots: script.slots ?? { builds: 1, runs: 1 },
    async build(plan, { signal, sees = null }): Promise<BuildResult> {
      await turn(signal);
      const gone = sees === null ? [] : (script.lacks?.(plan.commit) ?? []);
      if (gone.length > 0) {
        const excerpt = gone.map((option) => `${option} is gone here`);
        const failed = { kind: "failed", stage: "config", compiler: scriptedCompiler } as const;
        return { ...failed, excerpt, gone, seconds: seconds.build };
      }
      switch (script.build?.(plan.commit, plan.patches, configIn(plan, script)) ?? "built") {
        case "infrastructure":
          throw new Failure("out-of-memory", `the compiler was killed at ${plan.commit}`);
        case "failed":
          return {
            kind: "failed",
            stage: "build",
            excerpt: script.buildSays?.(plan.commit) ?? ["kernel/fork.c:1:1: error: expected ';'"],
            compiler: scriptedCompiler,
            seconds: seconds.build,
          };
        case "built":
          return {
            kind: "built",
            signature: ownSignature(script, plan) ?? signatureOf(plan),
            compiler: scriptedCompiler,
            ...toolchainOf(script.compiler?.(plan.commit, plan.compilers)),
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
    async run({ plan, run, mayRestore, functions = [] }, { signal }): Promise<RunResult> {
      await turn(signal);
      const restoring = mayRestore ? script.restored : undefined;
      const config = configIn(plan, script);
      const scripted = (restoring ?? script.run)(plan.commit, runNumberOf(run), {
        patches: plan.patches,
        config,
      });
      const restored = restoring && { restored: true as const };
      if (scripted === "infrastructure") {
        throw new Failure(
          "machine-infrastructure",
          `the machine of run ${run} could not be started`,
        );
      }
      if (typeof scripted === "string")
        return {
          ...{ outcome: scripted, crashes: [], seconds: seconds.run, ...restored },
          ...(script.reached &&
            reachedAs(functions, script.reached(plan.commit, runNumberOf(run)))),
        };
      if ("ended" in scripted) {
        return { ...endedAs(script.expect ?? null, scripted), seconds: seconds.run, ...restored };
      }
      const crashes = [crashTitled(scripted.crash)];
      return { outcome: "crashed", crashes, seconds: seconds.run, ...restored };
    },
    async symbolize({ title }) {
      return script.report?.(title) ?? `${title}\n`;
    },
    async compiledFiles({ commit }) {
      return script.compiled?.(commit) ?? null;
    },
    async configOf({ config }) {
      if (script.configs === undefined) return null;
      if (config?.kind === "file") return config.text;
      return config === undefined ? script.configs.whole : script.configs.base;
    },
    async withTree(_, use) {
      return script.configs === undefined ? null : use(script.configs.tree);
    },
    async close() {},
  };
}

function crashTitled(title: string): CrashSeen {
  const frame = / in (\w+)$/.exec(title)?.[1] ?? null;
  return { title, type: "UNKNOWN", frame, stack: frame === null ? [] : [frame] };
}

/** What every lab makes of a run that ended so. */
function endedAs(
  expect: Expectation | null,
  {
    ended,
    console = "",
    crashes: titles = [],
    bootSeconds = null,
  }: {
    readonly ended: RunOutcome;
    readonly console?: string;
    readonly crashes?: readonly string[];
    readonly bootSeconds?: number | null;
  },
): Pick<RunResult, "outcome" | "crashes" | "number" | "ended"> {
  const isAny = expect?.kind === "any-crash";
  const crashes = titles.map((title) => ({
    ...crashTitled(title),
    ...(isAny && { expected: true }),
  }));
  const decides = ofRuns(expect);
  if (decides === null) return { outcome: ended, crashes };
  const run = { outcome: ended, crashes, console: Buffer.from(console), whole: true, bootSeconds };
  return judged(decides, run);
}

/** The text of what a kernel is configured with, where the script has any. */
function configIn({ config }: KernelPlan, { configs }: Script): string | undefined {
  return config?.kind === "file" ? config.text : configs?.whole;
}

/** What the script says of a commit's kernel; one with patches is another. */
function ownSignature({ signature }: Script, { commit, patches }: KernelPlan): string | undefined {
  return patches.length === 0 ? signature?.(commit) : undefined;
}

/** Every commit has a kernel of its own, and each set of patches over it, and each configuration of it. */
function signatureOf({ commit, patches, config }: KernelPlan): string {
  if (patches.length === 0 && config === undefined) return commit.padEnd(64, "0").slice(0, 64);
  return createHash("sha256")
    .update(JSON.stringify([commit, config ?? null, ...patches]))
    .digest("hex");
}

const scriptedCompiler = "gcc (scripted) 12.2.0, GNU ld (scripted) 2.40";

/** Lets others have their turn, as every real lab does. */
async function turn(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal.aborted) throw new Failure("interrupted", "the scripted lab was told to stop");
}

function toolchainOf(by: ReturnType<NonNullable<Script["compiler"]>> | undefined) {
  if (by === undefined) return {};
  const { name, passedOver } = by;
  return { toolchain: name, ...(passedOver && { passedOver }) };
}
