import { isDeepStrictEqual } from "node:util";
import type { EventOf } from "../../event/index.ts";

/** What of a bisection's first event tells what its runs depend on beside their kernels. */
export type Comparable = Pick<
  EventOf<"started">,
  | "target"
  | "tool"
  | "host"
  | "job"
  | "policy"
  | "expect"
  | "config"
  | "reproducer"
  | "arch"
  | "machine"
>;

/**
 * Why runs that one bisection made are none for another, in words; none: they are. Kernels are compared by their
 * signatures besides, when they are built. What remains is all that a run depends on beside its kernel: where and how
 * it is booted, what it runs and for how long, what is taken for the bug, and who reads its console. Both are as a
 * journal keeps them.
 */
export function differences(mine: Comparable, theirs: Comparable): string[] {
  const own = [mine, theirs].flatMap(notLent);
  if (own.length > 0) return [...new Set(own)];
  return compared.flatMap(([what, of]) => (isDeepStrictEqual(of(mine), of(theirs)) ? [] : [what]));
}

/** All that {@link differences} compares. */
export function comparedOf(started: Comparable): unknown[] {
  return compared.map(([, of]) => of(started) ?? null);
}

/** What cannot be told to be the same, whatever a job says. */
function notLent({ target, machine, job, policy }: Comparable): string[] {
  if (target === "program") return ["it bisects a program, which runs with what this machine has"];
  const image = part(job, "machine", "image");
  return [
    ...(machine === "uml" || machine === "qemu"
      ? []
      : [`nobody knows whether a machine of the type ${machine} is the same`]),
    ...(image === undefined ? [] : ["its machine has a disk image, which may have changed"]),
    ...(policy.startsWith("syzbot-") ? [`the policy ${policy} begins from nothing`] : []),
  ];
}

const compared: readonly (readonly [string, (started: Comparable) => unknown])[] = [
  ["they were made by another version of firstbad", ({ tool }) => tool],
  ["they were made on another computer", ({ host }) => [host.name, host.sandbox]],
  ["its configuration is another", ({ config }) => config],
  ["its architecture is another", ({ arch }) => arch],
  ["its reproducer is another", ({ reproducer, job }) => [reproducer, reproducerKind(job)]],
  ["its reproducer runs otherwise", ({ job }) => howRun.map((key) => part(job, "reproducer", key))],
  ["its machine is another", ({ machine, job }) => [machine, part(job, "machine")]],
  ["its compiler is another", ({ job }) => compilers.map((key) => part(job, "kernel", key))],
  ["something else counts as its bug", ({ expect }) => expect],
];

const howRun = ["seconds", "repeat", "flags", "reached"];
const compilers = ["compiler", "compilers"];
const kinds = ["c", "shell", "program", "syz"];

function reproducerKind(job: Comparable["job"]): string | undefined {
  return kinds.find((kind) => part(job, "reproducer", kind) !== undefined);
}

function part(job: Comparable["job"], ...path: readonly string[]): unknown {
  let value: unknown = job;
  for (const name of path) {
    value = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  }
  return value;
}
