import { describe, expect, test } from "vitest";
import type { MachineRun } from "../../src/machine/machine.ts";
import {
  bootArguments,
  type QemuBoard,
  qemuProcess,
  restoredProcess,
  savingProcess,
} from "../../src/machine/qemu/command.ts";
import { deliveryOf, wordFor } from "../../src/machine/qemu/delivery.ts";

const run: MachineRun = {
  image: "/cache/bzImage",
  initramfs: "/cache/initramfs",
  console: "/bisection/console.txt",
  cmdline: "panic_on_warn=1  loglevel=1\tconsole=tty0 a=b,c\n",
  memory: 256 * 1024 ** 2,
  seconds: 12.5,
  deadline: 40,
};
const board: QemuBoard = { arch: "x86_64", accelerator: "tcg", smp: 2, ownMemory: 1024 ** 3 };

/** What follows the option `name`. */
const optionOf = (args: readonly string[], name: string) => args[args.indexOf(name) + 1];

describe("the process of a QEMU machine", () => {
  const { args, ...spec } = qemuProcess(board, run);

  test("boots the kernel with the user's words, and ours after them, which win", () => {
    expect(optionOf(args, "-append")).toBe(
      "panic_on_warn=1 loglevel=1 console=tty0 a=b,c console=ttyS0 panic=-1 loglevel=8 nokaslr " +
        "FIRSTBAD_SECONDS=12.5 FIRSTBAD_END=restart",
    );
  });

  test("has the processors and the memory that were asked for, a serial line, a port, and nothing else", () => {
    expect(optionOf(args, "-smp")).toBe("2");
    expect(optionOf(args, "-m")).toBe("size=256M");
    expect(optionOf(args, "-serial")).toBe("stdio");
    expect(args).toContain("-nodefaults");
    expect(args.filter((_, i) => args[i - 1] === "-device")).toEqual([
      "virtio-serial",
      "virtserialport,nr=1,name=firstbad,chardev=port",
    ]);
    expect(args).not.toContain("-drive");
  });

  test("has the user's disk, of a format that is told, and writes elsewhere", () => {
    const scratch = "/bisection/.disk-1";
    const image = {
      path: "/images/disk,evil",
      format: "qcow2",
      root: "/dev/vda2",
      scratch,
    } as const;
    const { args, ...spec } = qemuProcess({ ...board, disk: image }, run);
    expect(optionOf(args, "-drive")).toBe(
      "if=none,id=disk,file=/machine/disk,format=qcow2,snapshot=on",
    );
    expect(args).toContain("virtio-blk,drive=disk");
    expect(optionOf(args, "-append")).toMatch(/^root=\/dev\/vda2 .* FIRSTBAD_DISK=1$/);
    expect(spec.env?.TMPDIR).toBe("/machine/scratch");
    expect(spec.sandbox?.mounts).toEqual(
      expect.arrayContaining([
        { host: "/images/disk,evil", inside: "/machine/disk", writable: false },
        { host: scratch, inside: "/machine/scratch", writable: true },
      ]),
    );
  });

  test("sees kernel and initramfs, and can write neither", () => {
    expect(spec.sandbox?.mounts.map(({ host, writable }) => [host, writable])).toEqual([
      ["/cache/bzImage", false],
      ["/cache/initramfs", false],
    ]);
    expect(spec.stdout).toEqual({ kind: "file", path: run.console });
  });

  test("has bounds on everything", () => {
    expect(spec.limits?.memoryBytes).toBe(run.memory + 1024 ** 3);
    expect(spec.limits?.fileBytes).toBeGreaterThan(64 * 1024 ** 2);
    expect(spec.deadline).toBe(40);
  });

  test("sees the processor's virtualisation only where it is used", () => {
    expect(spec.sandbox?.devices).toBeUndefined();
    const kvm = qemuProcess({ ...board, accelerator: "kvm" }, run);
    expect(kvm.sandbox?.devices).toEqual(["/dev/kvm"]);
    expect(optionOf(kvm.args, "-accel")).toBe("kvm");
  });

  test("is that of the architecture", () => {
    const arm = qemuProcess({ ...board, arch: "arm64" }, run);
    expect(arm.command).toBe("qemu-system-aarch64");
    expect(optionOf(arm.args, "-machine")).toBe("virt");
    expect(optionOf(arm.args, "-append")).toContain(" console=ttyAMA0 ");
  });

  test("may start no program", () => {
    expect(optionOf(bootArguments(board, run), "-sandbox")).toContain("spawn=deny");
  });
});

