import type { EventOf } from "../event/index.ts";
import { plainLine, type Summary } from "../syzbot/index.ts";
import { configChangeText } from "./kernel-ages.ts";
import { minimisedResult } from "./minimise.ts";

/** What kernels were built and run with: what a result depends on beside the commits. */
export interface Conditions {
  /** As they name themselves, that of most kernels first. */
  readonly compilers: readonly { readonly name: string; readonly kernels: number }[];
  readonly config: {
    /** SHA-256 of what kernels were configured with in the end. */
    readonly sha256: string;
    /** Where it was read from, as the job says. */
    readonly from: string;
    /** What a smaller one was found to need beside its baseline; null: none was looked for. */
    readonly needed: readonly string[] | null;
    /** What kernels of some ages were asked for otherwise, for people. */
    readonly changes: readonly string[];
    /** Options that were asked for and did not survive, of any kernel. */
    readonly dropped: readonly string[];
  };
  readonly machine: {
    readonly type: string;
    readonly arch: string;
    readonly words: readonly string[];
  };
  readonly reproducer: {
    readonly kind: string;
    readonly sha256: string;
    readonly seconds: number | null;
  };
  /** The name of the computer, and its processors. */
  readonly host: { readonly name: string; readonly cpus: number };
}

/** The conditions of a bisection of ours; null of a log of others. */
export function conditionsOf(summary: Summary): Conditions | null {
  const { started } = summary;
  if (started?.kind !== "started") return null;
  const { config, host, arch, machine, reproducer, job } = started;
  return {
    compilers: compilersOf(summary),
    config: {
      sha256: summary.config ?? config,
      from: configFrom(job),
      needed: minimisedResult(summary)?.kept ?? null,
      changes: summary.configChanges.flatMap(({ changes }) => changes.map(configChangeText)),
      dropped: summary.dropped,
    },
    machine: { type: machine, arch, words: machineWords(job) },
    reproducer: { ...reproducerOf(job), sha256: reproducer },
    host: { name: host.name, cpus: host.cpus },
  };
}

/** `qemu, x86_64, 512 MiB, kernel words panic_on_warn=1`, for people. */
export function machineText({ machine: { type, arch, words } }: Conditions): string {
  const name = type === "uml" ? "User Mode Linux" : type === "none" ? "none: nothing is run" : type;
  return [name, ...(type === "uml" ? [] : [arch]), ...words].join(", ");
}

function compilersOf({ kernels }: Summary): Conditions["compilers"] {
  const names = [...kernels.values()].flatMap(({ build }) =>
    build?.kind === "built" && build.compiler !== "" ? [plainLine(build.compiler)] : [],
  );
  return [...Map.groupBy(names, (name) => name)]
    .map(([name, all]) => ({ name, kernels: all.length }))
    .sort((a, b) => b.kernels - a.kernels || a.name.localeCompare(b.name));
}

type Job = EventOf<"started">["job"];

/** The value at `path` in a job, which was valid when it was written, maybe by another version. */
export function part(job: Job, ...path: readonly string[]): unknown {
  let value: unknown = job;
  for (const name of path) {
    value = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  }
  return value;
}

function configFrom(job: Job): string {
  const config = part(job, "kernel", "config");
  if (typeof config === "string") return plainLine(config);
  const base = part(job, "kernel", "config", "base");
  const fragments = part(job, "kernel", "config", "fragments");
  const files = Array.isArray(fragments) ? fragments.map((file) => plainLine(String(file))) : [];
  return [...(typeof base === "string" ? [base] : []), ...files].join(" + ");
}

function machineWords(job: Job): string[] {
  const memory = part(job, "machine", "memory");
  const cpus = part(job, "machine", "smp");
  const cmdline = part(job, "machine", "cmdline");
  return [
    ...(typeof memory === "number" ? [`${Math.round(memory / 1024 ** 2)} MiB`] : []),
    ...(typeof cpus === "number" && cpus > 1 ? [`${cpus} processors`] : []),
    ...(typeof cmdline === "string" && cmdline !== ""
      ? [`kernel words ${plainLine(cmdline)}`]
      : []),
  ];
}

const kinds = ["c", "shell", "program", "syz", "none"];

function reproducerOf(job: Job): { kind: string; seconds: number | null } {
  const kind = kinds.find((name) => part(job, "reproducer", name) !== undefined) ?? "program";
  const seconds = part(job, "reproducer", "seconds");
  return { kind, seconds: typeof seconds === "number" ? seconds : null };
}
