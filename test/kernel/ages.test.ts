import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Age, ageOf, isBefore, releaseName } from "../../src/kernel/age.ts";
import type { Compiler } from "../../src/kernel/compiler.ts";
import { fitOf, inOrder, knownSince } from "../../src/kernel/compiler-ages.ts";
import { formatConfig, parseConfig } from "../../src/kernel/config.ts";
import { adaptToAge } from "../../src/kernel/config-ages.ts";

const makefile = (version: string, patchlevel: string, sublevel = "0", extra = "") =>
  `# SPDX\nVERSION = ${version}\nPATCHLEVEL = ${patchlevel}\nSUBLEVEL = ${sublevel}\nEXTRAVERSION = ${extra}\nNAME = x\n`;

describe("the age of a tree", () => {
  test.each([
    [makefile("6", "12", "117"), "v6.12"],
    // From the release on until the next candidate, all is made of the next release.
    [makefile("5", "3"), "v5.3"],
    [makefile("5", "4", "0", "-rc1"), "v5.3"],
    [makefile("5", "4", "0", "-rc8-next"), "v5.3"],
    [makefile("5", "0", "0", "-rc2"), "v4.20"],
    [makefile("6", "0", "0", "-rc7"), "v5.19"],
    [makefile("3", "0", "0", "-rc1"), "v2.6.39"],
    [makefile("2", "6", "32", ".4"), "v2.6.32"],
  ])("is the newest release that it contains: %#", (text, release) => {
    expect(releaseName(ageOf(text) as Age)).toBe(release);
  });

  test.each([
    [""],
    ["all:\n\tcc main.c\n"],
    ["VERSION = 6\n"],
    ["VERSION = 99999\nPATCHLEVEL = 1\n"],
  ])("is not known of what is no kernel's Makefile: %j", (text) => expect(ageOf(text)).toBeNull());

  test("is before a release exactly where it is older", () => {
    const release = fc.tuple(fc.nat(9), fc.nat(30));
    fc.assert(
      fc.property(release, release, ([a, b], [c, d]) => {
        expect(isBefore({ major: a, minor: b }, [c, d])).toBe(a * 100 + b < c * 100 + d);
      }),
    );
  });
});

function compiler(name: string, version: readonly [number, number]): Compiler {
  const family = name.includes("clang") ? "clang" : "gcc";
  const same = { tools: [], command: name, hostCommand: name, folder: null, ccache: false };
  return { name, family, version, identity: name, ...same };
}

const gcc = compiler("gcc", [12, 2]);
const clang = compiler("clang-14", [14, 0]);
const machine = [
  gcc,
  clang,
  compiler("gcc-11", [11, 3]),
  compiler("gcc-8", [8, 3]),
  compiler("gcc-4.9", [4, 9]),
];

describe("compilers and releases", () => {
  test.each([
    [[12, 2], [6, 1], "known"],
    [[12, 2], [5, 16], "known"],
    [[12, 2], [5, 15], "newer"],
    [[10, 2], [5, 9], "known"],
    [[10, 2], [5, 8], "newer"],
    [[8, 1], [4, 12], "known"],
    [[8, 1], [4, 11], "newer"],
    [[7, 3], [4, 11], "known"],
    [[7, 3], [4, 10], "newer"],
    [[5, 5], [4, 4], "known"],
    [[4, 9], [6, 1], "older"],
  ] as const)("gcc %j and v%j: %s", (version, [major, minor], fit) => {
    expect(fitOf({ family: "gcc", version }, { major, minor })).toBe(fit);
  });

  test.each([
    [[14, 0], [6, 12], "known"],
    [[12, 0], [6, 12], "older"],
    [[12, 0], [6, 1], "known"],
    [[16, 0], [6, 14], "newer"],
    [[16, 0], [6, 15], "known"],
    [[10, 0], [5, 8], "newer"],
    [[9, 0], [5, 8], "known"],
  ] as const)("clang %j and v%j: %s", (version, [major, minor], fit) => {
    expect(fitOf({ family: "clang", version }, { major, minor })).toBe(fit);
  });

  test("a compiler is known to build what is not older than its table says", () => {
    expect(knownSince(gcc)).toEqual([5, 16]);
    expect(knownSince(compiler("gcc-5", [5, 4]))).toBeNull();
    expect(knownSince(clang)).toEqual([5, 9]);
  });

  const names = (age: Age | null, used: string[] = [], passedOver: string[] = []) =>
    inOrder(machine, { age, used, passedOver }).map(({ name }) => name);

  test("the usual one comes first where it fits, else the newest that does", () => {
    expect(names({ major: 6, minor: 1 })).toEqual([
      "gcc",
      "gcc-11",
      "gcc-8",
      "gcc-4.9",
      "clang-14",
    ]);
    expect(names({ major: 5, minor: 10 })[0]).toBe("gcc-8");
    expect(names(null)[0]).toBe("gcc");
  });

  test("of those that are too new the oldest comes first", () => {
    expect(names({ major: 4, minor: 11 })).toEqual([
      "gcc-4.9",
      "gcc-8",
      "gcc-11",
      "gcc",
      "clang-14",
    ]);
  });

  test("one that was used is kept, whatever the tables say, until it is passed over", () => {
    const old = { major: 4, minor: 19 };
    expect(names(old, ["gcc"])[0]).toBe("gcc");
    expect(names(old, ["gcc", "gcc-11"], ["gcc"])[0]).toBe("gcc-11");
    expect(names(old, ["gcc", "clang-14"], ["gcc"])[0]).toBe("clang-14");
    expect(names(old, ["gcc"], ["gcc"])).not.toContain("gcc");
  });
});

