import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { Failure } from "../../src/failure/failure.ts";

const debianPackage = "linux-source-6.1";
const archive = `/usr/src/${debianPackage}.tar.xz`;

/** One file of the kernel source. */
export interface SourceFile {
  readonly path: string;
  readonly mode: "100644" | "100755" | "120000";
  /** Its bytes, or where a link points to. */
  readonly data: Buffer;
}

/** Name and version of the installed source, as `linux-source-6.1 6.1.192-2`. Throws a Failure. */
export async function sourceVersion(signal: AbortSignal): Promise<string> {
  try {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of dpkg-query
    const query = ["-W", "-f", "${Version}", debianPackage];
    const { stdout } = await promisify(execFile)("dpkg-query", query, { signal });
    await lstat(archive);
    return `${debianPackage} ${stdout.trim()}`;
  } catch (cause) {
    signal.throwIfAborted();
    throw new Failure("tool-missing", `the kernel source ${archive} is not installed`, {
      facts: { package: debianPackage },
      hint: `apt-get install ${debianPackage}`,
      cause,
    });
  }
}

/**
 * Unpacks what `patterns` name (paths, folders, and globs that do not cross a slash) into `folder`,
 * which exists. A pattern that nothing matches is passed over: point releases differ.
 */
export async function unpackSource(
  folder: string,
  patterns: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const tar = spawn(
    "tar",
    [
      "--extract",
      `--file=${archive}`,
      // tar adds --decompress, and feeds itself: no pipe of ours whose end could come too early.
      "--use-compress-program=xz --threads=0",
      "--strip-components=1",
      "--no-same-owner",
      "--wildcards",
      "--no-wildcards-match-slash",
      `--directory=${folder}`,
      ...patterns.map((pattern) => `${debianPackage}/${pattern}`),
    ],
    { stdio: ["ignore", "ignore", "pipe"], signal, env: { PATH: process.env.PATH, LC_ALL: "C" } },
  );
  const [code, complaints] = await Promise.all([codeOf(tar), textOf(tar.stderr)]);
  const serious = complaints
    .split("\n")
    .filter((line) => line !== "" && !/: Not found in archive$|^tar: Exiting with/.test(line));
  if ((code !== 0 && code !== 2) || serious.length > 0) {
    throw new Failure("internal", `${archive} could not be unpacked: ${serious[0] ?? "damaged"}`, {
      facts: { tar: code ?? -1 },
      hint: `apt-get install --reinstall ${debianPackage}`,
    });
  }
}

/** All files below `folder`, ordered by path. */
export async function* filesBelow(folder: string): AsyncGenerator<SourceFile> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
  for (const path of paths) {
    const place = join(folder, path);
    const status = await lstat(place);
    if (status.isSymbolicLink()) {
      yield { path, mode: "120000", data: Buffer.from(await readlink(place)) };
    } else {
      const mode = status.mode & 0o100 ? "100755" : "100644";
      yield { path, mode, data: await readFile(place) };
    }
  }
}

/** A hash over these files' names and bytes: changes with what a history is made of. */
export async function fingerprint(folder: string, inside: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const name of inside) {
    for await (const { path, data } of filesBelow(join(folder, name))) {
      hash.update(`${name}/${path}\0${data.length}\0`).update(data);
    }
  }
  return hash.digest("hex");
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

function codeOf(child: ReturnType<typeof spawn>): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code));
  });
}
