import type { Candidate } from "./candidates.ts";
import { groupsFor } from "./instrumentation.ts";

/** What a crash says about the options that it may need. */
export interface CrashFacts {
  /** Its type, as `crash` gives it. */
  readonly type: string;
  readonly title: string;
  /** The file that it points at, and further files on its stack, from the top of the tree. */
  readonly guilty: string | null;
  readonly stack: readonly string[];
}

/** Reads a Makefile of the tree; null: there is none. */
type ReadText = (path: string) => string | null;

/** How many needed options are expected among those of which nothing is known. */
const expected = { againstBaseline: 2, againstNothing: 8 } as const;

/** Probabilities that an option is needed, by what speaks for it. */
const speaks = {
  /** A file of the stack is compiled because of it. */
  compiles: 0.7,
  /** It is defined beside the file that the crash points at, or beside another of the stack. */
  besideGuilty: 0.2,
  besideStack: 0.08,
  /** The crash is of the kind that it finds. */
  finds: 0.95,
  /** Machines boot with it, are heard by it, or reports name functions because of it. */
  machine: 0.95,
  /** Instrumentation that finds other things. */
  idle: 0.01,
} as const;

/** What a guest boots from and is heard by, whatever the crash; what reports are read by. */
const machineOptions = new Set(
  `64BIT ACPI BINFMT_ELF BINFMT_SCRIPT BLK_DEV_INITRD BLOCK DEVTMPFS DEVTMPFS_MOUNT EARLY_PRINTK FRAME_POINTER
  FUTEX HYPERVISOR_GUEST KALLSYMS KVM_GUEST MMU MULTIUSER NULL_CHAN PANIC_ON_OOPS PARAVIRT PCI POSIX_TIMERS
  PRINTK PROC_FS RD_GZIP SERIAL_8250 SERIAL_8250_CONSOLE SHMEM SMP SSL STDERR_CONSOLE SYSFS TMPFS TTY
  UNWINDER_FRAME_POINTER UNWINDER_ORC VIRTIO_CONSOLE VT`
    .split(/\s+/)
    .map((name) => `CONFIG_${name}`),
);

/**
 * The probability that the crash needs each of `candidates`, before any is left out. `base`: whether what is left
 * is a configuration that somebody boots, or next to none.
 */
export function weigh(
  candidates: readonly Candidate[],
  crash: CrashFacts | null,
  base: boolean,
  read: ReadText,
): readonly number[] {
  const { againstBaseline, againstNothing } = expected;
  const asked = candidates.filter(({ inBase }) => !inBase).length;
  const usual = Math.min(0.3, (base ? againstBaseline : againstNothing) / Math.max(1, asked));
  const finders = new Set(crash === null ? [] : groupsFor(crash));
  const files = crash === null ? [] : stackOf(crash);
  const compiling = compilingOptions(files, read);
  return candidates.map(({ name, group, files: definedIn }) => {
    if (group !== null) return finders.has(group) ? speaks.finds : speaks.idle;
    if (!base && machineOptions.has(name)) return speaks.machine;
    if (compiling.has(name)) return speaks.compiles;
    const folders = new Set(definedIn.map(folderOf));
    if (crash?.guilty && folders.has(folderOf(crash.guilty))) return speaks.besideGuilty;
    if (files.some((file) => folders.has(folderOf(file)))) return speaks.besideStack;
    return usual;
  });
}

/** As many files of a stack as are looked at: those further out are everybody's. */
const mostFiles = 10;

function stackOf({ guilty, stack }: CrashFacts): readonly string[] {
  const files = guilty === null ? stack : [guilty, ...stack];
  return [...new Set(files)].slice(0, mostFiles);
}

/** The options that the Makefiles beside `files` name in the lines that name their objects. */
function compilingOptions(files: readonly string[], read: ReadText): ReadonlySet<string> {
  const found = new Set<string>();
  for (const file of files) {
    const folder = folderOf(file);
    const object = file.slice(folder.length).replace(/\.[^.]*$/, ".o");
    const makefile = read(`${folder}Makefile`) ?? read(`${folder}Kbuild`);
    for (const line of makefile?.replaceAll("\\\n", " ").split("\n") ?? []) {
      if (!line.split(/[\s=:]+/).includes(object)) continue;
      for (const [option] of line.matchAll(/CONFIG_[A-Za-z0-9_]+/g)) found.add(option);
    }
  }
  return found;
}

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf("/") + 1);
}
