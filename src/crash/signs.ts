/** A message that says something about the whole console, wherever it stands. */
export interface Sign {
  readonly word: string;
  readonly says: RegExp;
  readonly means: "panicked" | "suppressed" | "disconnected";
}

/** What a console is searched for besides headlines. */
export const signs: readonly Sign[] = [
  // kernel/panic.c
  { word: "Kernel panic - not syncing", says: /Kernel panic - not syncing/, means: "panicked" },
  // The monitor of the machine, where its console broke off.
  {
    word: "serialport: VM disconnected.",
    says: /serialport: VM disconnected\./,
    means: "disconnected",
  },
  // Go's runtime without memory: the machine is too small for the fuzzer.
  {
    word: "fatal error: ",
    says: /fatal error: (?:runtime: )?(?:out of memory|cannot allocate memory)|fatal error: unexpected signal during runtime execution/,
    means: "suppressed",
  },
  { word: "panic:", says: /panic: .{0,200}cannot allocate memory/, means: "suppressed" },
  // Programs of the fuzzer that could not start.
  {
    word: "panic:",
    says: /panic: (?:failed to (?:start executor binary|create temp dir)|executor .{0,40}: failed: pthread_create failed)/,
    means: "suppressed",
  },
  { word: "signal SIGBUS: bus error", says: /signal SIGBUS: bus error/, means: "suppressed" },
  { word: "SYZFAIL:", says: /SYZFAIL: SIGBUS/, means: "suppressed" },
  // mm/oom_kill.c and Android's killer: programs that the fuzzer needs.
  {
    word: "Out of memory: Kill",
    says: /Out of memory: Kill(?:ed)? process .{0,40}\((?:sshd|syz-executor)\)/,
    means: "suppressed",
  },
  {
    word: "Killed process ",
    says: /Killed process .{0,40}\((?:sshd|syz-executor)\)/,
    means: "suppressed",
  },
  {
    word: "lowmemorykiller: Killing",
    says: /lowmemorykiller: Killing '(?:syz-executor|sshd)/,
    means: "suppressed",
  },
  {
    word: "INIT: PANIC: segmentation violation",
    says: /INIT: PANIC: segmentation violation/,
    means: "suppressed",
  },
  { word: "*** stack smashing detected ***", says: /stack smashing detected/, means: "suppressed" },
];
