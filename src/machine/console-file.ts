import { type FileHandle, open } from "node:fs/promises";

/** Bytes read at once: bounds memory while a guest floods its console. */
const chunkBytes = 1024 ** 2;

/** A file that another process appends to, read as it grows. */
export class ConsoleFile {
  readonly #file: FileHandle;
  #offset = 0;

  /** Creates or empties the file, and opens it for reading. */
  static async create(path: string): Promise<ConsoleFile> {
    return new ConsoleFile(await open(path, "w+"));
  }

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Up to 1 MiB that came since the last call; null where nothing did. */
  async next(): Promise<Buffer | null> {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    const { bytesRead } = await this.#file.read(chunk, 0, chunkBytes, this.#offset);
    this.#offset += bytesRead;
    return bytesRead === 0 ? null : chunk.subarray(0, bytesRead);
  }

  /** All that is in it, up to `limit` bytes. */
  async whole(limit: number): Promise<Buffer> {
    const { size } = await this.#file.stat();
    const bytes = Buffer.alloc(Math.min(size, limit));
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await this.#file.read(bytes, length, bytes.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
