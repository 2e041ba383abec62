import { constants, readdirSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { Failure } from "../../failure/failure.ts";
import { sha256 } from "../../workplace/sha256.ts";
import { hashOfSections } from "../signature.ts";
import { namesInThinArchive } from "./archive.ts";
import { commandText } from "./command.ts";

/**
 * What a kernel was linked of, small enough to be kept for every kernel: any two can be compared without
 * their trees. Paths from the top of the build folder; hashes cut to 128 bits.
 */
export interface Manifest {
  /** By path, every object that a command made. Those of earlier builds that lie about are among them. */
  readonly objects: ReadonlyMap<string, ObjectFile>;
  /** By path, the hash of the names in every archive, which say what is linked. */
  readonly archives: ReadonlyMap<string, string>;
  /** By path, the hash of the config, of linker scripts, and of generated files that objects are made of. */
  readonly generated: ReadonlyMap<string, string>;
}

/** One object. */
export interface ObjectFile {
  /** The hash of what of it comes into the kernel, names and relocations included. */
  readonly bytes: string;
  /** The hash of the command that made it. */
  readonly command: string;
}

/** Entries of a build folder that are looked at; all of Linux makes 200,000. */
const mostEntries = 1_000_000;
/** Bytes of one `.cmd` file, archive or generated file. */
const mostFileBytes = 64 << 20;
/** Bytes of all `.cmd` files together. */
const mostCommandBytes = 2 ** 31;

/**
 * The manifest of the kernel that was just built in the folder `out`. Null where it cannot be told what was
 * linked: a kernel with modules, archives with the objects in them (Linux 4.12 and before), objects that no
 * command is known of, bitcode in place of ELF; or where it is larger than any kernel's. The tree may be
 * hostile: links are not followed, and what is read is bounded by what the build wrote.
 *
 * Debug information, notes and the compiler's name in objects are left out.
 */
export async function readManifest(out: string): Promise<Manifest | null> {
  try {
    return await readAll(out);
  } catch (error) {
    // No ELF, or a file that the system does not open: then nothing is known.
    if (error instanceof Failure && error.code === "build-infrastructure") return null;
    if (error instanceof Error && "code" in error && !(error instanceof Failure)) return null;
    throw error;
  }
}

async function readAll(out: string): Promise<Manifest | null> {
  const found = filesOf(out);
  if (found === null) return null;
  const objects = new Map<string, ObjectFile>();
  const generated = new Set([".config", ...found.scripts]);
  let commandBytes = 0;
  for (const path of found.objects) {
    const cmd = await textOf(out, besides(path));
    if (cmd === null) return null;
    commandBytes += cmd.length;
    const command = commandText(cmd);
    if (command === null || commandBytes > mostCommandBytes) return null;
    addGenerated(cmd, generated);
    objects.set(path, {
      bytes: await objectHash(join(out, path)),
      command: short(sha256(command)),
    });
  }
  const archives = new Map<string, string>();
  for (const path of found.archives) {
    const names = await namesIn(out, path);
    if (names === null || !names.every((name) => isKnown(name, objects))) return null;
    archives.set(path, short(sha256(names.join("\n"))));
  }
  const hashes = await generatedHashes(out, generated);
  return objects.size === 0 || hashes === null ? null : { objects, archives, generated: hashes };
}

/** The hashes of generated files; of one that is not there, nothing. Null for one that is too long. */
export async function generatedHashes(
  out: string,
  paths: Iterable<string>,
): Promise<Map<string, string> | null> {
  const hashes = new Map<string, string>();
  for (const path of [...paths].sort()) {
    const text = await textOf(out, path).catch(() => "");
    if (text === null) return null;
    if (text !== "") hashes.set(path, short(sha256(text)));
  }
  return hashes;
}

/** The hash of the command that made the object `path` of the build folder `out`, and its text; null: not known. */
export async function commandOf(
  out: string,
  path: string,
): Promise<{ readonly hash: string; readonly text: string } | null> {
  const cmd = await textOf(out, besides(path)).catch(() => null);
  const text = cmd === null ? null : commandText(cmd);
  return text === null ? null : { hash: short(sha256(text)), text };
}

interface Found {
  readonly objects: readonly string[];
  readonly archives: readonly string[];
  /** Linker scripts. */
  readonly scripts: readonly string[];
}

/** Objects, archives and linker scripts that make made by a command that it keeps; null for too many files. */
function filesOf(out: string): Found | null {
  const [objects, archives, scripts]: [string[], string[], string[]] = [[], [], []];
  const waiting = [""];
  let seen = 0;
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const entry of readdirSync(join(out, folder), { withFileTypes: true })) {
      if (++seen > mostEntries) return null;
      const path = posix.join(folder, entry.name);
      // Programs that the build itself runs are in no kernel; what they make is.
      if (entry.isDirectory() && !/^(?:scripts|tools|source)$/.test(path)) waiting.push(path);
      if (!entry.isFile()) continue;
      const made = /^\.(.+)\.cmd$/.exec(entry.name)?.[1];
      if (made === undefined) continue;
      const target = posix.join(folder, made);
      // The link of all archives, which are compared themselves.
      if (target === "vmlinux.o" || isLoader(target)) continue;
      if (target.endsWith(".ko")) return null;
      if (target.endsWith(".o")) objects.push(target);
      else if (target.endsWith(".a")) archives.push(target);
      else if (target.endsWith(".lds")) scripts.push(target);
    }
  }
  return { objects: objects.sort(), archives: archives.sort(), scripts };
}

/**
 * Whether `path` belongs to what unpacks the kernel on x86: it carries the linked kernel, and its addresses. No
 * signature covers it either.
 */
export function isLoader(path: string): boolean {
  return /^arch\/x86\/boot\/(?!startup\/)/.test(path);
}

/** The `.cmd` file of what make made at `path`. */
function besides(path: string): string {
  return posix.join(posix.dirname(path), `.${posix.basename(path)}.cmd`);
}

/** Members of an archive by their paths in the build folder, in order. */
async function namesIn(out: string, path: string): Promise<readonly string[] | null> {
  const archive = await bytesOf(out, path);
  const names = archive === null ? null : namesInThinArchive(archive);
  return names?.map((name) => posix.join(dirname(path), name)) ?? null;
}

function isKnown(name: string, objects: ReadonlyMap<string, ObjectFile>): boolean {
  return name.endsWith(".a") || objects.has(name);
}

/** Adds the dependencies in `cmd` that are in the build folder and not in the source. */
function addGenerated(cmd: string, found: Set<string>): void {
  for (const [, path] of cmd.matchAll(dependency)) found.add(posix.normalize(path as string));
}

/** A line of a list of dependencies that names a file of the build folder. */
const dependency = /\n {2}(?![ /$\\])([^ \n]+)/g;

async function objectHash(path: string): Promise<string> {
  return short(await hashOfSections(path, ({ name }) => !isForPeople.test(name)));
}

/** Sections of an object that are in no kernel's memory, and their relocations. */
const isForPeople = /^(?:\.rela?)?\.(?:debug_|comment$|note\.GNU-stack$|llvm_addrsig$)/;

async function textOf(out: string, path: string): Promise<string | null> {
  return (await bytesOf(out, path))?.toString("latin1") ?? null;
}

/** Null where it is too long, or no plain file. */
async function bytesOf(out: string, path: string): Promise<Buffer | null> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(join(out, path), flags);
  try {
    const status = await file.stat();
    if (!status.isFile() || status.size > mostFileBytes) return null;
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function short(hash: string): string {
  return hash.slice(0, 32);
}
