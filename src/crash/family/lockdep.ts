import { type FrameRule, follows, named, type Shape, traceOnly } from "./family.ts";

/** `…, at: func+0x1/0x2`: where the lock is being taken. */
const at = named("at: (?:\\[<[0-9a-f]{8,16}>\\] )?");
const acquiring: FrameRule = { places: [at, ...traceOnly] };
/** `… which became HARDIRQ-irq-safe at:`: the other side of a lock that an interrupt takes. */
const ordering: FrameRule = {
  places: [{ kind: "below", line: /which became [A-Z]+-irq-safe at:/ }, at, ...traceOnly],
};
const afterTrace: FrameRule = { places: traceOnly };

/** What lockdep (kernel/locking/lockdep.c) prints between the rules of `=`; older kernels in brackets. */
const messages: readonly {
  readonly says: string;
  readonly title: string;
  readonly frame: FrameRule;
  /** What must follow within some lines; without it the headline is the title. */
  readonly needs?: RegExp;
}[] = [
  {
    says: "possible (?:circular|recursive|irq lock|irq_?lock).*(?:detected)",
    title: "possible deadlock",
    frame: { ...ordering, skip: (name) => name === "process_one_work" },
    needs: /(?:is trying to acquire lock|just changed the state of lock)/,
  },
  {
    says: "[A-Z-]+-safe -> [A-Z-]+-unsafe lock order detected",
    title: "possible deadlock",
    frame: ordering,
    needs: /is trying to acquire/,
  },
  { says: "inconsistent lock state", title: "inconsistent lock state", frame: acquiring },
  { says: "suspicious RCU usage", title: "suspicious RCU usage", frame: afterTrace },
  {
    says: "bad unlock balance detected",
    title: "bad unlock balance",
    frame: {
      places: [
        { kind: "line", pattern: /^ *\[<[0-9a-f]{8,16}>\] ([a-zA-Z_]\w*)[.+]/ },
        at,
        ...traceOnly,
      ],
    },
  },
  { says: "held lock freed", title: "held lock freed", frame: afterTrace },
  { says: ".* still has locks held", title: "still has locks held", frame: acquiring },
  {
    says: "lock held when returning to user space",
    title: "lock held when returning to user space",
    frame: acquiring,
  },
  { says: "[Nn]ested lock was not taken", title: "nested lock was not taken", frame: acquiring },
];

/** Titles that stand without the word that the line began with. */
const bare = new Set(["possible deadlock", "inconsistent lock state"]);

function shapesAfter(word: string): Shape[] {
  return messages.map(({ says, title, frame, needs }) => ({
    headline: new RegExp(`^${word} ${says}`),
    title: (_, report) => {
      if (needs !== undefined && follows(report, needs, 12) === null) return null;
      return bare.has(title) ? title : `${word} ${title}`;
    },
    frame,
    end: "trace",
  }));
}

/** `[ BUG: Invalid wait context ]`: a lock that may sleep, taken where one may not. */
const waitContext: Shape = {
  headline: /^BUG: Invalid wait context/,
  title: () => "WARNING: locking bug",
  frame: acquiring,
  end: "trace",
};

/** The shapes for each word that lockdep's headlines began with through the years. */
export const lockdepWarning: readonly Shape[] = shapesAfter("WARNING:");
export const lockdepInfo: readonly Shape[] = shapesAfter("INFO:");
export const lockdepBug: readonly Shape[] = [...shapesAfter("BUG:"), waitContext];

/** kernel/locking/spinlock_debug.c. */
export const spinlocks: readonly Shape[] = [
  {
    headline:
      /^BUG: (?:spinlock|rwlock) (recursion|bad magic|already unlocked|lockup suspected|wrong [a-z]+|cpu recursion|trylock failure on UP)/,
    title: ([text]) => text ?? null,
    frame: { places: traceOnly, skip: (name) => /spin|rwlock|_lock|smp_call/.test(name) },
  },
];

/** kernel/locking/lockdep.c, register_lock_class(). */
export const nonStaticKey: Shape = {
  headline: /^INFO: trying to register non-static key/,
  title: () => "INFO: trying to register non-static key",
  end: "trace",
  frame: { places: traceOnly, skip: (name) => /stack|assign_lock_key/.test(name) },
};
