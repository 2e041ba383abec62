import { z } from "zod";
import { sizeIn } from "./size.ts";

const text = z.string().trim().min(1);

/** A size such as `128M` or `1G`, in bytes; a bare number counts bytes. */
const size = z.union([z.number().int().positive(), z.string()]).transform((value, context) => {
  const bytes = sizeIn(String(value).trim());
  if (bytes !== null) return bytes;
  const message = `expected a size such as 128M, got ${JSON.stringify(value)}`;
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

/** Words for a kernel's command line: no control characters, at most what kernels accept. */
const cmdline = z
  .string()
  .max(2048)
  .regex(/^[^\0-\x1f\x7f]*$/, "control characters are not allowed");

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
    seconds: z.number().positive().max(86_400).default(30),
  })
  .refine((value) => (value.c === undefined) !== (value.shell === undefined), {
    message: "needs exactly one of `c` and `shell`",
  });

/** The job file, version 1: what to bisect, with what, where. Unknown keys are refused. */
export const jobSchema = z.strictObject({
  version: z.literal(1),
  kernel: z.strictObject({
    /** Path of the kernel's git repository. */
    repo: text.refine((value) => !/^([a-z+]+:\/\/|[^/]+@[^/]+:)/.test(value), {
      message: "expected a path; clone the repository first and name the folder",
    }),
    /** A commit on which it crashes. */
    crashes: text,
    /** A commit on which it does not; without it, releases are walked back. */
    clean: text.optional(),
    config,
    arch: z.enum(["um", "x86_64"]),
  }),
  reproducer,
  machine: z.strictObject({
    type: z.enum(["uml"]),
    memory: size.default(128 * 1024 ** 2),
    cmdline: cmdline.default("panic_on_warn=1"),
    /** Seconds for boot and shutdown, added to the reproducer's. */
    boot: z.number().positive().max(86_400).default(60),
  }),
  find: z.enum(["cause"]).default("cause"),
  policy: z.enum(["git", "syzbot-2022", "syzbot-2026"]).default("git"),
  /** Runs of each commit; without it, as many as the crash rate on the crashing commit asks for. */
  runs: z.number().int().min(1).max(1000).optional(),
  /** Probability that the result shall be right with. */
  confidence: z.number().gt(0.5).lt(1).default(0.99),
});

/** A valid job, defaults filled in. */
export type Job = z.infer<typeof jobSchema>;
