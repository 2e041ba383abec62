import { createHash } from "node:crypto";
import { open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../failure/failure.ts";

/** A file in a bisection's folder that one of its events names, by name and hash. */
export interface StoredFile {
  readonly file: string;
  readonly sha256: string;
}

/** The SHA-256 of bytes, or of a text's UTF-8, in hex. */
export function sha256Of(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Keeps `bytes` as `name` in `folder`, durably: a reader and a kill see all of it, or none. */
export async function storeFile(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const path = join(folder, name);
  const file = await open(`${path}.new`, "w");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}

/** What a file should be: `what`, for messages; `names` that it can have, as a journal may come from anywhere. */
export interface Expected {
  readonly what: string;
  readonly names: RegExp;
}

/** Throws `graph-damaged` where the file in `folder` is not the one that was stored. */
export async function readStoredFile(
  folder: string,
  { file, sha256 }: StoredFile,
  { what, names }: Expected,
): Promise<Buffer> {
  const damaged = (why: string, cause?: unknown) => fileDamaged(folder, file, what, why, cause);
  if (!names.test(file)) throw damaged("this is no name of such a file");
  let bytes: Buffer;
  try {
    bytes = await readFile(join(folder, file));
  } catch (error) {
    throw damaged(error instanceof Error ? error.message : String(error), error);
  }
  if (sha256Of(bytes) !== sha256) throw damaged("its SHA-256 is not the recorded one");
  return bytes;
}

/** The failure for a stored file that is not what it should be. */
export function fileDamaged(
  folder: string,
  file: string,
  what: string,
  why: string,
  cause?: unknown,
): Failure {
  const path = join(folder, file);
  return new Failure("graph-damaged", `cannot go on with ${what} ${path}: ${why}`, {
    facts: { path },
    hint: "restore the folder from a copy, or start the bisection anew: kernels are cached",
    cause,
  });
}
