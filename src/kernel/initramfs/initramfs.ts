import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { findBusybox } from "./busybox.ts";
import { type CpioEntry, cpioArchive } from "./cpio.ts";
import { moduleEntries } from "./modules.ts";

/** What a guest runs. */
export type GuestReproducer =
  /** A statically linked program: path on the host, its arguments, and files that lie beside it. */
  | {
      readonly kind: "program";
      readonly path: string;
      readonly args?: readonly string[];
      readonly files?: readonly GuestFile[];
    }
  /** A script for busybox's `sh`, its contents. */
  | { readonly kind: "shell"; readonly script: Uint8Array };

/** A file that the guest has in its first folder. */
export interface GuestFile {
  readonly name: string;
  /** Its path on the host. */
  readonly path: string;
  readonly mode: number;
}

/** Nodes for a kernel without devtmpfs, or without the option to use it: numbers from devices.txt. */
export const devices = [
  ["console", 5, 1],
  ["full", 1, 7],
  ["kmsg", 1, 11],
  ["null", 1, 3],
  ["random", 1, 8],
  ["tty", 5, 0],
  ["urandom", 1, 9],
  ["zero", 1, 5],
] as const;

/**
 * Writes the first file system of a guest to `out`, whole or not at all: our init, the reproducer, and
 * all modules from `modules`, the folder that `make modules_install` filled, or null. The same input
 * gives the same bytes.
 *
 * Not compressed: a kernel that can unpack an initramfs at all can unpack this.
 * Throws `tool-missing` where a shell is needed and no static busybox is there, and what
 * `moduleEntries` throws.
 */
export async function buildInitramfs(request: {
  /** Path of the compiled init: see `compileInit`. */
  readonly init: string;
  readonly reproducer: GuestReproducer;
  /** How often the reproducer is started, one after the other; 0: until its time is over. Default 1. */
  readonly repeat?: number;
  readonly modules: string | null;
  /** Whether it has busybox whatever the reproducer is: for a shell. */
  readonly shell?: boolean;
  readonly out: string;
}): Promise<void> {
  const entries: CpioEntry[] = [
    { kind: "file", path: "init", mode: 0o755, bytes: await readFile(request.init) },
    ...devices.map(
      ([name, major, minor]) =>
        ({ kind: "device", path: `dev/${name}`, mode: 0o666, major, minor }) as const,
    ),
    ...(await reproducerEntries(request.reproducer)),
    ...repeatEntries(request.repeat ?? 1),
    ...(request.shell || request.reproducer.kind === "shell" ? await shellEntries() : []),
    ...(request.modules === null ? [] : await moduleEntries(request.modules)),
  ];
  await writeWhole(request.out, cpioArchive(entries));
}

/** The places where `init.c` looks. */
async function reproducerEntries(reproducer: GuestReproducer): Promise<CpioEntry[]> {
  if (reproducer.kind === "program") {
    const { path, args = [], files = [] } = reproducer;
    const words = Buffer.from(args.map((word) => `${word}\0`).join(""));
    const program = { kind: "file", path: "reproducer", mode: 0o755, bytes: await readFile(path) };
    const beside = files.map(async ({ name, path, mode }) => {
      return { kind: "file", path: name, mode, bytes: await readFile(path) } as const;
    });
    return [
      program as CpioEntry,
      ...(args.length === 0 ? [] : [plainFile("reproducer.args", words)]),
      ...(await Promise.all(beside)),
    ];
  }
  return [{ kind: "file", path: "reproducer.sh", mode: 0o755, bytes: reproducer.script }];
}

async function shellEntries(): Promise<CpioEntry[]> {
  const busybox = await readFile(await findBusybox());
  return [
    { kind: "file", path: "bin/busybox", mode: 0o755, bytes: busybox },
    { kind: "link", path: "bin/sh", target: "busybox" },
  ];
}

function repeatEntries(repeat: number): CpioEntry[] {
  return repeat === 1 ? [] : [plainFile("reproducer.repeat", Buffer.from(`${repeat}\n`))];
}

function plainFile(path: string, bytes: Uint8Array): CpioEntry {
  return { kind: "file", path, mode: 0o644, bytes };
}

/** Under its name only when complete: several firstbad processes share a cache. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}-${randomUUID()}`;
  try {
    await writeFile(unfinished, bytes, { flush: true });
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
