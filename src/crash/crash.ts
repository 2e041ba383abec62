/** What a crash is, in one word of the field. */
export type CrashType =
  | "ATOMIC_SLEEP"
  | "BUG"
  | "DoS"
  | "HANG"
  | "KASAN-INVALID-FREE"
  | "KASAN-NULL-POINTER-DEREFERENCE-READ"
  | "KASAN-NULL-POINTER-DEREFERENCE-WRITE"
  | "KASAN-READ"
  | "KASAN-UNKNOWN"
  | "KASAN-USE-AFTER-FREE-READ"
  | "KASAN-USE-AFTER-FREE-WRITE"
  | "KASAN-WRITE"
  | "KCSAN-DATARACE"
  | "KFENCE-INVALID-FREE"
  | "KFENCE-MEMORY-CORRUPTION"
  | "KFENCE-READ"
  | "KFENCE-UNKNOWN"
  | "KFENCE-USE-AFTER-FREE-READ"
  | "KFENCE-USE-AFTER-FREE-WRITE"
  | "KFENCE-WRITE"
  | "KMSAN-INFO-LEAK"
  | "KMSAN-UNINIT-VALUE"
  | "KMSAN-UNKNOWN"
  | "KMSAN-USE-AFTER-FREE-READ"
  | "LEAK"
  | "LOCKDEP"
  | "MEMORY_SAFETY_UBSAN"
  | "MEMORY_SAFETY_BUG"
  | "NULL-POINTER-DEREFERENCE"
  | "REFCOUNT_WARNING"
  | "UBSAN"
  | "WARNING"
  | "UNKNOWN";

/** One crash found in a console. */
export interface Crash {
  /** In syzbot's normal form: no addresses, numbers or process ids. Never empty. */
  readonly title: string;
  readonly type: CrashType;
  /** The function that counts, or null where the title has none. */
  readonly frame: string | null;
  /** Functions of the stack, innermost first, generic ones (KASAN, lockdep, …) left out; at most 32. */
  readonly stack: readonly string[];
  /** Byte offsets into the console: the first byte of the headline, just past the report's last line. */
  readonly start: number;
  readonly end: number;
  /** The text of the crash without console prefixes, one LF after each line. */
  readonly report: string;
  /** The report is truncated or mixed with other output: the title is a guess. */
  readonly corrupted: boolean;
}
