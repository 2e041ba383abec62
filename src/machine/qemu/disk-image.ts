import { type FileHandle, open, stat } from "node:fs/promises";
import { Failure } from "../../failure/failure.ts";
import { isQcow2, whyNoQcow2 } from "./qcow2.ts";
import { whyNoRawDisk } from "./raw-disk.ts";

/** A file that QEMU may show to a guest as its disk. */
export interface DiskImage {
  /** Absolute path on the host. */
  readonly path: string;
  readonly format: "raw" | "qcow2";
}

/** Some bytes of an image; fewer than asked for where it ends. */
export type ReadAt = (offset: number, length: number) => Promise<Buffer>;

/**
 * Looks at the file `path`: whether it is a disk, and of which format. Reads a bounded part of it, and no
 * other file, whatever it names.
 *
 * Throws `image-not-usable` for what is no regular file, cannot be read, is empty or cut off, holds neither a
 * partition table nor a file system, is packed or in a format that QEMU alone can tell, needs a second file
 * (a backing file, an external data file), or is encrypted.
 */
export async function inspectDiskImage(path: string): Promise<DiskImage> {
  let file: FileHandle | null = null;
  try {
    // Before it is opened: opening a pipe would wait for its other end.
    const status = await stat(path);
    if (!status.isFile()) throw notUsable(path, "it is no file");
    if (status.size === 0) throw notUsable(path, "it is empty");
    file = await open(path);
    const opened = file;
    const read: ReadAt = async (offset, length) => {
      const { buffer, bytesRead } = await opened.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    };
    const format = isQcow2(await read(0, 4)) ? "qcow2" : "raw";
    const judge = format === "qcow2" ? whyNoQcow2 : whyNoRawDisk;
    const why = await judge(read, status.size);
    if (why !== null) throw notUsable(path, why);
    return { path, format };
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw notUsable(path, (error as NodeJS.ErrnoException).code ?? String(error), error);
  } finally {
    await file?.close();
  }
}

function notUsable(path: string, why: string, cause?: unknown): Failure {
  return new Failure("image-not-usable", `${path} cannot be a machine's disk: ${why}`, {
    facts: { path, why },
    hint: "`machine.image` is a disk image, raw or qcow2, in one file: `qemu-img info` tells what a file is, `qemu-img convert -O qcow2` makes one",
    ...(cause === undefined ? {} : { cause }),
  });
}
