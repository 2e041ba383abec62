import type { CrashType } from "./crash.ts";

/** Options of which one must be on for a kind of crash to be told of at all. */
export interface Detector {
  /** Names as in a `.config`; any of them does. */
  readonly anyOf: readonly string[];
  /** What it does. */
  readonly why: string;
}

/** By the beginning of a crash's type; the first that fits counts. */
const byType: readonly (readonly [beginning: string, Detector])[] = [
  ["KASAN-", { anyOf: ["CONFIG_KASAN"], why: "KASAN finds it" }],
  ["KMSAN-", { anyOf: ["CONFIG_KMSAN"], why: "KMSAN finds it" }],
  ["KCSAN-", { anyOf: ["CONFIG_KCSAN"], why: "KCSAN finds it" }],
  ["KFENCE-", { anyOf: ["CONFIG_KFENCE"], why: "KFENCE finds it" }],
  ["UBSAN", { anyOf: ["CONFIG_UBSAN"], why: "UBSAN finds it" }],
  ["MEMORY_SAFETY_UBSAN", { anyOf: ["CONFIG_UBSAN"], why: "UBSAN finds it" }],
  ["LEAK", { anyOf: ["CONFIG_DEBUG_KMEMLEAK"], why: "kmemleak finds it" }],
  ["ATOMIC_SLEEP", { anyOf: ["CONFIG_DEBUG_ATOMIC_SLEEP"], why: "only it looks for that" }],
  ["LOCKDEP", { anyOf: ["CONFIG_LOCKDEP"], why: "lockdep finds it" }],
];

/** By the beginning of its title, where types are too coarse. */
const byTitle: readonly (readonly [beginning: string, Detector])[] = [
  ["INFO: task hung", { anyOf: ["CONFIG_DETECT_HUNG_TASK"], why: "khungtaskd finds it" }],
  [
    "BUG: soft lockup",
    // Before 4.13 both were one.
    {
      anyOf: ["CONFIG_SOFTLOCKUP_DETECTOR", "CONFIG_LOCKUP_DETECTOR"],
      why: "the watchdog finds it",
    },
  ],
  ["WARNING: ODEBUG", { anyOf: ["CONFIG_DEBUG_OBJECTS"], why: "debugobjects finds it" }],
  [
    "BUG: corrupted list",
    // Since 6.6 the checks are there without the rest of the option.
    { anyOf: ["CONFIG_DEBUG_LIST", "CONFIG_LIST_HARDENED"], why: "checks of lists find it" },
  ],
  ["possible deadlock", { anyOf: ["CONFIG_PROVE_LOCKING"], why: "lockdep finds it" }],
  ["inconsistent lock state", { anyOf: ["CONFIG_PROVE_LOCKING"], why: "lockdep finds it" }],
  ["WARNING: suspicious RCU usage", { anyOf: ["CONFIG_PROVE_RCU"], why: "lockdep finds it" }],
];

/** What must be on for a crash with this title and type to be told of; null where any kernel tells. */
export function detectorOf({
  title,
  type,
}: {
  readonly title: string;
  readonly type: CrashType;
}): Detector | null {
  const fits =
    (text: string) =>
    ([beginning]: readonly [string, Detector]) =>
      text.startsWith(beginning);
  return (byTitle.find(fits(title)) ?? byType.find(fits(type)))?.[1] ?? null;
}
