import { closeSync, existsSync, openSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import { dirname } from "node:path";
import { degraded, type Finding, missing, ok } from "./check.ts";

const gibibyte = 1024 ** 3;

/** Below the first there is too little, below the second not much. */
export interface Bounds {
  readonly least: number;
  readonly enough: number;
}

/** For a guest beside a compiler; for what `docs/operations.md` asks for. */
const memoryBounds: Bounds = { least: 1 * gibibyte, enough: 3.5 * gibibyte };

/** For one build slot; for slots, ccache and some kernels. */
export const cacheBounds: Bounds = { least: 3 * gibibyte, enough: 10 * gibibyte };

/** Consoles take 4 MiB each at most; a journal far less. */
export const dataBounds: Bounds = { least: gibibyte / 16, enough: gibibyte };

/** Room on the disk that `folder` is on, or would be. */
export async function lookForRoom(folder: string, bounds: Bounds): Promise<Finding> {
  let there = folder;
  while (!existsSync(there)) there = dirname(there);
  const { bavail, bsize } = await statfs(there);
  return judgeAmount(bavail * bsize, bounds, `free for ${folder}`, "firstbad cache prune --all");
}

/** This machine's memory, or what of it this process may have. */
export function lookForMemory(): Finding {
  // 0 where there is no bound, and more than there is where nobody set one.
  const bound = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  const bytes = Math.min(totalmem(), bound);
  return judgeAmount(bytes, memoryBounds, "of memory", "firstbad bisect --jobs 1 --machines 1");
}

/** `bytes` of something, held against its bounds. Pure. */
export function judgeAmount(bytes: number, bounds: Bounds, what: string, fix: string): Finding {
  const found = `${(bytes / gibibyte).toFixed(1)} GiB ${what}`;
  if (bytes >= bounds.enough) return ok(found);
  const less = `${found}; ${(bounds.enough / gibibyte).toFixed(1)} GiB are good to have`;
  return bytes >= bounds.least ? degraded(less, fix) : missing(less, fix);
}

export function lookForProcessors(): Finding {
  const count = availableParallelism();
  if (count >= 2) return ok(`${count}`);
  return degraded("1: a build and a machine wait for each other", "firstbad bisect --machines 1");
}

/** The device of the processor's virtualisation. */
export function lookForKvm(device = "/dev/kvm"): Finding {
  if (!existsSync(device)) return missing(`no ${device}`, "modprobe kvm_intel || modprobe kvm_amd");
  try {
    closeSync(openSync(device, "r+"));
    return ok(`${device} opens`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return degraded(`${device} does not open: ${code}`, "sudo usermod -aG kvm $USER");
  }
}