/** What a restored QEMU is told with `command`. */
function told({ stdin }: ReturnType<typeof restoredProcess>, command: string) {
  const lines = `${stdin}`.trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line)).find(({ execute }) => execute === command)
    ?.arguments;
}

describe("the processes around a snapshot", () => {
  const saving = savingProcess(board, run, "/cache/snapshot");
  const restored = restoredProcess(board, run, "/cache/snapshot", {
    path: "/tmp/input",
    over: "port",
  });

  test("make the same guest, but for who sees what is written to its memory", () => {
    for (const name of ["-machine", "-cpu", "-smp", "-m", "-kernel", "-initrd", "-append"]) {
      expect([name, optionOf(restored.args, name)]).toEqual([name, optionOf(saving.args, name)]);
    }
    expect(optionOf(saving.args, "-append")).toContain(" FIRSTBAD_WAIT=1");
    expect(optionOf(saving.args, "-object")).toMatch(/,share=on$/);
    expect(optionOf(restored.args, "-object")).toMatch(/,share=off$/);
  });

  test("may write as much as the guest has memory", () => {
    expect(saving.limits?.fileBytes).toBeGreaterThan(run.memory);
  });

  test("a restored one is told all at once, a line each, and ends at its deadline", () => {
    const told = `${restored.stdin}`.trimEnd().split("\n");
    expect(told.map((line) => JSON.parse(line).execute)).toEqual([
      "qmp_capabilities",
      "migrate-set-capabilities",
      "chardev-add",
      "device_add",
      "migrate-incoming",
    ]);
    expect(restored.deadline).toBe(40);
  });

  test("a restored one has the same port, with the input at its end, or at the console's", () => {
    const device = told(restored, "device_add");
    expect(optionOf(saving.args.slice(saving.args.indexOf("virtio-serial")), "-device")).toBe(
      `virtserialport,nr=${device.nr},name=${device.name},chardev=${device.chardev}`,
    );
    expect(told(restored, "chardev-add").backend.data.in).toBe("/machine/input");
    expect(told(restored, "chardev-change")).toBeUndefined();
    const input = { path: "/tmp/input", over: "console" } as const;
    const other = restoredProcess(board, run, "/cache/snapshot", input);
    expect(told(other, "chardev-add").backend.data.in).toBe("/dev/null");
    expect(told(other, "chardev-change").backend.data.in).toBe("/machine/input");
  });

  test("a guest that gets its reproducer later is told the seconds with it, and not before", () => {
    const late = savingProcess(board, { ...run, seconds: null }, "/cache/snapshot");
    expect(optionOf(late.args, "-append")).not.toContain("FIRSTBAD_SECONDS");
  });

  test("our init is given a pause, bytes in hexadecimal digits, and the reproducer", () => {
    const word = { pause: 37, seed: Buffer.from([0, 0xab]) };
    expect(`${wordFor(word)}`).toBe("\n\n\n\ngo 37 00ab\n");
    const bytes = Buffer.from("123456789");
    // The checksum is the one that the catalogue of parametrised CRCs gives for these digits.
    expect(`${deliveryOf(word, { kind: "shell", bytes }, 12.5)}`).toBe(
      "go 37 00ab 12.5 shell 9 cbf43926\n123456789",
    );
  });
});
