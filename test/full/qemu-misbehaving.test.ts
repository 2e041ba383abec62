import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inspectDiskImage } from "../../src/machine/qemu/disk-image.ts";
import { createQemuMachine } from "../../src/machine/qemu/qemu.ts";
import { descendantsOf, send } from "../../src/process/process-tree.ts";
import { commandLine } from "../machine/contract.ts";
import { GuestKit } from "../machine/guest-kit.ts";
import { prebuiltKernel, prebuiltModules } from "../real/prebuilt-kernel.ts";

const arch = "x86_64";
const modules = prebuiltModules();
const mebibyte = 1024 ** 2;
let kit: GuestKit;
let serial = 0;
beforeAll(() => {
  kit = new GuestKit(arch, prebuiltKernel(), 192 * mebibyte);
});
afterAll(() => kit.remove());

function qemu(more: { consoleLimit?: number; disk?: { path: string } } = {}) {
  const snapshots = join(kit.folder, `snapshots-${serial++}`);
  return { snapshots, machine: createQemuMachine({ arch, snapshots, ...more }) };
}

/** The processes of QEMU that this one has started. */
const running = () =>
  descendantsOf(process.pid).filter((pid) => commandLine(pid).startsWith("qemu-system-"));

/** Waits until `is` gives what is wanted. */
async function until<T>(is: () => T | undefined | null | false): Promise<T> {
  for (;;) {
    const there = is();
    if (there) return there;
    await delay(20);
  }
}

describe("a machine that misbehaves gives no verdict", () => {
  test("a guest that floods its console, from its boot on: its file is bounded", async () => {
    const { machine } = qemu({ consoleLimit: 300_000 });
    const console = kit.fresh("txt");
    const guest = await kit.shell("while :; do echo again and again; done\n", modules);
    const result = await kit.run(machine, guest, { console });
    expect(result).toMatchObject({ ending: "flooded", crashes: [], restored: true });
    expect(statSync(console).size).toBeLessThan(2 * mebibyte);
    await machine.close();
  });

  test("a kernel that boots forever has its deadline and no more", async () => {
    const { machine } = qemu();
    const guest = await kit.shell("exit 0\n", modules);
    const began = performance.now();
    // No init, and a disk that never comes: the kernel waits for it.
    const cmdline = "rdinit=/none root=/dev/sdz rootwait";
    const more = { cmdline, seconds: 5, deadline: 25 };
    const result = await kit.run(machine, guest, more);
    expect(result.crashes).toEqual([]);
    // Its second boot has what the first has left, which may be too short for a word.
    expect(["boot-failed", "no-output"]).toContain(result.ending);
    // What it takes to start QEMU is no part of the deadline.
    expect((performance.now() - began) / 1000).toBeLessThan(35);
    await machine.close();
  });

  test("a QEMU that is killed while it is saved: the kernel boots", async () => {
    const { machine, snapshots } = qemu();
    const guest = await kit.shell("exit 0\n", modules);
    const run = kit.run(machine, guest);
    await until(() => existsSync(snapshots) && running()[0]);
    for (const pid of running()) send(pid, "SIGKILL");
    expect(await run).toMatchObject({ ending: "clean", crashes: [] });
    expect((await kit.run(machine, guest)).restored).toBeUndefined();
    await machine.close();
  });

  test("a QEMU that is killed while it goes on from a snapshot is this host's trouble", async () => {
    const { machine } = qemu();
    const quick = await kit.shell("exit 0\n", modules);
    expect(await kit.run(machine, quick)).toMatchObject({ restored: true });
    const guest = await kit.shell("echo ready; sleep 1000\n", modules);
    const console = kit.fresh("txt");
    const run = kit.run(machine, guest, { console });
    await until(() => existsSync(console) && /^ready/m.test(readFileSync(console, "latin1")));
    for (const pid of running()) send(pid, "SIGKILL");
    await expect(run).rejects.toMatchObject({ code: "killed" });
    await machine.close();
  });

  test("a snapshot whose memory is cut off, or gone, is not used", async () => {
    const { machine, snapshots } = qemu();
    const guest = await kit.shell("exit 0\n", modules);
    expect(await kit.run(machine, guest)).toMatchObject({ restored: true });
    const home = join(snapshots, readdirSync(snapshots)[0] ?? "");
    truncateSync(join(home, readdirSync(home)[0] ?? "", "memory"), 100 * mebibyte);
    const result = await kit.run(machine, guest);
    expect(result).toMatchObject({ ending: "clean", crashes: [] });
    expect(result.restored).toBeUndefined();
    expect(result.note).toContain("says nothing");
    await machine.close();
  });

  test("a QEMU that refuses its options, and one that is not there", async () => {
    const guest = await kit.shell("exit 0\n", modules);
    const many = createQemuMachine({ arch, smp: 100_000, snapshots: join(kit.folder, "many") });
    await expect(kit.run(many, guest)).rejects.toMatchObject({ code: "machine-infrastructure" });
    const path = process.env.PATH;
    process.env.PATH = kit.folder;
    try {
      const { machine } = qemu();
      const missing = { code: "tool-missing", facts: { program: "qemu-system-x86_64" } };
      await expect(machine.note()).rejects.toMatchObject(missing);
      await expect(kit.run(machine, guest)).rejects.toMatchObject(missing);
    } finally {
      process.env.PATH = path;
    }
  });
});

