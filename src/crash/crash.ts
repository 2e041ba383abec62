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
  | "KCSAN-ASSERT"
  | "KCSAN-DATARACE"
  | "KCSAN-UNKNOWN"
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
  | "REBOOT"
  | "REFCOUNT_WARNING"
  | "SYZ_FAILURE"
  | "UBSAN"
  | "WARNING"
  | "UNKNOWN";

/** Why a report is not to be trusted. */
export type Corruption =
  /** The function that counts is not there, or stands among the lines of another report. */
  | "no-frame"
  /** The headline is there, and not the lines that must follow it. */
  | "incomplete"
  /** Reports of this kind have a stack trace, and this one has none. */
  | "no-stack"
  /** A stack trace is announced, and no frame follows. */
  | "empty-stack"
  /** Another message stands in the middle of the headline. */
  | "interleaved"
  /** What announces itself is only the remains of a report. */
  | "remains"
  /** The console was cut off from the machine. */
  | "disconnected";

/** Which program of the fuzzer crashed the kernel: process and number of the program. */
export interface Executor {
  readonly proc: number;
  readonly id: number;
}

/** One crash found in a console. Positions are byte offsets into the console. */
export interface Crash {
  /** In syzbot's normal form: no addresses, numbers or process ids. Never empty. */
  readonly title: string;
  /** Other titles of the same bug, sorted: two crashes whose titles meet are one bug. */
  readonly altTitles: readonly string[];
  /** Follows from the title alone. */
  readonly type: CrashType;
  /** The function that counts, or null where the title has none. */
  readonly frame: string | null;
  /** Functions of the stack, innermost first, generic ones (KASAN, lockdep, …) left out; at most 32. */
  readonly stack: readonly string[];
  /** The first byte of the headline. */
  readonly start: number;
  /** Just past the last line of the whole console that is a headline, this one or a later one. */
  readonly end: number;
  /** Just past the headline: where a search for the next crash goes on. */
  readonly skip: number;
  /** Just past the last line of this crash's own report; beyond it another crash begins. */
  readonly reportEnd: number;
  /** The text of the crash without console prefixes, one LF after each line. Never empty. */
  readonly report: string;
  /** Which line of it, from 0 on, is the headline. */
  readonly headline: number;
  /** The report is truncated or mixed with other output: the title is a guess. */
  readonly corrupted: boolean;
  /** Why it is corrupted, or null where it is not. */
  readonly corruption: Corruption | null;
  /** The console shows that the machine, and not the kernel, was in trouble: not worth reporting. */
  readonly suppressed: boolean;
  /** The kernel panicked, anywhere in the console. */
  readonly panicked: boolean;
  /** The program that ran, where the report names one of syzkaller's. */
  readonly executor: Executor | null;
}
