import type { Family, FrameRule, Message } from "./family.ts";
import { lockdepBug, spinlocks } from "./lockdep.ts";
import { faults } from "./oops.ts";
import { counterThenFrames, counterThenTrace, frames, line, skipping, trace } from "./steps.ts";

const listBug = {
  title: "BUG: corrupted list in {frame}",
  alt: ["bad-access in {frame}"],
  frame: counterThenTrace,
  type: "MEMORY_SAFETY_BUG",
} as const;

/** BUG(): `kernel BUG at FILE:LINE!`. What a file of the toolbox finds is called by what it means. */
export const kernelBug: Family = {
  word: "kernel BUG at ",
  types: { "kernel BUG": "BUG" },
  messages: [
    { says: /^kernel BUG at [^ :]{0,100}lib\/list_debug\.c/, printed: "lib/bug.c", ...listBug },
    {
      says: /^kernel BUG at [^ :]{0,100}mm\/usercopy\.c/,
      printed: "lib/bug.c",
      title: "BUG: bad usercopy in {frame}",
      frame: counterThenTrace,
      type: "BUG",
    },
    {
      says: /^kernel BUG at [^ :]{1,200}/,
      printed: "lib/bug.c",
      title: "kernel BUG in {frame}",
      frame: counterThenTrace,
    },
  ],
};

/** What a Rust panic says, after the place where it happened; a BUG() of its own follows. */
export const rustPanic: Family = {
  word: "rust_kernel: panicked at ",
  messages: [
    {
      says: /^rust_kernel: panicked at /,
      printed: "rust/kernel/lib.rs",
      needs: [/^(.{1,120})$/],
      within: 1,
      title: "{1} in {frame}",
      frame: skipping(
        counterThenTrace,
        /rust_begin_unwind|rust_helper|rust_panic|4core9panicking|^core::panicking|^panic/,
      ),
    },
  ],
};

/** The generic BUG(), as on User Mode Linux: `BUG: failure at FILE:LINE/FUNCTION()!`, then a panic. */
const inFunction: FrameRule = {
  ways: [
    [{ kind: "line", pattern: /BUG: failure at [^ :]{1,200}:\d{1,7}\/([a-zA-Z_]\w{0,127})\(\)/ }],
    ...trace.ways,
  ],
};
export const genericBug: Family = {
  word: "BUG: failure at ",
  messages: [
    {
      says: /^BUG: failure at [^ :]{0,100}lib\/list_debug\.c/,
      printed: "include/asm-generic/bug.h",
      ...listBug,
    },
    {
      says: /^BUG: failure at [^ :]{0,100}mm\/usercopy\.c/,
      printed: "include/asm-generic/bug.h",
      title: "BUG: bad usercopy in {frame}",
      frame: counterThenTrace,
    },
    {
      says: /^BUG: failure at /,
      printed: "include/asm-generic/bug.h",
      title: "kernel BUG in {frame}",
      frame: inFunction,
    },
  ],
};

/** Things done where sleeping is forbidden. */
const atomic: readonly Message[] = [
  {
    says: /^BUG: sleeping function called from invalid context/,
    printed: "kernel/sched/core.c",
    title: "BUG: sleeping function called from invalid context in {frame}",
    frame: trace,
    type: "ATOMIC_SLEEP",
    end: "trace",
  },
  {
    says: /^BUG: scheduling while atomic/,
    printed: "kernel/sched/core.c",
    title: "BUG: scheduling while atomic in {frame}",
    frame: skipping(trace, /^(?:__)?schedule|_switch|hrtimer|nanosleep/),
    type: "ATOMIC_SLEEP",
    end: "trace",
  },
  {
    says: /^BUG: using ([a-z_]{1,60})\(\) in preemptible/,
    printed: "lib/smp_processor_id.c",
    title: "BUG: using {1}() in preemptible code in {frame}",
    frame: skipping(trace, /preempt|processor_id/),
    end: "trace",
  },
];

const memory: readonly Message[] = [
  {
    says: /^BUG: Bad page map/,
    printed: "mm/memory.c",
    title: "BUG: Bad page map",
  },
  {
    says: /^BUG: Bad page (?:state|cache)/,
    printed: "mm/page_alloc.c, mm/filemap.c",
    title: "BUG: Bad page state in {frame}",
    frame: {
      // Who allocated the page, where the kernel remembers that: who frees it may be anyone.
      ways: [[line(/^page last allocated via order/), frames]],
      skip: /(?:^|_)pages?(?:_|$)|pagevec|pcp|free|release_|put_|folio/,
    },
  },
  {
    says: /^BUG: Bad rss-counter state/,
    printed: "kernel/fork.c",
    title: "BUG: Bad rss-counter state",
    stackless: true,
  },
  {
    says: /^BUG: non-zero (?:pgtables_bytes|nr_ptes|nr_pmds) on freeing mm/,
    printed: "kernel/fork.c",
    title: "BUG: non-zero pgtables_bytes on freeing mm",
    stackless: true,
  },
];

/** Every other `BUG:` line. */
export const bug: Family = {
  word: "BUG:",
  harmless: /BUG: Bad rss-counter state .{0,80}idx:\d+ val:0/,
  types: {
    "BUG: using ": "LOCKDEP",
    "BUG: bad unlock balance": "LOCKDEP",
    "BUG: held lock freed": "LOCKDEP",
    "BUG: spinlock": "LOCKDEP",
    "BUG: rwlock": "LOCKDEP",
  },
  messages: [
    ...faults,
    ...lockdepBug,
    ...spinlocks,
    ...atomic,
    ...memory,
    {
      says: /^(BUG: Dentry .{0,200}still in use) \(\d{1,9}\) (\[unmount of [^\]]{1,80}\])/,
      printed: "fs/dcache.c",
      title: "BUG: Dentry still in use in unmount",
      alt: ["BUG: Dentry still in use {2}"],
    },
    {
      says: /^BUG: workqueue leaked (?:lock or atomic|atomic, lock or RCU)/,
      printed: "kernel/workqueue.c",
      needs: [/last function: ([a-zA-Z_]\w{0,127})/],
      title: "BUG: workqueue leaked lock or atomic in {1}",
      stackless: true,
    },
    {
      says: /^BUG: (executor-detected bug)/,
      printed: "syzkaller, beside the kernel",
      title: "BUG: {1}",
      stackless: true,
    },
    {
      says: /^BUG: workqueue lockup/,
      printed: "kernel/workqueue.c",
      title: "BUG: workqueue lockup",
      type: "HANG",
      stackless: true,
    },
    {
      says: /^BUG: (?:unable|Unable) to handle/,
      printed: "arch/x86/mm/fault.c",
      title: "BUG: unable to handle kernel",
      remains: true,
    },
    {
      says: /^BUG: *$/,
      printed: "everywhere",
      title: "BUG: corrupted",
      remains: true,
    },
    {
      says: /^BUG: (.*)/,
      printed: "everywhere, by hand",
      title: "BUG: {1}",
      frame: counterThenFrames,
    },
  ],
};
