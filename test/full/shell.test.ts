import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { compileInit } from "../../src/kernel/initramfs/init-program.ts";
import { buildInitramfs } from "../../src/kernel/initramfs/initramfs.ts";
import { createQemuMachine } from "../../src/machine/qemu/qemu.ts";
import { talkTo } from "../../src/machine/talk.ts";
import { prebuiltKernel } from "../real/prebuilt-kernel.ts";

test("somebody talks to a shell in a guest of QEMU, on the terminal that its serial line is", async () => {
  const { signal } = new AbortController();
  const folder = mkdtempSync(join(tmpdir(), "firstbad-shell-"));
  const initramfs = join(folder, "initramfs");
  await buildInitramfs({
    init: await compileInit("x86_64", folder, signal),
    reproducer: { kind: "program", path: "/bin/busybox" },
    modules: null,
    shell: true,
    out: initramfs,
  });
  const run = {
    ...{ image: prebuiltKernel(), initramfs, console: "", memory: 192 * 1024 ** 2 },
    ...{ cmdline: "FIRSTBAD_SHELL=70x20", seconds: 1, deadline: 0 },
  };
  const input = new PassThrough();
  let printed = "";
  const says = (what: RegExp) => expect.poll(() => printed, { timeout: 120_000 }).toMatch(what);
  const output = (chunk: Buffer) => {
    printed += chunk.toString("latin1");
  };
  const machine = createQemuMachine({ arch: "x86_64" });
  const talking = talkTo(machine, run, { columns: 70, rows: 20, input, output }, signal);
  // Where the cursor is, is asked behind a prompt.
  await says(/guest:\/tmp# (\x1b\[6n)?$/);
  // Only what has begun can be interrupted: before, Ctrl-C meets the shell.
  input.write("sh -c 'echo $((6 * 6)) of it; sleep 1000'\r");
  await says(/\n36 of it\r\n$/);
  input.write("\x03");
  await says(/\n36 of it\r\n[\s\S]*guest:\/tmp# (\x1b\[6n)?$/);
  input.write("tty; stty size; echo it is $((6 * 7)); exit\r");
  expect(await talking).toBe(true);
  expect(printed).toMatch(/\/dev\/ttyS0\r\n20 70\r\nit is 42\r\n/);
  expect(printed).toMatch(/firstbad: done\r\n/);
  rmSync(folder, { recursive: true, force: true });
});
