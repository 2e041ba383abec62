import { describe, expect, it } from "vitest";
import { families } from "../../src/crash/family/families.ts";
import { typeOf } from "../../src/crash/type.ts";

const messages = families.flatMap((family) =>
  family.messages.map((message) => [`${family.word} ${message.says.source}`, message] as const),
);

describe("the table of families", () => {
  it.each(messages)("says of %s where it is printed", (_, { printed }) => {
    expect(printed).toMatch(/^(?:[a-z0-9]+\/|everywhere|Trusty|syzkaller)/);
  });

  it.each(messages)("has in %s what its titles name", (_, message) => {
    const groups = [message.says, ...(message.needs ?? [])]
      .map((pattern) => (new RegExp(`${pattern.source}|`).exec("")?.length ?? 1) - 1)
      .reduce((sum, count) => sum + count, 0);
    for (const template of [message.title, ...(message.alt ?? [])]) {
      for (const [, what] of template.matchAll(/\{(\w+)\}/g)) {
        if (what === "frame") expect(message.frame).toBeDefined();
        else if (what === "origin") expect(message.origin).toBeDefined();
        else expect(Number(what)).toBeLessThanOrEqual(groups);
      }
    }
  });

  it("looks for every word before another one that is a part of it", () => {
    const words = families.map(({ word }) => word);
    const hidden = words.filter((word, i) => words.slice(0, i).some((w) => word.includes(w)));
    expect(hidden).toEqual([]);
  });
});

it.each([
  ["KASAN: slab-out-of-bounds Write in vela", "KASAN-WRITE"],
  ["KASAN: use-after-free in vela at addr ADDR", "KASAN-USE-AFTER-FREE-READ"],
  ["KASAN: double-free in vela", "KASAN-INVALID-FREE"],
  ["KASAN: null-ptr-deref Write in vela", "KASAN-NULL-POINTER-DEREFERENCE-WRITE"],
  ["KASAN: odd", "KASAN-UNKNOWN"],
  ["KCSAN: assert: race in vela", "KCSAN-ASSERT"],
  ["KCSAN: odd", "KCSAN-UNKNOWN"],
  ["KFENCE: odd", "KFENCE-UNKNOWN"],
  ["UBSAN: array-index-out-of-bounds in vela", "MEMORY_SAFETY_UBSAN"],
  ["UBSAN: shift-out-of-bounds in vela", "UBSAN"],
  ["WARNING: suspicious RCU usage in vela", "LOCKDEP"],
  ["WARNING: suspicious RCU usage", "WARNING"],
  ["INFO: suspicious RCU usage in vela", "UNKNOWN"],
  ["WARNING: lock held when returning to user space in vela", "LOCKDEP"],
  ["BUG: lock held when returning to user space in vela", "UNKNOWN"],
  ["BUG: rwlock bad magic in vela", "LOCKDEP"],
  ["WARNING: kernel stack regs has bad value", "UNKNOWN"],
  ["kernel BUG at vela.c:LINE!", "BUG"],
  ["kernel panic: vela", "DoS"],
  ["panic: vela", "DoS"],
  ["invalid opcode in vela", "DoS"],
  ["unexpected kernel reboot", "REBOOT"],
  ["vela", "UNKNOWN"],
])("%s is %s", (title, type) => {
  expect(typeOf(title)).toBe(type);
});
