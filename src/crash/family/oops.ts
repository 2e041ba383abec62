import type { Family, Message } from "./family.ts";
import { counterThenTrace, functionName, skipping, trace } from "./steps.ts";

const badAccess = ["bad-access in {frame}"] as const;

const paging = {
  title: "BUG: unable to handle kernel paging request in {frame}",
  alt: badAccess,
  frame: counterThenTrace,
  type: "MEMORY_SAFETY_BUG",
} as const;
const nullPointer = {
  title: "BUG: unable to handle kernel NULL pointer dereference in {frame}",
  alt: badAccess,
  frame: counterThenTrace,
  type: "NULL-POINTER-DEREFERENCE",
} as const;

/** The faults of x86: until 5.0 `unable to handle kernel … at`, later `… for address:`. */
export const faults: readonly Message[] = [
  {
    says: /^BUG: unable to handle (?:kernel )?NULL pointer dereference/,
    printed: "arch/x86/mm/fault.c",
    ...nullPointer,
  },
  {
    says: /^BUG: unable to handle (?:kernel paging request|page fault) (?:at|for)/,
    printed: "arch/x86/mm/fault.c",
    ...paging,
  },
  {
    says: /^BUG: kernel NULL pointer dereference/i,
    printed: "arch/x86/mm/fault.c, arch/powerpc/mm/fault.c",
    ...nullPointer,
  },
  {
    says: /^BUG: Unable to handle kernel (?:data access|instruction fetch)/,
    printed: "arch/powerpc/mm/fault.c",
    ...paging,
  },
  {
    says: /^BUG: Unable to handle kernel NULL pointer dereference/i,
    printed: "arch/powerpc/mm/fault.c",
    ...nullPointer,
  },
  {
    // What is left where another message was printed into the headline.
    says: /^(BUG: unable to handle kernel) *$/,
    printed: "arch/x86/mm/fault.c",
    title: "{1}",
    remains: true,
  },
];

/** The same on the architectures that do not say `BUG:`. */
export const unableToHandle: Family = {
  word: "Unable to handle kernel ",
  messages: [
    {
      says: /^Unable to handle kernel NULL pointer dereference/,
      printed: "arch/arm/mm/fault.c, arch/arm64/mm/fault.c, arch/riscv/mm/fault.c",
      ...nullPointer,
    },
    {
      says: /^Unable to handle kernel paging request/,
      printed:
        "arch/arm/mm/fault.c, arch/arm64/mm/fault.c, arch/riscv/mm/fault.c, arch/mips/mm/fault.c",
      ...paging,
    },
    {
      says: /^Unable to handle kernel (access to user memory)/,
      printed: "arch/arm64/mm/fault.c, arch/riscv/mm/fault.c",
      title: "BUG: unable to handle kernel {1} in {frame}",
      alt: badAccess,
      frame: counterThenTrace,
    },
  ],
};

/** A process that dies of one is named by `traps: NAME[PID]`, and no crash. */
export const protectionFault: Family = {
  word: "general protection fault",
  harmless: /traps: .{0,80}general protection fault|general protection fault (?:ip:|rip:)/,
  messages: [
    {
      says: /^general protection fault/,
      printed: "arch/x86/kernel/traps.c",
      title: "general protection fault in {frame}",
      alt: badAccess,
      frame: counterThenTrace,
      type: "DoS",
    },
  ],
};

/** The other exceptions of a processor, by the word that names them. */
const trap = (
  word: string,
  name: string,
  printed: string,
  more: Partial<Family & Message> = {},
): Family => {
  const { role, harmless, ...message } = more;
  return {
    word,
    ...(role === undefined ? {} : { role }),
    ...(harmless === undefined ? {} : { harmless }),
    messages: [
      {
        says: new RegExp(`^${word}`),
        printed,
        title: `${name} in {frame}`,
        frame: counterThenTrace,
        type: "DoS",
        ...message,
      },
    ],
  };
};

export const traps: readonly Family[] = [
  trap("divide error:", "divide error", "arch/x86/kernel/traps.c"),
  trap("stack segment:", "stack segment fault", "arch/x86/kernel/traps.c"),
  trap("int3:", "int3", "arch/x86/kernel/traps.c"),
  trap("invalid opcode:", "invalid opcode", "arch/x86/kernel/traps.c", {
    role: "continues",
    harmless: /traps: .{0,80}invalid opcode|invalid opcode (?:ip:|rip:)/,
  }),
  trap("PANIC: double fault", "PANIC: double fault", "arch/x86/kernel/traps.c", {
    role: "continues",
  }),
  trap("Alignment trap:", "Alignment trap", "arch/arm/mm/alignment.c"),
  trap("Unhandled fault:", "Unhandled fault", "arch/arm/mm/fault.c, arch/arm64/mm/fault.c", {
    alt: badAccess,
  }),
  trap("Internal error:", "Internal error", "arch/arm64/kernel/traps.c", {
    role: "continues",
    alt: badAccess,
  }),
];

