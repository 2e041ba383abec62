import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { z } from "zod";
import { replaceFile } from "../workplace/replace-file.ts";

const knownSchema = z.strictObject({ version: z.literal(1), files: z.array(z.string()) });

/** Bytes that a file may unpack to: a million paths of a hundred characters. */
const mostBytes = 100 << 20;

/**
 * The files that builds have read, by the key of their inputs: what `readCompiledFiles` found, packed
 * (10 kB for a kernel of 850 objects). They outlive the kernels themselves.
 */
export class KnownFiles {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(cache: string): Promise<KnownFiles> {
    const folder = join(cache, "compiled");
    await mkdir(folder, { recursive: true });
    return new KnownFiles(folder);
  }

  /** What building `key` has read, or null; a file that is torn or cannot be understood counts as none. */
  async get(key: string): Promise<readonly string[] | null> {
    try {
      const packed = await readFile(join(this.#folder, key));
      const text = await promisify(gunzip)(packed, { maxOutputLength: mostBytes });
      return knownSchema.parse(JSON.parse(text.toString("utf8"))).files;
    } catch {
      return null;
    }
  }

  async set(key: string, files: readonly string[]): Promise<void> {
    const packed = await promisify(gzip)(JSON.stringify({ version: 1, files }));
    await replaceFile(join(this.#folder, key), packed);
  }
}
