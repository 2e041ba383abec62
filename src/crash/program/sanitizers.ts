import {
  blaming,
  headlineOnly,
  type Membership,
  type ProgramFamily,
  type Telling,
} from "./family.ts";
import type { ProgramCrashType } from "./program-crash.ts";
import { type SanitizerStack, stacksOf } from "./sanitizer-stack.ts";

/** What sanitizers say in words, and the name that their own summaries give it. */
const wordy: readonly (readonly [RegExp, string])[] = [
  [/^attempting double-free/, "double-free"],
  [/^attempting free on address which was not malloc/, "bad-free"],
  [/^attempting to call malloc_usable_size/, "bad-malloc_usable_size"],
  [/^requested allocation size/, "allocation-size-too-big"],
  [/^(?:c|re)alloc(?:array)? parameters overflow/, "allocation-size-too-big"],
  [/^invalid (?:\w+ )?allocation alignment/, "invalid-allocation-alignment"],
  [/^(?:allocator is out of memory|specified RSS|hard rss limit)/, "out-of-memory"],
  [/^detected memory leaks/, "memory leak"],
];

/** Reports of all sanitizers but ThreadSanitizer's warnings and the lines of UBSan. */
export const errors: ProgramFamily = {
  words: ["Sanitizer: "],
  headline:
    /==\d{1,10}== ?(?:ERROR|WARNING): ((?:HWAddress|Address|Memory|Leak|Thread|UndefinedBehavior|DataFlow)Sanitizer): (.{1,300})/,
  extent: errorExtent,
  tell: tellError,
  goesOn: false,
};

/** ThreadSanitizer's warnings, after which the program goes on. */
export const threads: ProgramFamily = {
  words: ["Sanitizer: "],
  headline: /WARNING: (ThreadSanitizer): (.{1,300}?) \(pid=\d{1,10}\)/,
  extent: () => (line) => (/^={10,}$/.test(line) ? "last" : "inside"),
  tell: tellThreads,
  goesOn: true,
};

/** What sanitizers print where they cannot work on this machine, as without `ptrace` or with odd mappings. */
export const failures: ProgramFamily = {
  words: ["Sanitizer has encountered", "FATAL: ", "Shadow memory range interleaves"],
  headline:
    /((?:Address|Memory|Leak|Thread)Sanitizer) has encountered a fatal error|FATAL: ((?:Address|Memory|Leak|Thread)Sanitizer): ([a-zA-Z ]{1,80})|(Shadow memory range interleaves)/,
  extent: headlineOnly,
  tell: ([, leak, other, why]) => ({
    type: "SANITIZER-FAILURE",
    stem: `${leak ?? other ?? "AddressSanitizer"}: ${why?.trim() ?? (leak ? "fatal error" : "shadow memory is taken")}`,
    where: null,
    frame: null,
    stack: [],
    corrupted: false,
  }),
  goesOn: false,
};

/** Up to `ABORTING`; a sanitizer told to go on prints no more than the shadow bytes after its summary. */
function errorExtent(): (line: string) => Membership {
  let summed = false;
  return (line) => {
    if (/^==\d{1,10}==ABORTING$/.test(line)) return "last";
    if (summed && !/^(?:Shadow |=>| {2}|==\d)|^$/.test(line)) return "outside";
    if (line.startsWith("SUMMARY: ")) summed = true;
    return "inside";
  };
}

function tellError([, tool, message]: RegExpExecArray, report: readonly string[]): Telling | null {
  if (tool === undefined || message === undefined) return null;
  const kind = kindOf(message);
  const [stack] = stacksOf(report);
  return blaming(typeOf(tool, kind, report), `${tool}: ${kind}`, stack?.functions ?? []);
}

function kindOf(message: string): string {
  const known = wordy.find(([what]) => what.test(message));
  return known?.[1] ?? /^[a-zA-Z][\w-]*/.exec(message)?.[0] ?? "error";
}

function typeOf(tool: string, kind: string, report: readonly string[]): ProgramCrashType {
  switch (tool) {
    case "LeakSanitizer":
      return kind === "memory leak" ? "LSAN-LEAK" : "ASAN-UNKNOWN";
    case "MemorySanitizer":
      return kind.startsWith("use-of-uninit") ? "MSAN-UNINIT-VALUE" : "MSAN-UNKNOWN";
    case "ThreadSanitizer":
      return "TSAN-UNKNOWN";
    case "UndefinedBehaviorSanitizer":
      return "UBSAN";
    default:
      return addressType(kind, report);
  }
}

function addressType(kind: string, report: readonly string[]): ProgramCrashType {
  if (/free$|mismatch$|^bad-/.test(kind) && !/use-after-free$|tag-mismatch$/.test(kind)) {
    return "ASAN-INVALID-FREE";
  }
  if (/^(?:SEGV|BUS)$/.test(kind)) return "ASAN-SEGV";
  if (kind === "stack-overflow") return "ASAN-STACK-OVERFLOW";
  if (/^(?:allocation-|out-of-memory|rss-)/.test(kind)) return "ASAN-MEMORY";
  const access = report.slice(1, 6).find((line) => /^(?:READ|WRITE) of size/.test(line));
  if (access === undefined) return "ASAN-UNKNOWN";
  const way = access.startsWith("WRITE") ? "WRITE" : "READ";
  return kind.includes("use-after-") ? `ASAN-USE-AFTER-FREE-${way}` : `ASAN-${way}`;
}

/** Which of two threads is caught, and so printed first, is chance: functions are told in their order. */
function tellThreads([, tool, message]: RegExpExecArray, report: readonly string[]): Telling {
  const kind = (message ?? "").replace(/ \(.*$/, "");
  const stacks = stacksOf(report);
  const type = threadType(kind);
  const parties = stacks.filter(isParty);
  const blamed = parties.length > 0 ? parties : stacks.slice(0, 1);
  const names = blamed.flatMap(({ functions }) => functions.slice(0, 1));
  const sorted = [...new Set(names)].sort().slice(0, 3);
  const first = blamed.find(({ functions }) => functions[0] === sorted[0]);
  return {
    type,
    stem: `${tool}: ${kind}`,
    where: sorted.length > 0 ? sorted.join(" / ") : null,
    frame: sorted[0] ?? null,
    stack: first?.functions ?? [],
    corrupted: sorted.length === 0,
  };
}

/** The stacks of the accesses that race, or of the locks taken against each other's order. */
function isParty({ heading }: SanitizerStack): boolean {
  return /^(?:Previous )?(?:atomic )?(?:read|write) of size|^Mutex M\d+ acquired here while/i.test(
    heading,
  );
}

function threadType(kind: string): ProgramCrashType {
  if (kind.startsWith("data race")) return "TSAN-DATARACE";
  return kind.startsWith("lock-order-inversion") ? "TSAN-DEADLOCK" : "TSAN-UNKNOWN";
}
