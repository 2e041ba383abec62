import { closeSync, openSync } from "node:fs";
import { type QemuArch, qemuArchitectures } from "./architectures.ts";
import { whyNoGuestRuns } from "./kvm-probe.ts";

/** What runs the guest's instructions: the processor, or QEMU's emulation of it. */
export type Accelerator =
  | { readonly kind: "kvm" }
  /** `why`: in words, why it is not the processor. */
  | { readonly kind: "tcg"; readonly why: string };

const device = "/dev/kvm";
const known = new Map<QemuArch, Promise<Accelerator>>();

/**
 * KVM where guests of `arch` really run under it, TCG otherwise; found out once a process.
 * Throws `tool-missing` without QEMU, and `sandbox-failed`.
 */
export function findAccelerator(arch: QemuArch): Promise<Accelerator> {
  const found = known.get(arch) ?? find(arch);
  known.set(arch, found);
  // What could not be found out, such as without QEMU, is asked again.
  found.catch(() => known.delete(arch));
  return found;
}

async function find(arch: QemuArch): Promise<Accelerator> {
  const why = whyNotHere(arch) ?? (await whyNoGuestRuns("kvm"));
  return why === null ? { kind: "kvm" } : { kind: "tcg", why };
}

/** Why there is no need to try, or null. Probed are x86-64 hosts: the probe is such a guest. */
function whyNotHere(arch: QemuArch): string | null {
  const { host } = qemuArchitectures[arch];
  if (process.arch !== host) return `this is a host of ${process.arch}, and not of ${host}`;
  if (host !== "x64") return `whether KVM works on a host of ${host} is not known`;
  try {
    closeSync(openSync(device, "r+"));
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? `there is no ${device}` : `${device} does not open: ${code}`;
  }
}

/** What a user should know of it, in a line; null where all is as it should be. */
export function acceleratorNote(accelerator: Accelerator): string | null {
  if (accelerator.kind === "kvm") return null;
  return `no KVM (${accelerator.why}): QEMU emulates the processor, which takes about ten times as long`;
}
