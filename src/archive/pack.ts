import { randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { link, lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { createTarPacker, type TarPackController } from "modern-tar";
import { Failure } from "../failure/failure.ts";
import { archiveVersion, labelName, ownAlone, safeParts } from "./contents.ts";

/** A file of a folder, by its path in it. */
interface Found {
  readonly path: string;
  readonly size: number;
}

/**
 * The bisection `id`, which is in `folder`, as an archive: everything but what is for this machine alone. It may be at
 * work: of a file that grows there is what it had when it came to it. A stream that fails throws what reading threw.
 */
export function packed(folder: string, id: string): Readable {
  const { readable, controller } = createTarPacker();
  packAll(controller, folder, id).then(
    () => controller.finalize(),
    (error: unknown) => controller.error(error),
  );
  const zipped = createGzip({ level: 6 });
  // What stops the reader stops the writer, and an error goes to the reader.
  pipeline(Readable.fromWeb(readable), zipped).catch((error: unknown) => {
    zipped.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  return zipped;
}

/**
 * Writes the archive of `folder` to `path`, in one step. Throws `file-exists` where there is such a file, and
 * `folder-not-writable`.
 */
export async function exportTo(folder: string, id: string, path: string): Promise<void> {
  const half = `${path}.${randomUUID()}`;
  try {
    await pipeline(packed(folder, id), createWriteStream(half, { flags: "wx", mode: 0o600 }));
    await link(half, path);
  } catch (error) {
    throw asTrouble(error, path);
  } finally {
    await rm(half, { force: true });
  }
}

function asTrouble(error: unknown, path: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EEXIST") {
    return new Failure("file-exists", `${path} is there already`, {
      facts: { path },
      hint: "give another name, or remove that file",
      cause: error,
    });
  }
  if (!["ENOENT", "EACCES", "ENOTDIR", "EROFS", "EPERM", "EISDIR"].includes(code ?? ""))
    return error;
  return new Failure("folder-not-writable", `the archive is not written: ${message}`, {
    facts: { path },
    hint: "give a file in a folder that is there and yours",
    cause: error,
  });
}

async function packAll(controller: TarPackController, folder: string, id: string): Promise<void> {
  const label = Buffer.from(`${JSON.stringify({ version: archiveVersion, id })}\n`);
  await add(controller, { path: labelName, size: label.length }, Readable.from([label]));
  for (const found of await filesIn(folder, "")) {
    const { path, size } = found;
    const bytes =
      size === 0
        ? Readable.from([])
        : createReadStream(join(folder, path), { start: 0, end: size - 1 });
    await add(controller, { path: `${id}/${path}`, size }, bytes);
  }
}

async function add(
  controller: TarPackController,
  { path, size }: Found,
  bytes: Readable,
): Promise<void> {
  const entry = controller.add({ name: path, size, mode: 0o600, type: "file" }).getWriter();
  for await (const chunk of bytes) await entry.write(chunk);
  await entry.close();
}

/** Files below `folder`, by their names; links, sockets and the like are no part of a bisection. */
async function filesIn(folder: string, below: string): Promise<Found[]> {
  const names = (await readdir(join(folder, below))).sort();
  const found: Found[] = [];
  for (const name of names) {
    const path = below === "" ? name : `${below}/${name}`;
    if (ownAlone.has(path) || safeParts(path) === null) continue;
    const status = await lstat(join(folder, path)).catch(() => null);
    if (status?.isDirectory()) found.push(...(await filesIn(folder, path)));
    if (status?.isFile()) found.push({ path, size: status.size });
  }
  return found;
}
