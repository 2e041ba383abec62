import { readFile } from "node:fs/promises";

/** Tells one start of this system from another. */
export async function bootId(): Promise<string> {
  return (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
}
