import type { KernelJob } from "../../job/schema.ts";
import type { ProcessSpec } from "../../process/process.ts";
import type { SystemFolders } from "../../process/system-folders.ts";

/** Where a kernel's configuration comes from. */
export type ConfigByHand =
  /** The one that the kernel was built with. */
  | { readonly kind: "resolved"; readonly text: string }
  /** What was asked for, `text`, over what a make target gives; null: over nothing. */
  | { readonly kind: "asked"; readonly base: string | null; readonly text: string };

/** All that repeating one step takes; nothing of it is trusted to be harmless in a shell. */
export interface StepByHand {
  /** Lines for people: what it is, and what it showed. */
  readonly about: readonly string[];
  readonly repo: string;
  /** Full hash. */
  readonly commit: string;
  readonly patches: readonly string[];
  readonly arch: KernelJob["kernel"]["arch"];
  /** Make's target, and the file in its folder that is booted. */
  readonly target: string;
  readonly image: string;
  readonly config: ConfigByHand;
  /** What the compiler and the linker said of themselves; null where that is not known. */
  readonly compiler: string | null;
  /** The compiler's name on the machine where it was built; null where the journal does not tell. */
  readonly toolchain: string | null;
  readonly reproducer: ReproducerByHand;
  /** The source of the guest's first process. */
  readonly init: Uint8Array;
  /** The process of a run, its files named as the script has them; null where it is none. */
  readonly run: ProcessSpec | null;
  /** What a machine that is no process boots the kernel with. */
  readonly cmdline: string;
  readonly system: SystemFolders;
}

/** What makes the kernel crash, and how often it is started in a run (0: until its time is over). */
export type ReproducerByHand = { readonly repeat: number } & (
  | { readonly kind: "shell"; readonly bytes: Uint8Array }
  /** C, and the compiler's further arguments. */
  | { readonly kind: "c"; readonly bytes: Uint8Array; readonly flags: readonly string[] }
  /** A static program: its path. */
  | { readonly kind: "program"; readonly path: string }
);

/** The files of a script, by their names in its folder. */
export const names = {
  src: "src",
  out: "out",
  initramfs: "initramfs",
  reproducer: "reproducer",
  script: "reproducer.sh",
} as const;
