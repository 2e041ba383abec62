/**
 * What a run costs on each machine, against User Mode Linux, measured in the same minutes: a clean run of
 * a reproducer that ends at once, one run after the other for processor time, two at once for runs a
 * second. Then whether restored runs show a crash as often as booted ones (Fisher's exact test): a
 * reproducer that draws a random number and crashes in 3 of 10 runs.
 *
 *     node bench/machines.ts [--image bzImage] [--runs 20] [--samples 40]
 *
 * UML runs Debian's prebuilt kernel (package user-mode-linux), QEMU the one that
 * `sh setup/prebuilt-kernel.sh` unpacks, with its modules for virtio, or `--image`, which has them built in.
 * Restored runs get their reproducer over the virtio port. Needs root, for the control group that counts.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { chances } from "../src/bisection/restored-runs.ts";
import { compileInit } from "../src/kernel/initramfs/init-program.ts";
import { buildInitramfs } from "../src/kernel/initramfs/initramfs.ts";
import type { Machine, MachineResult } from "../src/machine/machine.ts";
import { createQemuMachine } from "../src/machine/qemu/qemu.ts";
import { createUmlMachine } from "../src/machine/uml.ts";
import { prebuiltKernel, prebuiltModules } from "../test/real/prebuilt-kernel.ts";
import { CpuGroup } from "./cpu-group.ts";

const { values } = parseArgs({
  options: {
    image: { type: "string" },
    runs: { type: "string", default: "20" },
    samples: { type: "string", default: "40" },
    row: { type: "string" },
  },
});
const runs = Number(values.runs);
const samples = Number(values.samples);
const rows = ["uml", "qemu", "qemu, restored"];
const { signal } = new AbortController();

if (values.row === undefined) await allRows();
else await oneRow(values.row);

async function allRows(): Promise<void> {
  console.log(
    "                CPU s a run   ratio   wall s a run   runs a second, two at once   ratio",
  );
  let first: { cpu: number; perSecond: number } | null = null;
  for (const row of rows) {
    const { cpu, wall, perSecond } = await measuredRow(row);
    first ??= { cpu, perSecond };
    const text = [
      row.padEnd(15),
      cpu.toFixed(2).padStart(11),
      (cpu / first.cpu).toFixed(2).padStart(8),
      wall.toFixed(2).padStart(14),
      perSecond.toFixed(2).padStart(28),
      (perSecond / first.perSecond).toFixed(2).padStart(8),
    ];
    console.log(text.join(" "));
  }
  if (samples > 0) await compareSamples();
}

/** Runs `row` in a process of its own, which says when each of its two parts begins and ends. */
async function measuredRow(row: string) {
  const group = new CpuGroup(row.replace(/\W+/g, "-"));
  const words = [import.meta.filename, "--row", row, "--runs", `${runs}`];
  if (values.image !== undefined) words.push("--image", values.image);
  const [command, args] = group.inside(process.execPath, words);
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const marks: { cpu: number; wall: number }[] = [];
  for await (const line of createInterface(child.stdout)) {
    if (line !== "mark") continue;
    marks.push({ cpu: group.seconds(), wall: performance.now() / 1000 });
    child.stdin.write("\n");
  }
  const [begin, between, end] = marks;
  if (!begin || !between || !end) throw new Error(`${row} was not measured`);
  return {
    cpu: (between.cpu - begin.cpu) / runs,
    wall: (between.wall - begin.wall) / runs,
    perSecond: runs / (end.wall - between.wall),
  };
}

async function oneRow(row: string): Promise<void> {
  await withGuest("exit 0\n", row, async (run) => {
    // The first makes the snapshot, and brings the kernel into memory.
    await clean(run);
    await mark();
    for (let n = 0; n < runs; n++) await clean(run);
    await mark();
    let begun = 0;
    const worker = async () => {
      while (begun++ < runs) await clean(run);
    };
    await Promise.all([worker(), worker()]);
    await mark();
  });
  process.stdin.destroy();
}

async function clean(run: () => Promise<MachineResult>): Promise<void> {
  const { ending } = await run();
  if (ending !== "clean") throw new Error(`a run ended as ${ending}`);
}

function mark(): Promise<void> {
  process.stdout.write("mark\n");
  return new Promise((resolve) => process.stdin.once("data", () => resolve()));
}

async function compareSamples(): Promise<void> {
  // 77 of 256 bytes.
  const script = `b=$(head -c 1 /dev/urandom | hexdump -e '1/1 "%d"')
[ $b -lt 77 ] && echo c > /proc/sysrq-trigger
exit 0
`;
  const crashes = async (row: string) => {
    let crashed = 0;
    await withGuest(script, row, async (run) => {
      let begun = 0;
      const worker = async () => {
        while (begun++ < samples) if ((await run()).ending === "crashed") crashed += 1;
      };
      await Promise.all([worker(), worker()]);
    });
    return { crashed, of: samples };
  };
  const booted = await crashes("qemu");
  const restored = await crashes("qemu, restored");
  const { rarer, moreOften } = chances(restored, booted);
  console.log(`
a crash in 77 of 256 runs: booted ${booted.crashed}/${booted.of}, restored ${restored.crashed}/${restored.of}
p = ${Math.min(1, 2 * Math.min(rarer, moreOften)).toFixed(2)} that such a difference is chance`);
}

/** Calls `use` with a function that makes one run of `script` on the machine of that row. */
async function withGuest(
  script: string,
  row: string,
  use: (run: () => Promise<MachineResult>) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "firstbad-bench-machines-"));
  const isUml = row === "uml";
  const machine: Machine = isUml
    ? createUmlMachine()
    : createQemuMachine({ arch: "x86_64", snapshots: join(folder, "snapshots") });
  const initramfs = join(folder, "initramfs");
  const init = await compileInit(isUml ? "um" : "x86_64", join(folder, "programs"), signal);
  const bytes = Buffer.from(script);
  const reproducer = { kind: "shell", script: bytes } as const;
  const modules = isUml || values.image !== undefined ? null : prebuiltModules();
  const late = { initramfs: `${initramfs}-alone`, kind: "shell", bytes } as const;
  await buildInitramfs({ init, reproducer, modules, out: initramfs });
  await buildInitramfs({ init, reproducer: null, modules, out: late.initramfs });
  let serial = 0;
  const request = {
    image: isUml ? "/usr/bin/linux.uml" : (values.image ?? prebuiltKernel()),
    initramfs,
    late,
    cmdline: "",
    memory: 256 * 1024 ** 2,
    seconds: 20,
    deadline: 120,
    mayRestore: row.endsWith("restored"),
  };
  try {
    await use(() =>
      machine.run({ ...request, console: join(folder, `console-${serial++}`) }, signal),
    );
  } finally {
    await machine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
