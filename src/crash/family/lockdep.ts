import type { CrashType } from "../crash.ts";
import type { FrameRule, Message } from "./family.ts";
import { frames, fromTrace, heading, line, named, skipping, trace } from "./steps.ts";

/** `…, at: func+0x1/0x2`: where the lock is being taken. */
const at = named("at: ");
const acquiring: FrameRule = {
  ways: [[at, heading, frames], fromTrace],
  stack: fromTrace,
};
/** `… which became HARDIRQ-irq-safe at:`: the other side of a lock that an interrupt takes. */
const orderingBefore: FrameRule = {
  ways: [
    [line(/which became [A-Z]{1,20}-irq-safe at:/), frames],
    // The two locks, then the chain that orders them.
    [at, at, frames],
    fromTrace,
  ],
  stack: fromTrace,
};
const ordering = skipping(
  orderingBefore,
  /^(?:process_one_work|flush_workqueue|drain_workqueue|destroy_workqueue)$/,
);

/** What lockdep complains about. */
interface Complaint {
  readonly says: string;
  /** Without the word that the line began with. */
  readonly title: string;
  /** The title stands without that word. */
  readonly bare?: true;
  readonly frame: FrameRule;
  /** What must follow within some lines; without it the headline is the title. */
  readonly needs?: readonly RegExp[];
  readonly type?: CrashType;
  readonly stackless?: true;
}

const acquires = [/is trying to (?:acquire|release)|just changed the state of lock/];

const complaints: readonly Complaint[] = [
  {
    says: "possible (?:circular|recursive|irq lock|irq_?lock)",
    title: "possible deadlock",
    bare: true,
    frame: ordering,
    needs: acquires,
    type: "LOCKDEP",
  },
  {
    says: "[A-Z_-]{1,40}-safe -> [A-Z_-]{1,40}-unsafe lock order detected",
    title: "possible deadlock",
    bare: true,
    frame: ordering,
    needs: acquires,
    type: "LOCKDEP",
  },
  {
    says: "inconsistent lock state",
    title: "inconsistent lock state",
    bare: true,
    frame: acquiring,
    needs: [/takes:/],
    type: "LOCKDEP",
  },
  {
    says: "suspicious RCU usage",
    title: "suspicious RCU usage",
    frame: skipping(trace, /rcu|kmem|slab|kmalloc|_lock|^lock/),
    needs: [/^[^ ]{1,200}:\d{1,6} /],
    type: "LOCKDEP",
  },
  {
    says: "bad unlock balance detected",
    title: "bad unlock balance",
    frame: {
      ways: [
        [line(/is trying to release lock/), named("^ *"), heading, frames],
        [at, heading, frames],
        fromTrace,
      ],
      stack: fromTrace,
    },
    type: "LOCKDEP",
  },
  { says: "held lock freed", title: "held lock freed", frame: acquiring, type: "LOCKDEP" },
  {
    says: ".{0,60} still has locks held",
    title: "still has locks held",
    frame: acquiring,
    type: "LOCKDEP",
  },
  {
    says: "lock held when returning to user space",
    title: "lock held when returning to user space",
    frame: acquiring,
    stackless: true,
    type: "LOCKDEP",
  },
  {
    says: "[Nn]ested lock was not taken",
    title: "nested lock was not taken",
    frame: acquiring,
    type: "LOCKDEP",
  },
];

/** The complaints behind each word that lockdep's headlines began with through the years. */
function after(word: string): Message[] {
  return complaints.map(({ says, title, bare, frame, needs, type, stackless }) => ({
    says: new RegExp(`^${word} ${says}`),
    printed: "kernel/locking/lockdep.c",
    title: `${bare ? "" : `${word} `}${title} in {frame}`,
    // While it said INFO, the functions of work queues were the guilty ones.
    frame: word === "INFO:" && frame === ordering ? orderingBefore : frame,
    end: "trace",
    within: 15,
    ...(needs === undefined ? {} : { needs }),
    ...(stackless === undefined ? {} : { stackless }),
    ...(type !== undefined && (bare || word === "WARNING:") ? { type } : {}),
  }));
}

/** The words of each of the kernel's prefixes. */
export const lockdepWarning: readonly Message[] = after("WARNING:");
export const lockdepInfo: readonly Message[] = [
  ...after("INFO:"),
  {
    says: /^INFO: trying to register non-static key/,
    printed: "kernel/locking/lockdep.c",
    title: "INFO: trying to register non-static key in {frame}",
    frame: skipping(trace, /stack|lock|irq/i),
    end: "trace",
  },
];
export const lockdepBug: readonly Message[] = [
  ...after("BUG:"),
  {
    // A lock that may sleep, taken where one may not.
    says: /^BUG: Invalid wait context/,
    printed: "kernel/locking/lockdep.c",
    title: "WARNING: locking bug in {frame}",
    frame: acquiring,
    end: "trace",
  },
  {
    says: /^BUG: (MAX_[A-Z_]{1,40} too low!)/,
    printed: "kernel/locking/lockdep.c",
    title: "BUG: {1}",
    stackless: true,
  },
];

export const spinlocks: readonly Message[] = [
  {
    says: /^BUG: ((?:spinlock|rwlock) (?:recursion|bad magic|already unlocked|lockup suspected|lockup|wrong owner|wrong CPU|cpu recursion|trylock failure on UP|uninitialized))/,
    printed: "kernel/locking/spinlock_debug.c",
    title: "BUG: {1} in {frame}",
    frame: skipping(trace, /spin|rwlock|_lock|smp_call/),
  },
];
