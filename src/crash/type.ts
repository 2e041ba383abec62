import type { CrashType } from "./crash.ts";

/** What a title begins with, and the type of such a crash; the longest that fits counts. */
const types: readonly (readonly [string, CrashType])[] = [
  ["BUG: bad unlock balance", "LOCKDEP"],
  ["BUG: bad usercopy", "BUG"],
  ["BUG: corrupted list", "MEMORY_SAFETY_BUG"],
  ["BUG: held lock freed", "LOCKDEP"],
  ["BUG: rwlock", "LOCKDEP"],
  ["BUG: scheduling while atomic", "ATOMIC_SLEEP"],
  ["BUG: sleeping function called from invalid context", "ATOMIC_SLEEP"],
  ["BUG: soft lockup", "HANG"],
  ["BUG: spinlock", "LOCKDEP"],
  ["BUG: unable to handle kernel NULL pointer dereference", "NULL-POINTER-DEREFERENCE"],
  ["BUG: unable to handle kernel paging request", "MEMORY_SAFETY_BUG"],
  ["BUG: using ", "LOCKDEP"],
  ["INFO: rcu detected stall", "HANG"],
  ["INFO: task can't die", "HANG"],
  ["INFO: task hung", "HANG"],
  ["Internal error", "DoS"],
  ["KASAN: ", "KASAN-UNKNOWN"],
  ["KASAN: double-free", "KASAN-INVALID-FREE"],
  ["KASAN: invalid-free", "KASAN-INVALID-FREE"],
  ["KASAN: null-ptr-deref Read", "KASAN-NULL-POINTER-DEREFERENCE-READ"],
  ["KASAN: null-ptr-deref Write", "KASAN-NULL-POINTER-DEREFERENCE-WRITE"],
  ["KCSAN: data-race", "KCSAN-DATARACE"],
  ["KFENCE: ", "KFENCE-UNKNOWN"],
  ["KFENCE: invalid free", "KFENCE-INVALID-FREE"],
  ["KFENCE: invalid read", "KFENCE-READ"],
  ["KFENCE: invalid write", "KFENCE-WRITE"],
  ["KFENCE: memory corruption", "KFENCE-MEMORY-CORRUPTION"],
  ["KFENCE: out-of-bounds read", "KFENCE-READ"],
  ["KFENCE: out-of-bounds write", "KFENCE-WRITE"],
  ["KFENCE: use-after-free read", "KFENCE-USE-AFTER-FREE-READ"],
  ["KFENCE: use-after-free write", "KFENCE-USE-AFTER-FREE-WRITE"],
  ["KMSAN: ", "KMSAN-UNKNOWN"],
  ["KMSAN: kernel-infoleak", "KMSAN-INFO-LEAK"],
  ["KMSAN: kernel-usb-infoleak", "KMSAN-INFO-LEAK"],
  ["KMSAN: uninit-value", "KMSAN-UNINIT-VALUE"],
  ["KMSAN: use-after-free", "KMSAN-USE-AFTER-FREE-READ"],
  ["PANIC: ", "DoS"],
  ["UBSAN: ", "UBSAN"],
  ["UBSAN: array-index", "MEMORY_SAFETY_UBSAN"],
  ["Alignment trap", "DoS"],
  ["Unhandled fault", "DoS"],
  ["VFS: ", "DoS"],
  ["WARNING", "WARNING"],
  ["WARNING: bad unlock balance", "LOCKDEP"],
  ["WARNING: held lock freed", "LOCKDEP"],
  ["WARNING: kernel stack ", "UNKNOWN"],
  ["WARNING: lock held", "LOCKDEP"],
  ["WARNING: locking bug", "LOCKDEP"],
  ["WARNING: nested lock was not taken", "LOCKDEP"],
  ["WARNING: refcount bug", "REFCOUNT_WARNING"],
  ["WARNING: still has locks held", "LOCKDEP"],
  ["WARNING: suspicious RCU usage in ", "LOCKDEP"],
  ["divide error", "DoS"],
  ["general protection fault", "DoS"],
  ["inconsistent lock state", "LOCKDEP"],
  ["int3", "DoS"],
  ["kernel BUG", "BUG"],
  ["kernel panic", "DoS"],
  ["memory leak", "LEAK"],
  ["possible deadlock", "LOCKDEP"],
  ["stack segment fault", "DoS"],
];

/** How KASAN names what it is not sure about: any other access. */
const access = /^KASAN: [a-z-]+( Read| Write)?/;

/** The type of a crash: it follows from its title alone. */
export function typeOf(title: string): CrashType {
  let best: readonly [string, CrashType] = ["", "UNKNOWN"];
  for (const entry of types) {
    if (entry[0].length > best[0].length && title.startsWith(entry[0])) best = entry;
  }
  return best[1] === "KASAN-UNKNOWN" ? kasanType(title) : best[1];
}

/** KASAN: by what was wrong with the address, and by the direction; unknown directions count as reads. */
function kasanType(title: string): CrashType {
  const found = access.exec(title);
  if (found === null) return "KASAN-UNKNOWN";
  const write = found[1] === " Write";
  if (found[0].includes("use-after-free")) {
    return write ? "KASAN-USE-AFTER-FREE-WRITE" : "KASAN-USE-AFTER-FREE-READ";
  }
  if (!/out-of-bounds|-access/.test(found[0])) return "KASAN-UNKNOWN";
  return write ? "KASAN-WRITE" : "KASAN-READ";
}
