import { atomic } from "./atomic.ts";
import { genericBug, kernelBug, otherBug } from "./bug.ts";
import type { Family } from "./family.ts";
import { hungTask, rcuStall, softLockup } from "./hang.ts";
import { lockdepBug, lockdepInfo, lockdepWarning, nonStaticKey, spinlocks } from "./lockdep.ts";
import {
  guardPage,
  kernelNull,
  panic,
  protectionFault,
  traps,
  umlFault,
  unableElsewhere,
  unableToHandle,
} from "./oops.ts";
import { kasan, kcsan, kfence, kmsan, leak, ubsan } from "./sanitizers.ts";
import { warning } from "./warning.ts";

/** `INFO:` lines: lockdep of old kernels, hung tasks, RCU stalls. */
const info: Family = {
  word: "INFO:",
  harmless:
    /INFO: (?:lockdep is turned off|NMI handler|Stall ended|recovery required|Slab 0x|Object 0x|lkdtm:|.{0,40}took too long|(?:Starting|Setting|Trying|rcu: )|[a-z]+ size)|INFO:[a-z_]|KERN\.INFO/,
  shapes: [...lockdepInfo, nonStaticKey, ...hungTask, ...rcuStall],
};

/**
 * All families. The first whose word a line contains decides, so a word that is part of another comes
 * after it.
 */
export const families: readonly Family[] = [
  umlFault,
  panic,
  ...traps,
  kasan,
  kfence,
  kmsan,
  kcsan,
  leak,
  softLockup,
  guardPage,
  unableToHandle,
  kernelNull,
  genericBug,
  kernelBug,
  { ...otherBug, shapes: [...lockdepBug, ...spinlocks, ...atomic, ...otherBug.shapes] },
  { ...warning, shapes: [...lockdepWarning, ...warning.shapes] },
  info,
  unableElsewhere,
  protectionFault,
  ubsan,
  {
    word: "VFS: Busy inodes after unmount",
    shapes: [
      {
        headline: /^VFS/,
        title: () => "VFS: Busy inodes after unmount (use-after-free)",
        frame: null,
      },
    ],
  },
  {
    word: "VFS: Close: file count is",
    shapes: [
      {
        headline: /^VFS/,
        title: () => "VFS: Close: file count is zero (use-after-free)",
        frame: null,
      },
    ],
  },
];
