import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  droppedOptions,
  formatConfig,
  hasModules,
  overlay,
  parseConfig,
} from "../../src/kernel/config.ts";
import { requestOf } from "../../src/kernel/configure.ts";

describe("a config's lines", () => {
  test.each([
    ["CONFIG_A=y", { CONFIG_A: "y" }],
    ["CONFIG_A=m\nCONFIG_A=n", { CONFIG_A: "n" }],
    ["# CONFIG_A is not set", { CONFIG_A: "n" }],
    ["# a comment\n\n   \nCONFIG_A=-12", { CONFIG_A: "-12" }],
    ["CONFIG_A=0xFf\r\nCONFIG_B=y\r\n", { CONFIG_A: "0xFf", CONFIG_B: "y" }],
    ['CONFIG_A="a \\" b"', { CONFIG_A: '"a \\" b"' }],
    ["", {}],
  ])("%j", (text, expected) => {
    expect(Object.fromEntries(parseConfig(text))).toEqual(expected);
  });

  test.each([
    ["CONFIG_A", 1],
    ["CONFIG_A=y\nCONFIG_B =y", 2],
    ["CONFIG_A=yes", 1],
    ['CONFIG_A="open', 1],
    ["\n\n A=y", 3],
    ["<<<<<<< HEAD", 1],
    ["CONFIG_A=y\u0000", 1],
  ])("%j is refused with its line", (text, line) => {
    expect(() => parseConfig(text, "kernel.config")).toThrowError(
      expect.objectContaining({
        code: "config-invalid",
        facts: expect.objectContaining({ line, config: "kernel.config" }),
      }),
    );
  });

  const options = fc.dictionary(
    fc.stringMatching(/^CONFIG_[A-Z0-9_]{1,12}$/),
    fc.oneof(fc.constantFrom("y", "m", "n", '""', '"text"'), fc.integer().map(String)),
  );
  test("what is written is read back", () => {
    fc.assert(
      fc.property(options, (given) => {
        const map = new Map(Object.entries(given));
        expect(parseConfig(formatConfig(map))).toEqual(map);
      }),
    );
  });

  test("any text gives options or a failure, at once", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        try {
          parseConfig(text);
        } catch (error) {
          expect(error).toMatchObject({ code: "config-invalid" });
        }
      }),
    );
    const long = `CONFIG_A="${'\\"'.repeat(200_000)}`;
    expect(() => parseConfig(long)).toThrow("line 1 of config");
  });
});

test("a later layer wins, and stands last", () => {
  const first = parseConfig("CONFIG_A=y\nCONFIG_B=y");
  const second = parseConfig("# CONFIG_A is not set");
  expect([...overlay(first, second)]).toEqual([
    ["CONFIG_B", "y"],
    ["CONFIG_A", "n"],
  ]);
});

test.each([
  ["CONFIG_A=y", "CONFIG_A=y", []],
  ["CONFIG_A=y", "# CONFIG_A is not set", ["CONFIG_A=y"]],
  ["CONFIG_A=y", "", ["CONFIG_A=y"]],
  ["CONFIG_A=y", "CONFIG_A=m", ["CONFIG_A=y"]],
  ["CONFIG_A=m", "CONFIG_A=y", []],
  ["CONFIG_A=64", "CONFIG_A=32", ["CONFIG_A=64"]],
  ["# CONFIG_A is not set", "CONFIG_A=y", ["CONFIG_A=n"]],
  ["# CONFIG_A is not set", "", []],
  ['CONFIG_A=""', "", []],
  // What the toolchain decides is nobody's wish.
  ['CONFIG_CC_VERSION_TEXT="gcc 9"\nCONFIG_GCC_VERSION=90000\nCONFIG_HAVE_X=y', "", []],
])("%j resolved to %j drops %j", (asked, resolved, expected) => {
  expect(droppedOptions(parseConfig(asked), parseConfig(resolved))).toEqual(expected);
});

test("modules are seen", () => {
  expect(hasModules(parseConfig("CONFIG_MODULES=y\nCONFIG_A=y"))).toBe(false);
  expect(hasModules(parseConfig("CONFIG_A=m"))).toBe(true);
});

test.each([
  "menuconfig",
  "oldconfig",
  "randconfig",
  "--eval=x",
  "all",
  "../defconfig",
  "a b_defconfig",
])("%j is no base", (base) => {
  expect(() => requestOf({ kind: "base", base, fragments: [] })).toThrowError(
    expect.objectContaining({ code: "config-invalid" }),
  );
});

test.each(["allnoconfig", "defconfig", "tinyconfig", "x86_64_defconfig"])(
  "%j is a base",
  (base) => {
    const request = requestOf({ kind: "base", base, fragments: ["CONFIG_A=y", "CONFIG_A=m"] });
    expect(request).toMatchObject({ kind: "base", base });
    expect([...request.asked]).toEqual([["CONFIG_A", "m"]]);
  },
);

test("a fragment that is not understood is named", () => {
  expect(() =>
    requestOf({ kind: "base", base: "allnoconfig", fragments: ["CONFIG_A=y", "A=y"] }),
  ).toThrow("line 1 of fragment 2");
});
