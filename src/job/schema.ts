import { z } from "zod";
import { backportKeys } from "./backports.ts";
import { boundKeys } from "./bounds.ts";
import { checkKeys } from "./checks.ts";
import { expectSchema } from "./expect.ts";
import { misfits } from "./expect-misfits.ts";
import { expectationIn, needsNoReproducer } from "./expectation.ts";
import { fixKeys } from "./fix.ts";
import { machineSchema } from "./machine.ts";
import { minimize } from "./minimize.ts";
import { programTarget } from "./program.ts";
import { reportedKeys } from "./reported.ts";
import { reproducerSchema } from "./reproducer.ts";
import { repo, text } from "./values.ts";

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

/** A file or folder of the repository, from its top; never an option, a pattern, or a place outside. */
const path = z
  .string()
  .max(4096)
  .regex(/^[^\0-\x1f\x7f:/-][^\0-\x1f\x7f]*$/, "expected a path from the repository's top")
  .refine((value) => !value.split("/").includes(".."), "expected a path inside of the repository");

/** What both kinds of target have beside it. */
const search = {
  /** What is searched: the first commit that crashes, or the first one after it that does not any more. */
  find: z.enum(["cause", "fix"]).default("cause"),
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
  ...checkKeys,
  ...reportedKeys,
};

/** `auto`, a family, a version of one, or the absolute path of the program. */
const compiler = z
  .union([z.string(), z.number().transform(String)])
  .refine(
    (value) =>
      /^(?:auto|(?:gcc|clang)(?:-\d{1,3})?|\d{1,3}(?:\.\d{1,3}){0,2}|\/[^\0-\x1f\x7f]{1,4000})$/.test(
        value,
      ),
    {
      message: "expected auto, gcc, clang, gcc-12, clang-14, a version of gcc, or an absolute path",
    },
  );

/** The job file, version 1, of a kernel: what to bisect, with what, where. Unknown keys are refused. */
export const kernelJobSchema = z
  .strictObject({
    version: z.literal(1),
    kernel: z.strictObject({
      repo,
      /** A commit on which it crashes. */
      crashes: text,
      /** A commit on which it does not; without it, older releases are searched, too. */
      clean: text.optional(),
      ...fixKeys,
      config,
      arch: z.enum(["um", "x86_64", "arm64", "arm", "i386", "ppc64le", "riscv64", "s390x"]),
      /** Which compiler builds it. */
      compiler: compiler.default("auto"),
      /** Folders with further compilers, one a folder: `gcc-8.1.0/bin/gcc`. */
      compilers: z.array(text).max(20).default([]),
    }),
    reproducer: reproducerSchema.prefault({ none: true }),
    machine: machineSchema.prefault({ type: "none" }),
    minimize,
    ...search,
  })
  // execprog's executor and program lie in the guest's first file system, which a chroot does not see.
  .refine(
    ({ reproducer, machine }) =>
      reproducer.syz === undefined || machine.type !== "qemu" || machine.image === undefined,
    {
      path: ["reproducer", "syz"],
      message: "a syz program cannot run in a disk image: leave out `machine.image`",
    },
  )
  .superRefine((job, context) => {
    const isNeeded = job.expect === undefined || !needsNoReproducer(expectationIn(job.expect));
    if (job.reproducer.none && isNeeded) {
      const message =
        "is needed: what makes the kernel show the bug (`c`, `shell`, `program` or `syz`)";
      context.addIssue({ code: "custom", path: ["reproducer"], message });
    }
    if (job.machine.type === "none" && job.expect?.build === undefined) {
      const message =
        "is needed: where kernels run (`uml`, `qemu`, `command` or `ssh`); only where a build that fails is searched for they run nowhere";
      context.addIssue({ code: "custom", path: ["machine"], message });
    }
    for (const { path, message } of misfits(job.expect, { ...job, clean: job.kernel.clean })) {
      context.addIssue({ code: "custom", path: [...path], message });
    }
  });

/** The job file, version 1, of any other program. */
export const programJobSchema = z
  .strictObject({
    version: z.literal(1),
    program: programTarget,
    ...search,
  })
  .superRefine((job, context) => {
    const kernelOnly = ["boot", "boot-time"] as const;
    const wrong: string | undefined =
      kernelOnly.find((key) => job.expect?.[key] !== undefined) ??
      (job.expect?.hangs === "reproducer" ? "hangs" : undefined);
    if (wrong !== undefined) {
      const message = "is of kernels, and this job bisects a program";
      context.addIssue({ code: "custom", path: ["expect", wrong], message });
    }
    for (const { path, message } of misfits(job.expect, { ...job, clean: job.program.clean })) {
      context.addIssue({ code: "custom", path: [...path], message });
    }
  });

/** A valid job that bisects a kernel, defaults filled in. */
export type KernelJob = { readonly kind: "kernel" } & z.infer<typeof kernelJobSchema>;
/** A valid job that bisects a program, defaults filled in. */
export type ProgramJob = { readonly kind: "program" } & z.infer<typeof programJobSchema>;
/** A valid job; paths are absolute once it was read from a file. */
export type Job = KernelJob | ProgramJob;
