import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Machine } from "../../src/machine/machine.ts";
import { restoredProcess } from "../../src/machine/qemu/command.ts";
import { deliveryOf } from "../../src/machine/qemu/delivery.ts";
import { whyNoGuestRuns } from "../../src/machine/qemu/kvm-probe.ts";
import { createQemuMachine } from "../../src/machine/qemu/qemu.ts";
import { descendantsOf, send } from "../../src/process/process-tree.ts";
import { runProcess } from "../../src/process/run.ts";
import { commandLine, machineContract } from "../machine/contract.ts";
import { GuestKit } from "../machine/guest-kit.ts";
import { prebuiltKernel, prebuiltModules } from "./prebuilt-kernel.ts";

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
  const modules = prebuiltModules();
  let kit: GuestKit;
  let snapshots: string;
  let machine: Machine;

  beforeAll(() => {
    kit = new GuestKit(arch, prebuiltKernel(), memory);
    snapshots = join(kit.folder, "snapshots");
    machine = createQemuMachine({ arch, snapshots });
  });
  afterAll(async () => {
    await machine.close();
    kit.remove();
  });

  /** The folders of the snapshots that there are. */
  function saved(): string[] {
    const home = join(snapshots, readdirSync(snapshots)[0] ?? "");
    return readdirSync(home).map((name) => join(home, name));
  }

  test("boots once, whatever the reproducer, and each draws random numbers at a moment of its own", async () => {
    const script = "echo drawn $(head -c 8 /dev/urandom | hexdump -v); cat /proc/uptime\n";
    const shell = await kit.shell(script, modules);
    const program = await kit.program(
      '#include <stdio.h>\nint main(void) { puts("C"); return 3; }',
      modules,
    );
    const [other, ...results] = await Promise.all([
      kit.run(machine, program, { seconds: 7 }),
      ...Array.from({ length: 4 }, () => kit.run(machine, shell)),
    ]);
    const said = (status: number) => [
      ...["init", "waiting", "reproducer started"],
      ...[`reproducer exited with status ${status}`, "done"],
    ];
    for (const result of [...results, other]) {
      expect(result).toMatchObject({ ending: "clean", crashes: [], restored: true });
      expect(result.console).toContain("Linux version");
      expect(result.note).toBeUndefined();
    }
    expect(results.map(({ lines }) => lines)).toEqual(results.map(() => said(0)));
    expect(other.lines).toEqual(said(3));
    expect(other.console).toMatch(/^C\r?$/m);
    const all = (pattern: RegExp) =>
      new Set(results.map(({ console }) => pattern.exec(console)?.[0]));
    expect(all(/^drawn 0+ .{10,}/m).size).toBe(results.length);
    expect(all(/^\d+\.\d\d \d+\.\d\d/m).size).toBeGreaterThan(1);
    expect(saved().length).toBe(1);
  });

  test("crashes as one that booted does, and may hang no longer than its deadline", async () => {
    const guest = await kit.shell("sleep 8; echo c > /proc/sysrq-trigger; sleep 100\n", modules);
    const [crashed, hung, booted] = await Promise.all([
      kit.run(machine, guest),
      kit.run(machine, guest, { deadline: 4 }),
      kit.run(machine, guest, { mayRestore: false }),
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
    expect(saved().length).toBe(1);
  });

  test.each([
    ["arrives damaged", "go 0 00 5 shell 9 cbf43926\n123456780", "Bad message"],
    ["is not what was announced", "go 0 00 5 shell\nexit 0\n", "Bad message"],
    ["is too large", `go 0 00 5 shell ${64 * 1024 ** 2 + 1} 0\nexit 0\n`, "Bad message"],
    [
      "is cut off",
      `${deliveryOf({ pause: 0, seed: Buffer.alloc(1) }, { kind: "shell", bytes: Buffer.from("exit 0\n") }, 5).subarray(0, -2)}`,
      "Broken pipe",
    ],
  ])("runs no reproducer that %s", async (_, input, why) => {
    const [path, console] = [kit.fresh("input"), kit.fresh("txt")];
    writeFileSync(path, input);
    writeFileSync(console, "");
    const board = { arch, accelerator: "tcg", smp: 1, ownMemory: 1024 ** 3 } as const;
    const { late } = await kit.shell("exit 0\n", modules);
    const booted = { image: prebuiltKernel(), initramfs: late.initramfs, cmdline: "", memory };
    const run = { ...booted, seconds: null, console, deadline: 60 };
    await runProcess(restoredProcess(board, run, saved()[0] ?? "", { path, over: "port" }));
    const text = readFileSync(console, "latin1");
    expect(text).toContain(`firstbad: reproducer not started: not delivered: ${why}`);
    expect(text).not.toContain("reproducer started");
    expect(text).toContain("firstbad: done");
  });

  test("has its reproducer in its first file system where the kernel has no port, which is said once", async () => {
    const own = createQemuMachine({ arch, snapshots: join(kit.folder, "portless") });
    try {
      const guest = await kit.shell("exit 0\n", null);
      const [first, second] = [await kit.run(own, guest), await kit.run(own, guest)];
      for (const result of [first, second]) {
        expect(result).toMatchObject({ ending: "clean", restored: true });
        expect(result.lines).toContain("waiting");
      }
      expect(first.note).toContain("no virtio port");
      expect(second.note).toBeUndefined();
    } finally {
      await own.close();
    }
  });

  test("boots where it comes to no reproducer, in its deadline, and no snapshot is tried again", async () => {
    const guest = await kit.shell("true\n", modules);
    // A shell that waits for somebody to type.
    const more = { cmdline: "rdinit=/bin/sh", seconds: 3, deadline: 15 };
    const began = performance.now();
    const hung = await kit.run(machine, guest, more);
    // What it takes to start QEMU twice is no part of the deadline.
    expect((performance.now() - began) / 1000).toBeLessThan(25);
    const panicking = { cmdline: "rdinit=/there/is/none" };
    const panicked = [
      await kit.run(machine, guest, panicking),
      await kit.run(machine, guest, panicking),
    ];
    // Its second boot has what the first has left, which may be too short for a word.
    expect(["boot-failed", "no-output"]).toContain(hung.ending);
    expect(panicked.map(({ ending }) => ending)).toEqual(["boot-failed", "boot-failed"]);
    for (const { restored } of [hung, ...panicked]) expect(restored).toBeUndefined();
  });

  test("boots where its snapshot is not what was saved, and says so", async () => {
    const [folder = ""] = saved();
    truncateSync(join(folder, "state"), 1000);
    const guest = await kit.shell("exit 0\n", modules);
    const result = await kit.run(machine, guest);
    expect(result).toMatchObject({ ending: "clean", crashes: [] });
    expect(result.restored).toBeUndefined();
    expect(result.note).toContain("boots for each run now");
  });

  test("is lost where QEMU dies, which says nothing of the commit", async () => {
    const guest = await kit.shell("echo ready; sleep 1000\n", modules);
    const console = kit.fresh("txt");
    const running = kit.run(machine, guest, { mayRestore: false, console });
    const qemus = () =>
      descendantsOf(process.pid).filter((pid) => commandLine(pid).startsWith("qemu-system-"));
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
