import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRepository } from "../../src/history/repository.ts";
import { probeInSlot } from "../../src/kernel/build.ts";
import { createKernelBuilder } from "../../src/kernel/builder.ts";
import { requestOf } from "../../src/kernel/configure.ts";
import { findCompilers } from "../../src/kernel/find-compilers.ts";
import { compileInit } from "../../src/kernel/initramfs/init-program.ts";
import { buildInitramfs } from "../../src/kernel/initramfs/initramfs.ts";
import type { BuiltKernel, KernelBuilder } from "../../src/kernel/kernel.ts";
import { Slot } from "../../src/kernel/slot.ts";
import type { Machine } from "../../src/machine/machine.ts";
import { createQemuMachine } from "../../src/machine/qemu/qemu.ts";
import { createUmlMachine } from "../../src/machine/uml.ts";
import { cacheWithoutKernels, keptCache } from "../real/kept-cache.ts";
import { makeTwoReleases, type TwoReleases } from "./two-releases.ts";

const cache = join(cacheWithoutKernels(), "firstbad");
const { signal } = new AbortController();
const config = {
  kind: "base",
  base: "allnoconfig",
  fragments: [readFileSync(new URL("../../demo/kernel/uml.config", import.meta.url), "utf8")],
} as const;

/** What kernels are booted on. */
interface Guest {
  readonly arch: "um" | "x86_64";
  readonly memory: number;
  readonly cmdline: string;
  readonly machine: Machine;
}

let history: TwoReleases;
let builder: KernelBuilder;
beforeAll(async () => {
  history = await makeTwoReleases(keptCache);
  builder = await openWith("auto");
});
afterAll(async () => {
  await builder?.close();
});

function openWith(compiler: string): Promise<KernelBuilder> {
  const compilers = { compiler, folders: [] };
  return createKernelBuilder({ repository: history.repository, cache, arch: "um", compilers });
}

const onUml: Guest = {
  arch: "um",
  memory: 128 * 1024 ** 2,
  cmdline: "panic_on_warn=0",
  machine: createUmlMachine(),
};

/** 6.1 warns of its own memory management at the first fork, where lockdep looks on. */
const quiet = readFileSync(new URL("../../demo/patches/ground/tlb.patch", import.meta.url), "utf8");

async function built({ release, hash }: TwoReleases["commits"][number]): Promise<BuiltKernel> {
  const patches = release === "6.1" ? [quiet] : [];
  const result = await builder.build({ commit: hash, patches, arch: "um", config });
  if (result.kind === "failed") throw new Error(result.excerpt.join("\n"));
  expect(result.dropped).toEqual([]);
  return result;
}

/** What a kernel says of itself, once it has booted and run a script. */
async function greetingOf(
  from: KernelBuilder,
  signature: string,
  { arch, machine, ...room }: Guest,
): Promise<string> {
  const kernel = await from.files(signature);
  const console = join(cache, "console");
  const initramfs = join(cache, "initramfs.test");
  const script = Buffer.from("cat /proc/version\n");
  try {
    await buildInitramfs({
      init: await compileInit(arch, cache, signal),
      reproducer: { kind: "shell", script },
      modules: null,
      out: initramfs,
    });
    const times = { seconds: 30, deadline: 300 };
    const run = { image: kernel.image, initramfs, console, ...room, ...times };
    expect(await machine.run(run, signal)).toMatchObject({ ending: "clean" });
    return /^Linux version .*$/m.exec(readFileSync(console, "latin1"))?.[0] ?? "";
  } finally {
    kernel.release();
  }
}

describe("kernels two years apart in one history", () => {
  test("build and boot, each commit of them, whichever comes first", async () => {
    const signatures = new Set<string>();
    for (const commit of history.commits) {
      const { signature, toolchain } = await built(commit);
      signatures.add(signature);
      expect(toolchain).toBe("gcc");
      expect(await greetingOf(builder, signature, onUml)).toMatch(
        `Linux version ${commit.release}.`,
      );
    }
    expect(signatures.size).toBe(history.commits.length);
    expect(await built(history.commits[0]!)).toMatchObject({ cached: true });
  });

  test("are other kernels with clang, and boot", async () => {
    const newest = history.commits[3]!;
    const { signature: gcc } = await built(newest);
    await builder.close();
    builder = await openWith("clang");
    const { signature, compiler, toolchain } = await built(newest);
    expect(signature).not.toBe(gcc);
    expect(compiler).toMatch(/clang version .*, .*LLD /);
    expect(toolchain).toBe("clang");
    const greeting = await greetingOf(builder, signature, onUml);
    expect(greeting).toMatch(`Linux version ${newest.release}.`);
    expect(greeting).toContain("clang version");
  });
});

test("kernels two years apart in one history build for x86_64 and boot in QEMU", async () => {
  const arch = "x86_64";
  const whole = await makeTwoReleases(keptCache, "whole");
  const compilers = { compiler: "auto", folders: [] };
  const { repository } = whole;
  const builds = await createKernelBuilder({ repository, cache, arch, compilers });
  const machine = createQemuMachine({ arch });
  const fragment = readFileSync(new URL("x86_64.config", import.meta.url), "utf8");
  const fragments = [fragment, "# CONFIG_KASAN is not set\n"];
  const small = { kind: "base", base: "allnoconfig", fragments } as const;
  const room = { memory: 256 * 1024 ** 2, cmdline: "console=ttyS0 panic_on_warn=0" };
  try {
    for (const { release, hash } of [whole.commits[0]!, whole.commits[3]!]) {
      const result = await builds.build({ commit: hash, patches: [], arch, config: small });
      if (result.kind === "failed") throw new Error(result.excerpt.join("\n"));
      const greeting = await greetingOf(builds, result.signature, { arch, machine, ...room });
      expect(greeting).toMatch(`Linux version ${release}.`);
    }
  } finally {
    await machine.close();
    await builds.close();
  }
});

test.each([
  ["6.1", "gcc"],
  ["6.12", "gcc"],
  ["6.12", "clang"],
] as const)("a cross compiler for arm64 gets past a probe of %s: %s", async (release, wish) => {
  const repository = await openRepository(history.repository);
  const [compiler] = await findCompilers("arm64", { compiler: wish, folders: [] });
  const slots = join(cache, "slots/arm64");
  mkdirSync(slots, { recursive: true });
  const slot = await Slot.claim(slots, repository, signal);
  try {
    const { hash } = history.commits.find((one) => one.release === release)!;
    const build = {
      commit: hash,
      patches: [],
      request: requestOf({ kind: "base", base: "allnoconfig", fragments: [] }),
      configs: join(cache, "configs"),
      setting: {
        ...{
          ccache: join(cache, "ccache"),
          sandboxed: true,
          arch: "arm64" as const,
          jobs: 2,
          nice: 0,
        },
        ...{ compiler: compiler!, deadline: 3600, signal },
      },
      clean: false,
      onProgress: undefined,
    } as const;
    expect(await probeInSlot(slot, build, "fs/eventfd.o")).toBeNull();
  } finally {
    await slot.release();
  }
});
