import { counterThenTrace, type Family, type FrameRule } from "./family.ts";

const oopsFrame: FrameRule = { places: counterThenTrace };

/** arch/x86/mm/fault.c; until 5.0 `unable to handle kernel … at`, later `… for address:`. */
export const unableToHandle: Family = {
  word: "BUG: unable to handle ",
  shapes: [
    {
      headline: /^BUG: unable to handle (?:kernel )?NULL pointer dereference/,
      title: () => "BUG: unable to handle kernel NULL pointer dereference",
      frame: oopsFrame,
    },
    {
      headline: /^BUG: unable to handle (?:kernel paging request|page fault) (?:at|for)/,
      title: () => "BUG: unable to handle kernel paging request",
      frame: oopsFrame,
    },
  ],
};

export const kernelNull: Family = {
  word: "BUG: kernel NULL pointer dereference",
  shapes: [
    {
      headline: /^BUG: kernel NULL pointer dereference/,
      title: () => "BUG: unable to handle kernel NULL pointer dereference",
      frame: oopsFrame,
    },
  ],
};

/** arch/arm*, arch/riscv: the same without `BUG:`. */
export const unableElsewhere: Family = {
  word: "Unable to handle kernel ",
  shapes: [
    {
      headline:
        /^Unable to handle kernel (paging request|NULL pointer dereference|access to user memory)/,
      title: ([, what]) => `BUG: unable to handle kernel ${what}`,
      frame: oopsFrame,
    },
  ],
};

/** arch/x86/kernel/traps.c. A process that dies of one is named by `traps: NAME[PID]` and no crash. */
export const protectionFault: Family = {
  word: "general protection fault",
  harmless: /traps: [^\n]{0,80}general protection fault|general protection fault (?:ip:|rip:)/,
  shapes: [
    {
      headline: /^general protection fault/,
      title: () => "general protection fault",
      frame: oopsFrame,
    },
  ],
};

function trap(word: string, options: Partial<Family> = {}): Family {
  return {
    word,
    shapes: [
      {
        headline: new RegExp(`^${word}`),
        title: () => (word === "stack segment" ? "stack segment fault" : word.replace(/:$/, "")),
        frame: oopsFrame,
      },
    ],
    ...options,
  };
}

export const traps: readonly Family[] = [
  trap("divide error:"),
  trap("stack segment"),
  trap("int3:"),
  trap("PANIC: double fault", { role: "continues" }),
  trap("Alignment trap:"),
  trap("Unhandled fault:"),
  trap("Internal error:", { role: "continues" }),
];

/** arch/x86/kernel/traps.c: the stack ran into its guard page. */
export const guardPage: Family = {
  word: "stack guard page was hit",
  shapes: [
    {
      headline: /^stack guard page was hit/,
      title: () => "BUG: stack guard page was hit",
      frame: { places: [{ kind: "trace" }, { kind: "counter" }], pick: "loop" },
    },
  ],
};

/** Addresses below this count as those of a member of a structure at NULL (PAGE_SIZE). */
const nullPage = 4096;

/**
 * arch/um/kernel/trap.c, segv(): User Mode Linux has no oops; a bad access in the kernel is a panic,
 * after the registers. What x86 would say is put in its place. A non-canonical address is reported by
 * the host as 0, so it counts as NULL, too.
 */
export const umlFault: Family = {
  leading: 12,
  word: "Kernel panic - not syncing: Kernel mode fault at addr",
  shapes: [
    {
      headline: /^Kernel panic - not syncing: Kernel mode fault at addr 0x([0-9a-f]{1,16})/,
      title: ([, address]) =>
        Number.parseInt(address ?? "0", 16) < nullPage
          ? "BUG: unable to handle kernel NULL pointer dereference"
          : "BUG: unable to handle kernel paging request",
      frame: oopsFrame,
    },
  ],
};

/** kernel/panic.c. Where a title names a function, the panic's own message does. */
export const panic: Family = {
  word: "Kernel panic - not syncing:",
  role: "continues",
  shapes: [
    {
      headline: /^Kernel panic - not syncing: stack-protector:/,
      title: () => "kernel panic: stack is corrupted",
      frame: {
        places: [
          {
            kind: "line",
            pattern: /stack is corrupted in: ([a-zA-Z_][a-zA-Z0-9_]{0,127})[.+]/,
          },
          { kind: "trace" },
        ],
      },
    },
    {
      headline: /^Kernel panic - not syncing: corrupted stack end/,
      title: () => "kernel panic: corrupted stack end",
      frame: {
        places: [{ kind: "trace" }],
        skip: (name) => /^(?:schedule.*|__schedule.*|retint_.*|.*irq.*)$/.test(name),
        pick: "loop",
      },
    },
    {
      headline: /^Kernel panic - not syncing: (Couldn't open N_TTY ldisc)/,
      title: ([, what]) => `kernel panic: ${what}`,
      frame: null,
    },
    {
      headline: /^Kernel panic - not syncing: (.*)/,
      title: ([, what]) => `kernel panic: ${what?.replace(/ *\.{2,}$/, "")}`,
      frame: null,
    },
  ],
};

/** What a panic says whose cause was reported before it: it never is a crash of its own after one. */
export const consequence =
  /Kernel panic - not syncing: (?:.{0,40}panic_on_warn|panic_on_oops|Fatal exception|Fatal machine|hung_task|softlockup|RCU Stall|BUG!|Attempted to kill|Aiee|Oops|corrupted stack end|stack-protector|.{0,20}: panic_on)/;