describe("a qcow2 with partitions", () => {
  test("is a disk whose system is found, and refused where it was cut off", async () => {
    const root = join(kit.folder, "root");
    mkdirSync(join(root, "bin"), { recursive: true });
    cpSync("/bin/busybox", join(root, "bin/busybox"), { dereference: true });
    symlinkSync("busybox", join(root, "bin/sh"));
    const [system, raw, image] = ["system", "raw", "image.qcow2"].map((n) => join(kit.folder, n));
    execFileSync("/sbin/mke2fs", ["-q", "-t", "ext4", "-d", root, system ?? "", "8M"]);
    // A table with two partitions: one of zeros, and the file system.
    const bytes = Buffer.alloc(10 * mebibyte);
    [2048, 4096].forEach((from, n) => {
      bytes[446 + 16 * n + 4] = 0x83;
      bytes.writeUInt32LE(from, 446 + 16 * n + 8);
      bytes.writeUInt32LE(n === 0 ? 2048 : 16384, 446 + 16 * n + 12);
    });
    bytes.writeUInt16LE(0xaa55, 510);
    readFileSync(system ?? "").copy(bytes, 2 * mebibyte);
    writeFileSync(raw ?? "", bytes);
    const convert = ["convert", "-f", "raw", "-O", "qcow2", raw ?? "", image ?? ""];
    execFileSync("qemu-img", convert);

    const { machine } = qemu({ disk: { path: image ?? "" } });
    const script = 'while read a b c d; do [ "$b" = / ] && echo "root: $a"; done < /proc/mounts\n';
    const result = await kit.run(machine, await kit.shell(script, modules));
    expect(result).toMatchObject({ ending: "clean", restored: true });
    expect(result.console).toMatch(/^root: \/dev\/vda2\r?$/m);
    await machine.close();

    truncateSync(image ?? "", Math.floor(statSync(image ?? "").size / 2));
    await expect(inspectDiskImage(image ?? "")).rejects.toMatchObject({
      code: "image-not-usable",
      message: expect.stringContaining("cut off"),
    });
  });

  test("of QEMU's own making is refused where it stands on another file", async () => {
    const image = join(kit.folder, "backed.qcow2");
    const create = ["create", "-q", "-f", "qcow2", "-F", "raw", "-b", "/etc/passwd", image, "1M"];
    execFileSync("qemu-img", create);
    await expect(inspectDiskImage(image)).rejects.toMatchObject({
      code: "image-not-usable",
      message: expect.stringContaining("backing file"),
    });
  });
});
