import { Document, isMap, isPair, isScalar, type Node, type YAMLMap } from "yaml";
import type { Expect } from "./expect.ts";
import type { KernelJob } from "./schema.ts";

/** The machines that need no further keys. */
export type NewMachineType = Exclude<KernelJob["machine"]["type"], "command" | "ssh" | "none">;

/** What a new job file says; all else is left to its defaults. */
export interface NewJob {
  readonly kernel: {
    readonly repo: string;
    readonly crashes: string;
    readonly clean?: string;
    readonly config: string | { readonly base: string };
    readonly arch: KernelJob["kernel"]["arch"];
  };
  /** Absent: what counts as the bug shows without. */
  readonly reproducer?: { readonly c: string } | { readonly shell: string };
  /** Absent: what counts as the bug is a build that fails, and nothing is run. */
  readonly machine?: { readonly type: NewMachineType };
  /** Absent: the crash that the crashing commit shows. */
  readonly expect?: Expect;
}

/** What each key means, by its path. */
const comments: Readonly<Record<string, string>> = {
  "kernel.repo":
    "The kernel's git repository; it is only read. Paths count from this file's folder.",
  "kernel.crashes": "A commit on which it crashes.",
  "kernel.clean":
    "A commit on which it does not. Without this line older releases are searched, too.",
  "kernel.config":
    "A whole .config, or {base: allnoconfig, fragments: [a.config]}; adapted to each commit.",
  "kernel.arch": "um (User Mode Linux), or x86_64 or another one (QEMU).",
  reproducer: "`c`: a C source, compiled statically; or `shell`: a script for busybox's shell.",
  "reproducer.seconds": "How long it may run; a kernel that lives then is clean.",
  expect: "What counts as the bug.",
  machine: "Where kernels run.",
  "machine.memory": "Memory of the guest.",
  confidence: "Probability that the result shall be right with: decides how often commits are run.",
};

/** Memory of a guest that does for most configurations. */
const memories: Readonly<Record<NewMachineType, string>> = { uml: "128M", qemu: "512M" };

const further = ` Further keys, and what these may be: docs/job.md of firstbad.`;

/** A job file in YAML, every key explained, that `parseJob` reads. */
export function jobText({ kernel, reproducer, machine, expect }: NewJob): string {
  const document = new Document({
    version: 1,
    kernel,
    ...(reproducer && { reproducer: { ...reproducer, seconds: 30 } }),
    ...(machine && { machine: { ...machine, memory: memories[machine.type] } }),
    ...(expect && { expect }),
    confidence: 0.99,
  });
  document.commentBefore = ` What \`firstbad bisect\` looks for, and with what.`;
  document.comment = further;
  if (isMap(document.contents)) explain(document.contents, "");
  return document.toString({ lineWidth: 0 });
}

function explain(map: YAMLMap, above: string): void {
  for (const pair of map.items) {
    if (!isPair<Node, Node>(pair) || !isScalar(pair.key)) continue;
    const path = `${above}${pair.key.value}`;
    const comment = comments[path];
    if (comment !== undefined) pair.key.commentBefore = ` ${comment}`;
    if (isMap(pair.value)) explain(pair.value, `${path}.`);
  }
}
