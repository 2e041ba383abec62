import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileInit } from "../../src/kernel/initramfs/init-program.ts";
import { buildInitramfs } from "../../src/kernel/initramfs/initramfs.ts";
import type { Machine, MachineResult, MachineRun } from "../../src/machine/machine.ts";
import { whyNoGuestRuns } from "../../src/machine/qemu/kvm-probe.ts";
import { createQemuMachine } from "../../src/machine/qemu/qemu.ts";
import { descendantsOf, send } from "../../src/process/process-tree.ts";
import { commandLine, machineContract } from "../machine/contract.ts";
import { prebuiltKernel } from "./prebuilt-kernel.ts";

const arch = "x86_64";
const memory = 192 * 1024 ** 2;

machineContract("qemu", {
  arch,
  image: prebuiltKernel(),
  memory,
  command: "qemu-system-x86_64\0",
  slow: true,
  create: (bounds) => createQemuMachine({ arch, ...bounds }),
  createStarved: () => createQemuMachine({ arch, ownMemory: -172 * 1024 ** 2 }),
});

test("the probe for KVM is a guest that comes to its end", async () => {
  expect(await whyNoGuestRuns("tcg")).toBeNull();
});

describe("a run that may be restored", () => {
  const { signal } = new AbortController();
  let folder: string;
  let snapshots: string;
  let machine: Machine;
  let serial = 0;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "firstbad-restored-"));
    snapshots = join(folder, "snapshots");
    machine = createQemuMachine({ arch, snapshots });
  });
  afterAll(async () => {
    await machine.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function initramfs(script: string): Promise<string> {
    const out = join(folder, `${serial++}.cpio`);
    const init = await compileInit(arch, join(folder, "cache"), signal);
    const reproducer = { kind: "shell", script: Buffer.from(script) } as const;
    await buildInitramfs({ init, reproducer, modules: null, out });
    return out;
  }

  async function run(
    initramfs: string,
    more: Partial<MachineRun> = {},
  ): Promise<MachineResult & { console: string; lines: string[] }> {
    const console = join(folder, `${serial++}.txt`);
    const base = { image: prebuiltKernel(), initramfs, console, cmdline: "", memory };
    const times = { seconds: 20, deadline: 60 };
    const result = await machine.run({ ...base, ...times, mayRestore: true, ...more }, signal);
    const text = readFileSync(console, "latin1");
    const lines = text.split(/\r?\n/).filter((line) => line.startsWith("firstbad: "));
    return {
      ...result,
      console: text,
      lines: lines.map((line) => line.slice("firstbad: ".length)),
    };
  }

  test("boots once, and each draws random numbers of its own at a moment of its own", async () => {
    const script = "echo drawn $(head -c 8 /dev/urandom | hexdump -v); cat /proc/uptime\n";
    const guest = await initramfs(script);
    const results = await Promise.all([run(guest), run(guest), run(guest), run(guest)]);
    const said = ["init", "waiting", "reproducer started", "reproducer exited with status 0"];
    for (const result of results) {
      expect(result).toMatchObject({ ending: "clean", crashes: [], restored: true });
      expect(result.lines).toEqual([...said, "done"]);
      expect(result.console).toContain("Linux version");
    }
    const all = (pattern: RegExp) =>
      new Set(results.map(({ console }) => pattern.exec(console)?.[0]));
    expect(all(/^drawn 0+ .{10,}/m).size).toBe(results.length);
    expect(all(/^\d+\.\d\d \d+\.\d\d/m).size).toBeGreaterThan(1);
    expect(readdirSync(join(snapshots, readdirSync(snapshots)[0] ?? "")).length).toBe(1);
  });

  test("crashes as one that booted does, and may hang no longer than its deadline", async () => {
    const guest = await initramfs("sleep 8; echo c > /proc/sysrq-trigger; sleep 100\n");
    const [crashed, hung, booted] = await Promise.all([
      run(guest),
      // It goes on from what the first has booted.
      run(guest, { deadline: 4 }),
      run(guest, { mayRestore: false }),
    ]);
    expect(crashed).toMatchObject({ ending: "crashed", restored: true });
    const [crash] = crashed.crashes;
    expect(crash?.title).toBe("kernel panic: sysrq triggered crash");
    expect(crashed.console.slice(crash?.start).split("\n")[0]).toContain("sysrq triggered crash");
    expect(hung).toMatchObject({ ending: "hung", restored: true });
    expect(hung.seconds).toBeLessThan(6);
    expect(booted.crashes[0]?.title).toBe(crash?.title);
    expect(booted.restored).toBeUndefined();
    expect(booted.lines).not.toContain("waiting");
  });

  test("boots where it comes to no reproducer, in its deadline, and no snapshot is tried again", async () => {
    const guest = await initramfs("true\n");
    const began = performance.now();
    // A shell that waits for somebody to type.
    const hanging = run(guest, { cmdline: "rdinit=/bin/sh", seconds: 3, deadline: 15 });
    const panicking = run(guest, { cmdline: "rdinit=/there/is/none" }).then(async (first) => [
      first,
      await run(guest, { cmdline: "rdinit=/there/is/none" }),
    ]);
    const hung = await hanging;
    expect((performance.now() - began) / 1000).toBeLessThan(18);
    for (const result of [hung, ...(await panicking)]) {
      expect(result.ending).toBe("boot-failed");
      expect(result.restored).toBeUndefined();
    }
  });

  test("is lost where QEMU dies, which says nothing of the commit", async () => {
    const guest = await initramfs("echo ready; sleep 1000\n");
    const running = run(guest, { mayRestore: false });
    const qemus = () =>
      descendantsOf(process.pid).filter((pid) => commandLine(pid).startsWith("qemu-system-"));
    const console = join(folder, `${serial - 1}.txt`);
    while (!(existsSync(console) && /^ready/m.test(readFileSync(console, "latin1"))))
      await delay(20);
    for (const pid of qemus()) send(pid, "SIGABRT");
    expect(await running).toMatchObject({ ending: "lost", crashes: [] });
  });

  test("leaves nothing behind when the machine is closed", async () => {
    await machine.close();
    expect(readdirSync(snapshots)).toEqual([]);
  });
});
