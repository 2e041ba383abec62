/** What a crash of a program is, in the style of the kernel's types. */
export type ProgramCrashType =
  | "ABORT"
  | "ASAN-INVALID-FREE"
  | "ASAN-MEMORY"
  | "ASAN-READ"
  | "ASAN-SEGV"
  | "ASAN-STACK-OVERFLOW"
  | "ASAN-UNKNOWN"
  | "ASAN-USE-AFTER-FREE-READ"
  | "ASAN-USE-AFTER-FREE-WRITE"
  | "ASAN-WRITE"
  | "EXIT"
  | "GO-DATARACE"
  | "GO-FATAL"
  | "GO-PANIC"
  | "JAVA-EXCEPTION"
  | "JAVA-FATAL"
  | "LSAN-LEAK"
  | "MSAN-UNINIT-VALUE"
  | "MSAN-UNKNOWN"
  | "RUST-PANIC"
  /** A sanitizer could not do its work: it says nothing about the program. */
  | "SANITIZER-FAILURE"
  | "SIGNAL"
  | "TSAN-DATARACE"
  | "TSAN-DEADLOCK"
  | "TSAN-UNKNOWN"
  | "UBSAN";

/** One crash of a user program: the fields of a kernel's crash, with types of its own. */
export interface ProgramCrash {
  /** `AddressSanitizer: heap-use-after-free in FUNC`, without addresses and numbers. Never empty. */
  readonly title: string;
  readonly type: ProgramCrashType;
  /** The first function that is the program's own, or null where none is told. */
  readonly frame: string | null;
  /** Functions of the stack, innermost first, runtimes and libraries left out; at most 32. */
  readonly stack: readonly string[];
  /** Byte offsets into the output: the first byte of the headline, just past the last line. */
  readonly start: number;
  readonly end: number;
  /** The lines of the crash; of a signal or an exit code, which print none, the last lines there are. */
  readonly report: string;
  /** A stack has to be there and is not: the title is a guess. */
  readonly corrupted: boolean;
}

/** How a program ended; both null: it is not known, or it ended in another way, as at a deadline. */
export interface ProgramEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
}
