/** What finds one kind of bug and costs all other kernels time. */
export const groups = [
  "kasan",
  "kmsan",
  "kcsan",
  "kfence",
  "ubsan",
  "memleak",
  "locking",
  "atomic_sleep",
  "hang",
  "bug_or_warning",
  "coverage",
] as const;
export type Group = (typeof groups)[number];

/** The options that turn each on, without `CONFIG_`; what only works with them goes with them. */
const optionsOf: Readonly<Record<Group, readonly string[]>> = {
  kasan: ["KASAN"],
  kmsan: ["KMSAN"],
  kcsan: ["KCSAN"],
  kfence: ["KFENCE"],
  ubsan: ["UBSAN"],
  memleak: ["DEBUG_KMEMLEAK"],
  locking: [
    "PROVE_LOCKING",
    "PROVE_RAW_LOCK_NESTING",
    "LOCK_STAT",
    "DEBUG_LOCK_ALLOC",
    "DEBUG_SPINLOCK",
    "DEBUG_MUTEXES",
    "DEBUG_RWSEMS",
    "DEBUG_RT_MUTEXES",
    "DEBUG_WW_MUTEX_SLOWPATH",
    "DEBUG_LOCKING_API_SELFTESTS",
  ],
  atomic_sleep: ["DEBUG_ATOMIC_SLEEP"],
  hang: ["DETECT_HUNG_TASK", "SOFTLOCKUP_DETECTOR", "HARDLOCKUP_DETECTOR", "WQ_WATCHDOG"],
  bug_or_warning: [
    "BUG",
    "BUG_ON_DATA_CORRUPTION",
    "DEBUG_LIST",
    "DEBUG_PLIST",
    "DEBUG_SG",
    "DEBUG_NOTIFIERS",
    "DEBUG_CREDENTIALS",
    "DEBUG_OBJECTS",
    "DEBUG_VM",
    "DEBUG_VIRTUAL",
  ],
  coverage: ["KCOV", "GCOV_KERNEL"],
};

/** The group of the option `name`, without `CONFIG_`; null: it is no instrumentation. */
export function groupOf(name: string): Group | null {
  return groupByOption.get(name) ?? null;
}

const groupByOption = new Map(
  groups.flatMap((group) => optionsOf[group].map((name) => [name, group] as const)),
);

/**
 * The groups that can show such a crash, by its type (`crash` gives it), or by its title where that says no type:
 * they are none of the instrumentation that can be left out.
 */
export function groupsFor({ type, title }: { type: string; title: string }): readonly Group[] {
  const words = type === "UNKNOWN" ? title : type;
  return finders.find(([beginning]) => words.startsWith(beginning))?.[1] ?? [];
}

/** By the beginning of a type; the first that fits counts. */
const finders: readonly (readonly [string, readonly Group[]])[] = [
  ["KASAN", ["kasan"]],
  ["KMSAN", ["kmsan"]],
  ["KCSAN", ["kcsan"]],
  ["KFENCE", ["kfence"]],
  ["MEMORY_SAFETY_UBSAN", ["ubsan"]],
  ["UBSAN", ["ubsan"]],
  ["LEAK", ["memleak"]],
  ["LOCKDEP", ["locking"]],
  ["ATOMIC_SLEEP", ["atomic_sleep", "locking"]],
  ["HANG", ["hang"]],
  ["DoS", ["hang"]],
  ["WARNING", ["bug_or_warning"]],
  ["REFCOUNT_WARNING", ["bug_or_warning"]],
  ["BUG", ["bug_or_warning"]],
  // A bad pointer is met with or without it; what the title says depends on it.
  ["NULL-POINTER", ["kasan"]],
  ["MEMORY_SAFETY", ["kasan", "bug_or_warning"]],
];
