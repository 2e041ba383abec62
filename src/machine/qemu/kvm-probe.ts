import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProcessResult } from "../../process/process.ts";
import { runProcess } from "../../process/run.ts";

/** The code of `kvm-probe.s`, at the beginning of a boot sector. */
const code =
  "fa31c08ed8660f0116b07c0f20c00c010f22c0ea187c080066b810008ed88ec0bf0010000031c0b9000c0000fcf3ab" +
  "c7050010000003200000c7050020000003300000c7050030000083000000b8001000000f22d8b8200000000f22e0" +
  "b9800000c00f320d000100000f300f20c00d000000800f22c0ea7d7c00001800b9002d3101ffc975fcb010e6f4f4ebfd" +
  "0f1f000000000000000000ffff0000009acf00ffff00000092cf00ffff0000009aaf001f00907c";

/** What QEMU ends with when the probe came to its end: see `isa-debug-exit`. */
const success = 33;

/** Seconds: a processor takes some milliseconds, and QEMU as many to start. */
const patience = 3;

/** The boot sector whose end says that guests run. */
export function kvmProbe(): Buffer {
  const sector = Buffer.alloc(512);
  sector.write(code, "hex");
  sector.writeUInt16LE(0xaa55, 510);
  return sector;
}

/**
 * Really runs a guest: whether `accelerator` takes one to long mode and through some work there, in words
 * why it does not, or null. A `/dev/kvm` that opens is not enough: nested ones may run no Linux at all.
 *
 * Throws `tool-missing` without QEMU, and `sandbox-failed`.
 */
export async function whyNoGuestRuns(accelerator: "kvm" | "tcg"): Promise<string | null> {
  const folder = await mkdtemp(join(tmpdir(), "firstbad-kvm-"));
  try {
    const sector = join(folder, "sector");
    await writeFile(sector, kvmProbe());
    return judgeProbe(await probe(accelerator, sector));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function probe(accelerator: "kvm" | "tcg", sector: string): Promise<ProcessResult> {
  return runProcess({
    command: "qemu-system-x86_64",
    args: [
      ...["-machine", "pc", "-accel", accelerator, "-cpu", "max", "-m", "16M"],
      ...["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"],
      ...["-device", "isa-debug-exit,iobase=0xf4,iosize=4"],
      ...["-drive", "file=/machine/sector,format=raw,if=floppy,readonly=on"],
    ],
    stdout: { kind: "discard" },
    stderr: { kind: "capture", limit: 64 * 1024 },
    deadline: patience,
    sandbox: {
      mounts: [{ host: sector, inside: "/machine/sector", writable: false }],
      ...(accelerator === "kvm" ? { devices: ["/dev/kvm"] } : {}),
    },
  });
}

/** Why the probe did not come to its end, or null. Pure. */
export function judgeProbe(
  result: Pick<ProcessResult, "exitCode" | "ending" | "stderr">,
): string | null {
  if (result.exitCode === success) return null;
  if (result.ending === "deadline") return `a guest does not come to its end in ${patience} s`;
  const said = result.stderr.toString("utf8").split("\n", 1)[0]!.slice(0, 200);
  return said === "" ? `a guest ends with ${result.exitCode}` : said;
}