describe("a config and the age of a kernel", () => {
  const at = (text: string, major: number, minor: number) => {
    const { asked, changes } = adaptToAge(parseConfig(text), { major, minor });
    return { text: formatConfig(asked), changes };
  };

  test.each([
    ["CONFIG_USBIP_VUDC", [4, 15]],
    ["CONFIG_CAN", [4, 13]],
    ["CONFIG_HSR", [4, 12]],
    ["CONFIG_BT_HCIVHCI", [4, 10]],
    ["CONFIG_NET_TEAM", [4, 7]],
    ["CONFIG_BATMAN_ADV", [4, 5]],
    ["CONFIG_UBSAN", [5, 3]],
    ["CONFIG_KCOV", [5, 4]],
    ["CONFIG_SECURITY_TOMOYO_OMIT_USERSPACE_LOADER", [5, 2]],
  ] as const)("%s is off before v%j alone, with a reason", (option, [major, minor]) => {
    const before = at(`${option}=y\n`, major, minor - 1);
    expect(before.text).toBe(`# ${option} is not set\n`);
    expect(before.changes).toEqual([{ option, from: "y", to: "n", why: expect.any(String) }]);
    expect(at(`${option}=y\n`, major, minor)).toEqual({ text: `${option}=y\n`, changes: [] });
    // What was not asked for is no change.
    expect(at("CONFIG_NET=y\n", major, minor - 1).changes).toEqual([]);
  });

  test("kernels before v5.4 unwind by frame pointers where ORC was asked for", () => {
    const orc = "CONFIG_UNWINDER_ORC=y\n";
    expect(at(orc, 5, 3).text).toBe(
      "# CONFIG_UNWINDER_ORC is not set\nCONFIG_UNWINDER_FRAME_POINTER=y\nCONFIG_FRAME_POINTER=y\n",
    );
    expect(at(orc, 5, 4).changes).toEqual([]);
    // Under the names of its time.
    const { text } = at(orc, 4, 14);
    expect(text).toContain("CONFIG_FRAME_POINTER_UNWINDER=y\n");
    expect(text).not.toContain("CONFIG_UNWINDER_FRAME_POINTER");
  });

  test("an option is asked for by the name that it has", () => {
    expect(at("CONFIG_RETPOLINE=y\n", 6, 12).text).toBe("CONFIG_MITIGATION_RETPOLINE=y\n");
    expect(at("CONFIG_MITIGATION_RETPOLINE=y\n", 6, 1).text).toBe("CONFIG_RETPOLINE=y\n");
    expect(at("# CONFIG_SLS is not set\n", 6, 9).text).toBe("# CONFIG_MITIGATION_SLS is not set\n");
    expect(at("CONFIG_RETPOLINE=y\n", 6, 8).changes).toEqual([]);
  });

  test("debug information is asked for as its age takes it", () => {
    expect(at("CONFIG_DEBUG_INFO=y\n", 6, 1).text).toContain("_DWARF_TOOLCHAIN_DEFAULT=y\n");
    expect(at("CONFIG_DEBUG_INFO_DWARF4=y\n", 5, 10).text).toContain("CONFIG_DEBUG_INFO=y\n");
    expect(at("CONFIG_DEBUG_INFO_DWARF4=y\n", 6, 1).changes).toEqual([]);
    expect(at("CONFIG_DEBUG_INFO=y\nCONFIG_DEBUG_INFO_NONE=y\n", 6, 1).changes).toEqual([]);
  });

  test("nothing changes twice, nor where the age is not known", () => {
    const option = fc.constantFrom(
      "UBSAN",
      "CAN",
      "UNWINDER_ORC",
      "RETPOLINE",
      "SLS",
      "DEBUG_INFO",
    );
    const line = fc.tuple(option, fc.constantFrom("y", "m", "n"));
    const age = fc.record({ major: fc.integer({ min: 3, max: 6 }), minor: fc.nat(20) });
    fc.assert(
      fc.property(fc.array(line), age, (lines, when) => {
        const asked = new Map(lines.map(([name, value]) => [`CONFIG_${name}`, value]));
        const once = adaptToAge(asked, when).asked;
        expect(adaptToAge(once, when)).toEqual({ asked: once, changes: [] });
        expect(adaptToAge(asked, null)).toEqual({ asked, changes: [] });
      }),
    );
  });
});
