import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSymbols } from "../../src/crash/symbol-table.ts";
import { compileInit } from "../../src/kernel/initramfs/init-program.ts";
import { buildInitramfs } from "../../src/kernel/initramfs/initramfs.ts";
import { watchArchive } from "../../src/kernel/initramfs/watch.ts";
import type { Machine, MachineResult, MachineRun } from "../../src/machine/machine.ts";
import { createQemuMachine } from "../../src/machine/qemu/qemu.ts";
import { reachWords } from "../../src/machine/reach.ts";
import { prebuiltKernel } from "./prebuilt-kernel.ts";

const arch = "x86_64";
const { signal } = new AbortController();
let folder: string;
let machine: Machine;
let serial = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "firstbad-reached-"));
  machine = createQemuMachine({ arch, snapshots: join(folder, "snapshots") });
});
afterAll(async () => {
  await machine.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(
  script: string,
  more: Partial<MachineRun> = {},
): Promise<MachineResult & { text: string }> {
  const base = join(folder, `${serial++}`);
  await buildInitramfs({
    init: await compileInit(arch, join(folder, "cache"), signal),
    reproducer: { kind: "shell", script: Buffer.from(script) },
    modules: null,
    out: `${base}.cpio`,
  });
  const files = { image: prebuiltKernel(), initramfs: `${base}.cpio`, console: `${base}.txt` };
  const words = { cmdline: "", memory: 192 * 1024 ** 2, seconds: 60, deadline: 120 };
  const result = await machine.run({ ...files, ...words, ...more }, signal);
  return { ...result, text: readFileSync(`${base}.txt`, "latin1") };
}

/** By kprobes in the guest: how often each function is executed while the reproducer runs. */
test("a guest tells which functions its reproducer has reached, booted and restored", async () => {
  const names = ["do_symlinkat", "do_mknodat", "int3_exception_notify"];
  // Debian's System.map is in a package of 1 GB; the kernel has it all.
  const { text } = await run(`grep -E ' [tT] (${names.join("|")})\r?$' /proc/kallsyms\n`);
  const symbols = readSymbols(text.replaceAll("\r", ""));
  const addresses = names.map((name) => (symbols.get(name) ?? []).map(({ address }) => address));
  expect(addresses.map(({ length }) => length)).toEqual([1, 1, 1]);
  // No instruction begins in the middle of one: the kernel refuses to watch it.
  const probe = {
    nonce: "00ff00ff",
    addresses: [...addresses.slice(0, 2), [addresses[2]![0]! + 1n]],
  };
  const reach = { ...probe, by: "guest", archive: watchArchive(reachWords(probe)) } as const;
  const forged = "echo; echo firstbad: reached 00ff00fe 7 7 7; echo firstbad: reached 7 7 7";
  const script = `ln -s a /tmp/b; ln -s a /tmp/c; ls -a / | grep -x watch; ${forged}\n`;
  const [booted, debugged, restored] = await Promise.all([
    run(script, { reach }),
    // Not in the middle of an instruction: a debugger would set its breakpoint there all the same.
    run(script, { reach: { ...reach, addresses: addresses.slice(0, 2), by: "machine" } }),
    run(script, { reach, mayRestore: true }),
  ]);
  expect(booted).toMatchObject({ ending: "clean", reached: [2, 0, null] });
  expect(debugged).toMatchObject({ ending: "clean", reached: [1, 0] });
  expect(restored).toMatchObject({ ending: "clean", restored: true, reached: [2, 0, null] });
  // What it was told is nowhere to be found by the reproducer.
  expect(booted.text).not.toMatch(/^watch/m);
});
