import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { replaceFile } from "../workplace/replace-file.ts";
import { sha256 } from "../workplace/sha256.ts";
import type { Arch, ConfigChange, ConfigSource } from "./kernel.ts";

/** Changes whenever the same inputs would be built in another way. */
const formatVersion = 1;

/** All that decides a kernel's bytes. */
export interface BuildInputs {
  /** Id of the commit's tree: commits with equal trees are one kernel. */
  readonly tree: string;
  readonly patches: readonly string[];
  readonly arch: Arch;
  readonly config: ConfigSource;
  /** What of it is asked otherwise, for the tree's age. */
  readonly changes: readonly ConfigChange[];
  /** Compiler and linker, as {@link Compiler.identity}. */
  readonly compiler: string;
  /** Path at which the build sees the source: it is in the kernel's strings. */
  readonly source: string;
}

/** What is known of inputs that were built once, by whatever bisection. */
const knownSchema = z.strictObject({
  version: z.literal(formatVersion),
  signature: z.string().regex(/^[0-9a-f]{64}$/),
  compiler: z.string(),
  dropped: z.array(z.string()),
});
export type KnownBuild = Omit<z.infer<typeof knownSchema>, "version">;

/** The name of `inputs` in the cache. */
export function inputsKey(inputs: BuildInputs): string {
  const { config } = inputs;
  const changes = inputs.changes.map(({ option, to }) => [option, to]);
  return sha256(
    JSON.stringify([
      formatVersion,
      inputs.tree,
      inputs.patches.map(sha256),
      inputs.arch,
      config.kind === "file" ? ["file", config.text] : ["base", config.base, ...config.fragments],
      inputs.compiler,
      inputs.source,
      // Most kernels have none, and keep the names that they have had.
      ...(changes.length === 0 ? [] : [changes]),
    ]),
  );
}

/** The signatures of what was built, by inputs: small files that outlive the kernels themselves. */
export class KnownBuilds {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(cache: string): Promise<KnownBuilds> {
    const folder = join(cache, "inputs");
    await mkdir(folder, { recursive: true });
    return new KnownBuilds(folder);
  }

  /** What building `key` gave, or null; a file that was torn by a power cut counts as none. */
  async get(key: string): Promise<KnownBuild | null> {
    try {
      const text = await readFile(join(this.#folder, key), "utf8");
      const { version: _, ...known } = knownSchema.parse(JSON.parse(text));
      return known;
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    }
  }

  async set(key: string, known: KnownBuild): Promise<void> {
    await replaceFile(
      join(this.#folder, key),
      JSON.stringify({ version: formatVersion, ...known }),
    );
  }
}
