import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { z } from "zod";
import { replaceFile } from "../../workplace/replace-file.ts";
import type { Manifest } from "./manifest.ts";

const hash = z.string().regex(/^[0-9a-f]{32}$/);
const named = z.array(z.tuple([z.string(), hash]));
const schema = z.strictObject({
  version: z.literal(1),
  /** Null where it could not be told what the kernel was linked of. */
  manifest: z
    .strictObject({
      objects: z.array(z.tuple([z.string(), hash, hash])),
      archives: named,
      generated: named,
    })
    .nullable(),
});

/** Bytes that a file may unpack to: half a million objects. */
const mostBytes = 100 << 20;

/**
 * What kernels were linked of, by the key of their inputs, packed (30 kB for a kernel of 500 objects).
 * Manifests outlive the kernels themselves.
 */
export class KnownManifests {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(cache: string): Promise<KnownManifests> {
    const folder = join(cache, "objects");
    await mkdir(folder, { recursive: true });
    return new KnownManifests(folder);
  }

  /** Whether building `key` said what there is to be known, though it be nothing. */
  async has(key: string): Promise<boolean> {
    return (await stat(join(this.#folder, key)).catch(() => null)) !== null;
  }

  /** What building `key` linked, or null; a file that is torn or cannot be understood counts as none. */
  async get(key: string): Promise<Manifest | null> {
    try {
      const packed = await readFile(join(this.#folder, key));
      const text = await promisify(gunzip)(packed, { maxOutputLength: mostBytes });
      const { manifest } = schema.parse(JSON.parse(text.toString("utf8")));
      if (manifest === null) return null;
      const objects = manifest.objects.map(
        ([path, bytes, command]) => [path, { bytes, command }] as const,
      );
      const { archives, generated } = manifest;
      return {
        objects: new Map(objects),
        archives: new Map(archives),
        generated: new Map(generated),
      };
    } catch {
      return null;
    }
  }

  async set(key: string, manifest: Manifest | null): Promise<void> {
    const stored = manifest && {
      objects: Array.from(manifest.objects, ([path, made]) => [path, made.bytes, made.command]),
      archives: [...manifest.archives],
      generated: [...manifest.generated],
    };
    const packed = await promisify(gzip)(JSON.stringify({ version: 1, manifest: stored }));
    await replaceFile(join(this.#folder, key), packed);
  }
}
