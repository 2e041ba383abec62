import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { compilerPlaces } from "../../src/kernel/compiler-places.ts";
import { findCompilers } from "../../src/kernel/find-compilers.ts";
import type { Arch } from "../../src/kernel/kernel.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "firstbad-compilers-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program that says such things of itself as gcc and clang do. */
function program(path: string, first: string, version: string, target = "x86_64-linux-gnu"): void {
  mkdirSync(join(path, ".."), { recursive: true });
  const script = `#!/bin/sh
case "$1" in
--version) echo '${first}';;
-dumpmachine) echo ${target};;
-dumpfullversion) echo ${version};;
-print-targets) printf '  Registered Targets:\\n    aarch64    - x\\n    x86-64     - y\\n';;
*) exit 1;;
esac
`;
  writeFileSync(path, script, { mode: 0o755 });
}

const llvm = ["ld.lld", "llvm-ar", "llvm-nm", "llvm-strip", "llvm-objcopy", "llvm-objdump"];

/** A folder as on PATH: make, ld, two names of one gcc, another gcc, one of another target, and a clang. */
function bin(): string {
  const at = join(folder, "bin");
  const in_ = (name: string) => join(at, name);
  program(in_("make"), "GNU Make 4.3", "4.3");
  program(in_("ld"), "GNU ld 2.40", "2.40");
  program(in_("x86_64-gcc-real"), "gcc (GCC) 12.2.0", "12.2.0");
  symlinkSync("x86_64-gcc-real", in_("gcc-12"));
  symlinkSync("x86_64-gcc-real", in_("gcc"));
  program(in_("gcc-9"), "gcc-9 (GCC) 9.4.0", "9.4.0");
  program(in_("gcc-8"), "gcc-8 (GCC) 8.4.0", "8.4.0", "arm-none-eabi");
  program(in_("aarch64-linux-gnu-gcc"), "aarch64 (GCC) 12.2.0", "12.2.0", "aarch64-linux-gnu");
  program(in_("aarch64-linux-gnu-ld"), "GNU ld 2.40", "2.40");
  program(in_("clang-14"), "Debian clang version 14.0.6", "");
  for (const tool of [...llvm, "llvm-readelf"]) {
    program(in_(tool), "Debian LLD 14.0.6 (compatible with GNU linkers)", "");
  }
  program(in_("ld.lld-14"), "Debian LLD 14.0.6 (compatible with GNU linkers)", "");
  return `${at}:/usr/bin:/bin`;
}

/** Only what this test made: the machine has compilers of its own. */
async function found(arch: Arch, compiler: string, folders: string[] = [], path = bin()) {
  const all = await findCompilers(arch, { compiler, folders }, path);
  return all.filter(({ command }) => command.startsWith(folder));
}

describe("compilers of a machine", () => {
  test("are those that make code for the architecture, one program once", async () => {
    const compilers = await found("x86_64", "auto");
    expect(compilers.map(({ name, version }) => [name, ...version])).toEqual([
      ["gcc", 12, 2],
      ["clang-14", 14, 0],
      ["gcc-9", 9, 4],
    ]);
    const [gcc, clang] = compilers;
    expect(gcc?.identity).toBe("gcc (GCC) 12.2.0, GNU ld 2.40");
    expect(clang?.identity).toBe("Debian clang version 14.0.6, Debian LLD 14.0.6");
    expect(clang?.tools).toEqual(
      expect.arrayContaining([
        "LLVM=1",
        `LD=${join(folder, "bin/ld.lld-14")}`,
        `AR=${join(folder, "bin/llvm-ar")}`,
      ]),
    );
    // Outside of the system's folders a build sees none but this one.
    expect(gcc).toMatchObject({ command: join(folder, "bin/gcc"), folder: join(folder, "bin") });
  });

  test.each([
    ["gcc", ["gcc", "gcc-9"]],
    ["gcc-12", ["gcc-12"]],
    ["12", ["gcc"]],
    ["9.4", ["gcc-9"]],
    ["clang", ["clang-14"]],
  ])("asked for as %s are %j", async (wish, names) => {
    expect((await found("x86_64", wish)).map(({ name }) => name)).toEqual(names);
  });

  test("for another architecture are cross compilers, and every clang", async () => {
    const [gcc, clang] = await found("arm64", "auto");
    expect(gcc).toMatchObject({
      name: "aarch64-linux-gnu-gcc",
      tools: ["CROSS_COMPILE=aarch64-linux-gnu-"],
      hostCommand: "gcc",
    });
    expect(clang?.tools).toContain("CROSS_COMPILE=aarch64-linux-gnu-");
  });

  test("may be in folders of their own, and are seen by builds with all of theirs", async () => {
    const own = join(folder, "cross");
    program(join(own, "gcc-8.1.0/bin/gcc"), "gcc (GCC) 8.1.0", "8.1.0");
    mkdirSync(join(own, "gcc-8.1.0/lib/gcc"), { recursive: true });
    program(join(own, "tools/bin/gcc"), "gcc (GCC) 1.0.0", "1.0.0");
    const [compiler, ...others] = await found("um", "gcc-8", [own]);
    expect(others).toEqual([]);
    expect(compiler).toMatchObject({
      name: join(own, "gcc-8.1.0/bin/gcc"),
      version: [8, 1],
      folder: join(own, "gcc-8.1.0"),
      // It may lack a C library for what the build itself runs.
      hostCommand: "gcc",
    });
    const path = join(folder, "bin:/usr/bin:/bin");
    const byPath = await found("um", join(own, "gcc-8.1.0/bin/gcc"), [], path);
    expect(byPath.map(({ version }) => version)).toEqual([[8, 1]]);
  });

  test("without one of LLVM's tools beside it a clang is none", async () => {
    const path = bin();
    rmSync(join(folder, "bin/llvm-nm"));
    const names = compilerPlaces("", join(folder, "bin"), []).map((place) => place.names[0]);
    expect(names).toContain("clang-14");
    expect((await found("um", "auto", [], path)).map(({ name }) => name)).toEqual(["gcc", "gcc-9"]);
  });

  test.each([
    ["um", "gcc-77", "apt-get install gcc-77"],
    ["um", "clang-77", "apt-get install clang-77 lld-77 llvm-77"],
    ["um", "77.1", "apt-get install gcc-77"],
    ["um", "/nowhere/gcc", "install a compiler there"],
  ] as const)("of which none is %s %s tell what to install", async (arch, wish, hint) => {
    await expect(found(arch, wish)).rejects.toMatchObject({
      code: "tool-missing",
      hint: expect.stringContaining(hint),
    });
  });

  test("for arm64 are named by their package where there is none", async () => {
    const only = join(folder, "only");
    program(join(only, "make"), "GNU Make 4.3", "4.3");
    const wish = { compiler: "auto", folders: [] };
    await expect(findCompilers("arm64", wish, only)).rejects.toMatchObject({
      code: "tool-missing",
      message: "there is no compiler aarch64-linux-gnu-gcc for kernels of arm64",
      hint: "apt-get install gcc-aarch64-linux-gnu",
    });
  });
});
