import { z } from "zod";
import { backportKeys } from "./backports.ts";
import { boundKeys } from "./bounds.ts";
import { expectSchema } from "./expect.ts";
import { machineSchema } from "./machine.ts";
import { programTarget } from "./program.ts";
import { repo, seconds, text } from "./values.ts";

const config = z.union([
  text,
  z.strictObject({
    /** A make target that starts the configuration. */
    base: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*config$/, "expected a make target such as allnoconfig"),
    /** Files with options, each over what came before. */
    fragments: z.array(text).default([]),
  }),
]);

const reproducer = z
  .strictObject({
    /** C source, compiled statically. */
    c: text.optional(),
    /** A shell script, run by busybox. */
    shell: text.optional(),
    /** Seconds that it may run; then the run is clean if the kernel lives. */
    seconds: seconds.default(30),
  })
  .refine((value) => (value.c === undefined) !== (value.shell === undefined), {
    message: "needs exactly one of `c` and `shell`",
  });

/** A file or folder of the repository, from its top; never an option, a pattern, or a place outside. */
const path = z
  .string()
  .max(4096)
  .regex(/^[^\0-\x1f\x7f:/-][^\0-\x1f\x7f]*$/, "expected a path from the repository's top")
  .refine((value) => !value.split("/").includes(".."), "expected a path inside of the repository");

/** What both kinds of target have beside it. */
const search = {
  find: z.enum(["cause"]).default("cause"),
  policy: z.enum(["adaptive", "git", "syzbot-2022", "syzbot-2026"]).default("adaptive"),
  /** Only the line of first parents is searched: a merge counts as one commit. */
  "first-parent": z.boolean().optional(),
  /** Only commits that change one of these files or folders are searched. */
  paths: z.array(path).max(1000).optional(),
  /** Files or folders that the culprit is suspected to change; `adaptive` weighs that. */
  suspect: z.array(path).max(1000).optional(),
  /** Runs of each commit; without it, as many as the crash rate on the crashing commit asks for. */
  runs: z.number().int().min(1).max(1000).optional(),
  /** Probability that the result shall be right with. */
  confidence: z.number().gt(0.5).lt(1).default(0.99),
  /** What counts as the bug; without it, what the crashing commit shows. */
  expect: expectSchema.optional(),
  ...backportKeys,
  ...boundKeys,
};

/** The job file, version 1, of a kernel: what to bisect, with what, where. Unknown keys are refused. */
export const kernelJobSchema = z.strictObject({
  version: z.literal(1),
  kernel: z.strictObject({
    repo,
    /** A commit on which it crashes. */
    crashes: text,
    /** A commit on which it does not; without it, older releases are searched, too. */
    clean: text.optional(),
    config,
    arch: z.enum(["um", "x86_64"]),
  }),
  reproducer,
  machine: machineSchema,
  ...search,
});

/** The job file, version 1, of any other program. */
export const programJobSchema = z.strictObject({
  version: z.literal(1),
  program: programTarget,
  ...search,
});

/** A valid job that bisects a kernel, defaults filled in. */
export type KernelJob = { readonly kind: "kernel" } & z.infer<typeof kernelJobSchema>;
/** A valid job that bisects a program, defaults filled in. */
export type ProgramJob = { readonly kind: "program" } & z.infer<typeof programJobSchema>;
/** A valid job; paths are absolute once it was read from a file. */
export type Job = KernelJob | ProgramJob;