/** The stack ran into its guard page: `BUG: stack guard page was hit`, or `BUG: TASK stack guard …`. */
export const guardPage: Family = {
  word: "stack guard page was hit",
  messages: [
    {
      says: /^stack guard page was hit/,
      printed: "arch/x86/kernel/traps.c",
      title: "BUG: stack guard page was hit in {frame}",
      alt: ["stack-overflow in {frame}"],
      frame: { ...trace, pick: "loop" },
    },
  ],
};

/**
 * User Mode Linux has no oops; a bad access in the kernel is a panic, after the registers. What x86 would
 * say is put in its place. Addresses below 4096 (PAGE_SIZE) are those of a member of a structure at NULL;
 * a non-canonical address is reported by the host as 0, so it counts as NULL, too.
 */
export const umlFault: Family = {
  word: "Kernel panic - not syncing: Kernel mode fault at addr",
  leading: 12,
  messages: [
    {
      says: /^Kernel panic - not syncing: Kernel mode fault at addr 0x[0-9a-f]{1,3},/,
      printed: "arch/um/kernel/trap.c",
      ...nullPointer,
    },
    {
      says: /^Kernel panic - not syncing: Kernel mode fault at addr 0x/,
      printed: "arch/um/kernel/trap.c",
      ...paging,
    },
  ],
};

/** Where a title names a function, the panic's own message does. */
export const panic: Family = {
  word: "Kernel panic - not syncing",
  role: "continues",
  types: { "kernel panic": "DoS" },
  messages: [
    {
      // The panic names the function itself, whatever it is.
      says: new RegExp(
        `^Kernel panic - not syncing: stack-protector: Kernel stack is corrupted in: ${functionName}`,
      ),
      printed: "kernel/panic.c",
      title: "kernel panic: stack is corrupted in {1}",
      stackless: true,
    },
    {
      says: /^Kernel panic - not syncing: stack-protector: Kernel stack is corrupted in/,
      printed: "kernel/panic.c",
      title: "kernel panic: stack is corrupted in {frame}",
      stackless: true,
      frame: trace,
    },
    {
      says: /^Kernel panic - not syncing: kernel stack overflow/,
      printed: "arch/arm64/kernel/traps.c, arch/riscv/kernel/traps.c",
      title: "kernel stack overflow in {frame}",
      alt: ["stack-overflow in {frame}"],
      frame: { ...skipping(trace, /bad_stack|stack_overflow/), pick: "loop" },
    },
    {
      says: /^Kernel panic - not syncing: corrupted stack end/,
      printed: "kernel/sched/core.c",
      title: "kernel panic: corrupted stack end in {frame}",
      alt: ["stack-overflow in {frame}"],
      frame: {
        ...skipping(trace, /^(?:schedule.*|__schedule.*|retint_.*|.*irq.*)$/),
        pick: "loop",
      },
    },
    {
      // What was reported before it is the crash.
      says: /^Kernel panic - not syncing: (?:kernel: )?(panic_on_warn set|Fatal exception in interrupt|Fatal exception|Fatal machine check|Oops[^.]*|hung_task: blocked tasks|softlockup: hung tasks|RCU Stall)/,
      printed: "kernel/panic.c, kernel/hung_task.c, kernel/watchdog.c",
      title: "kernel panic: {1}",
      remains: true,
    },
    {
      says: /^Kernel panic - not syncing: (Attempted to kill init!|Couldn't open N_TTY ldisc)/,
      printed: "kernel/exit.c, drivers/tty/tty_io.c",
      title: "kernel panic: {1}",
    },
    {
      says: /^Kernel panic - not syncing: (bad mode)/,
      printed: "arch/arm64/kernel/traps.c",
      title: "kernel panic: {1}",
    },
    {
      says: /^Kernel panic - not syncing: (.*)/,
      printed: "kernel/panic.c",
      title: "kernel panic: {1}",
    },
  ],
};

/** What is said of a cause that was reported before it: it never is a crash of its own after one. */
export const consequence =
  /kernel BUG at rust\/|Kernel panic - not syncing: (?:.{0,40}panic_on_warn|panic_on_oops|Fatal exception|Fatal machine|hung_task|softlockup|RCU Stall|BUG!|Attempted to kill|Aiee|Oops|corrupted stack end|stack-protector|.{0,20}: panic_on)/;
