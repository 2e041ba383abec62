import { existsSync } from "node:fs";
import { join } from "node:path";
import { keptCache } from "./kept-cache.ts";

/** The folders that `setup/prebuilt-kernel.sh` makes, by the architecture of a job. */
const folders = { x86_64: "prebuilt", arm64: "prebuilt-arm64" } as const;
const debian = { x86_64: "amd64", arm64: "arm64" } as const;

/** Debian's kernel for virtual machines, with SMP and modules. */
export function prebuiltKernel(arch: keyof typeof folders = "x86_64"): string {
  return made(arch, "vmlinuz");
}

/** Its modules for virtio: ports and disks. */
export function prebuiltModules(arch: keyof typeof folders = "x86_64"): string {
  made(arch, "modules/modules.dep");
  return join(keptCache, folders[arch], "modules");
}

function made(arch: keyof typeof folders, name: string): string {
  const path = join(keptCache, folders[arch], name);
  if (existsSync(path)) return path;
  throw new Error(`there is no ${path}; run: sh setup/prebuilt-kernel.sh ${debian[arch]}`);
}
