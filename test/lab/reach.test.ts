import { describe, expect, test } from "vitest";
import { readSymbols } from "../../src/crash/symbol-table.ts";
import { lookFor, reachedFunctions } from "../../src/lab/reach.ts";

const symbols = readSymbols(
  `ffffffff81000000 T eat
ffffffff81000100 t take.constprop.0
ffffffff81000200 t take.cold
ffffffff81000300 t give
ffffffff81000400 t give
${Array.from({ length: 9 }, (_, n) => `ffffffff810010${n}0 t init`).join("\n")}
ffffffff82000000 D eat_data
`,
);

describe("functions to look for in a kernel", () => {
  test("are watched wherever the name is, and its variants; not where it is hardly ever executed", () => {
    const look = lookFor(["take", "give", "eat"], symbols, "guest");
    expect(look?.watched).toEqual(["take", "give", "eat"]);
    expect(look?.probe.addresses).toEqual([
      [0xffffffff81000100n],
      [0xffffffff81000300n, 0xffffffff81000400n],
      [0xffffffff81000000n],
    ]);
    expect(look?.probe.nonce).toMatch(/^[0-9a-f]{32}$/);
    expect(Buffer.from(look?.probe.archive ?? []).toString("latin1")).toContain(
      `${look?.probe.nonce} ffffffff81000100 ffffffff81000300,ffffffff81000400 ffffffff81000000\n`,
    );
  });

  test("that the kernel does not have, or has too often, are absent from the answer", () => {
    const look = lookFor(["inlined", "init", "eat", "eat_data"], symbols, "guest");
    expect(look?.watched).toEqual(["eat"]);
    const told = look && reachedFunctions(look, [3]);
    expect(told).toEqual({
      asked: ["inlined", "init", "eat", "eat_data"],
      absent: ["inlined", "init", "eat_data"],
      hit: ["eat"],
    });
  });

  test("that the guest cannot watch are absent, too", () => {
    const look = lookFor(["take", "give", "eat"], symbols, "guest");
    expect(look && reachedFunctions(look, [null, 0, 2])).toEqual({
      asked: ["take", "give", "eat"],
      absent: ["take"],
      hit: ["eat"],
    });
  });

  test("of which the kernel has none are not looked for", () => {
    expect(lookFor(["inlined"], symbols, "guest")).toBeNull();
    expect(lookFor([], symbols, "guest")).toBeNull();
  });
});
