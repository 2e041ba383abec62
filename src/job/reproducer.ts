import { z } from "zod";
import { seconds, text } from "./values.ts";

/** Seconds that a syz program may run where the job does not say: what syzbot gives one. */
const syzSeconds = 360;

/** Bytes of a program that a guest gets: its memory has to hold it twice. */
export const largestProgram = 64 * 1024 ** 2;

/** One argument of the compiler. It may not say where its output goes, nor read arguments from a file. */
const flag = z
  .string()
  .max(1000)
  .regex(/^-[^\0-\x1f\x7f]+$/, "expected an argument such as -DN=1 or -lm")
  .refine((value) => !value.startsWith("-o"), "the program's place is firstbad's");

/** A git repository in a folder, and a commit of it. */
const checkout = text.refine((value) => /^(?![a-z+]+:\/\/).+@[^@/-][^@]*$/.test(value), {
  message: "expected FOLDER@COMMIT; clone the repository first and name the folder",
});

const kinds = ["c", "shell", "program", "syz", "none"] as const;

/** What makes the kernel crash, one kind of it, and how long and how often it runs. */
export const reproducerSchema = z
  .strictObject({
    /** C source, compiled statically. */
    c: text.optional(),
    /** Arguments of the compiler, after the source: libraries, macros. */
    flags: z.array(flag).max(100).optional(),
    /** A shell script, run by busybox. */
    shell: text.optional(),
    /** A static program for the kernel's architecture. */
    program: text.optional(),
    /** A syz program, run by the tools of `syzkaller`. */
    syz: text.optional(),
    syzkaller: checkout.optional(),
    /** There is none: what is searched for shows without. */
    none: z.literal(true).optional(),
    /** Seconds that it may run; then the run is clean if the kernel lives. */
    seconds: seconds.optional(),
    /** How often it is started in one run; 0: until the seconds are over. */
    repeat: z.number().int().min(0).max(1_000_000).optional(),
    /** Whether runs look for the functions of the crash, in the guest or by the machine's debugger. */
    reached: z.union([z.boolean(), z.literal("debugger")]).optional(),
  })
  .refine((value) => kinds.filter((kind) => value[kind] !== undefined).length === 1, {
    message: "needs exactly one of `c`, `shell`, `program`, `syz` and `none`",
  })
  .refine((value) => (value.syz === undefined) === (value.syzkaller === undefined), {
    message: "`syz` and `syzkaller` go together: the program, and FOLDER@COMMIT of its tools",
  })
  .refine((value) => value.flags === undefined || value.c !== undefined, {
    message: "`flags` are for a compiler, and only `c` is compiled",
  })
  .transform((value) => ({
    ...value,
    seconds: value.seconds ?? (value.syz === undefined ? 30 : syzSeconds),
  }));

/** A reproducer with its defaults filled in. */
export type Reproducer = z.infer<typeof reproducerSchema>;

/** The folder and the commit that `syzkaller` names. */
export function syzkallerOf(name: string): { readonly folder: string; readonly commit: string } {
  const at = name.lastIndexOf("@");
  return { folder: name.slice(0, at), commit: name.slice(at + 1) };
}

/** The file that is the reproducer; empty where there is none. */
export function reproducerFile({ c, shell, program, syz }: Reproducer): string {
  return c ?? shell ?? program ?? syz ?? "";
}
