import { describe, expect, test } from "vitest";
import type { MachineRun } from "../../src/machine/machine.ts";
import { umlProcess } from "../../src/machine/uml-command.ts";

const run: MachineRun = {
  image: "/cache/linux",
  initramfs: "/cache/initramfs",
  console: "/bisection/console.txt",
  cmdline: "panic_on_warn=1  loglevel=1\tmem=1M\n",
  memory: 64 * 1024 ** 2,
  seconds: 12.5,
  deadline: 40,
};

describe("the process of a UML machine", () => {
  const spec = umlProcess(run, 1024 ** 3);

  test("gets the user's words one by one, and ours after them, which win", () => {
    expect(spec.args.slice(0, 3)).toEqual(["panic_on_warn=1", "loglevel=1", "mem=1M"]);
    expect(spec.args.lastIndexOf("mem=65536K")).toBeGreaterThan(spec.args.indexOf("mem=1M"));
    expect(spec.args.lastIndexOf("loglevel=8")).toBeGreaterThan(spec.args.indexOf("loglevel=1"));
    expect(spec.args).toContain("FIRSTBAD_SECONDS=12.5");
  });

  test("sees kernel and initramfs, and can write neither", () => {
    expect(spec.sandbox?.mounts.map(({ host, writable }) => [host, writable])).toEqual([
      ["/cache/linux", false],
      ["/cache/initramfs", false],
    ]);
  });

  test("has room for its memory, and bounds on everything", () => {
    expect(spec.sandbox?.shmBytes).toBeGreaterThan(run.memory);
    expect(spec.limits?.memoryBytes).toBe(run.memory + 1024 ** 3);
    expect(spec.deadline).toBe(40);
    expect(spec.stdout).toEqual({ kind: "file", path: run.console });
  });
});
