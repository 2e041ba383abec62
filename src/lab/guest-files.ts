import { createHash } from "node:crypto";
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { buildInitramfs, type GuestReproducer } from "../kernel/initramfs/initramfs.ts";
import type { LateReproducer } from "../machine/machine.ts";
import type { GuestPrograms } from "./job-inputs.ts";

/** What a guest needs beside its kernel. */
export interface GuestFile {
  /** Path of its first file system, the reproducer in it. */
  readonly initramfs: string;
  /** The same in two parts; absent where the reproducer is more than a file that is started once. */
  readonly late?: LateReproducer;
}

/**
 * The first file systems of guests, in the cache: one for all kernels without modules, one for each set
 * of modules else, made when it is first needed; each with the reproducer, and without.
 */
export class GuestFiles {
  readonly #programs: GuestPrograms;
  readonly #folder: string;
  readonly #made = new Map<string, Promise<GuestFile>>();

  constructor(programs: GuestPrograms, cacheFolder: string) {
    this.#programs = programs;
    this.#folder = join(cacheFolder, "initramfs");
  }

  /**
   * Those for a kernel with these modules (a folder in the cache, or null for none). `shell`: with a shell for
   * whoever sits at its console.
   */
  filesFor(modules: string | null, { shell = false } = {}): Promise<GuestFile> {
    const key = `${shell ? "shell " : ""}${modules ?? ""}`;
    const made = this.#made.get(key) ?? this.#make(modules, shell);
    this.#made.set(key, made);
    // A failure is not kept: a full disk may have room the next time.
    made.catch(() => this.#made.delete(key));
    return made;
  }

  async #make(modules: string | null, shell: boolean): Promise<GuestFile> {
    const { reproducer } = this.#programs;
    const initramfs = await this.#build(reproducer, modules, shell);
    const bytes = await this.#lateBytes();
    if (bytes === null) return { initramfs };
    const late = {
      initramfs: await this.#build(null, modules, shell),
      kind: reproducer.kind,
      bytes,
    };
    return { initramfs, late };
  }

  /** The reproducer where it is one file that is started once; null else. */
  async #lateBytes(): Promise<Uint8Array | null> {
    const { reproducer, repeat } = this.#programs;
    if (repeat !== 1) return null;
    if (reproducer.kind === "shell") return reproducer.script;
    const { path, args = [], files = [] } = reproducer;
    return args.length === 0 && files.length === 0 ? readFile(path) : null;
  }

  async #build(
    reproducer: GuestReproducer | null,
    modules: string | null,
    shell: boolean,
  ): Promise<string> {
    const { init, arch } = this.#programs;
    const repeat = reproducer === null ? 1 : this.#programs.repeat;
    // Programs and kernels lie under names made of their contents, so names are enough here.
    const what =
      reproducer?.kind === "program" ? JSON.stringify(reproducer) : (reproducer?.script ?? "");
    const hash = createHash("sha256")
      .update(`${init}\n${modules}\n${reproducer?.kind}\n${repeat}\n`)
      .update(what);
    if (shell) hash.update("\nshell");
    const out = join(this.#folder, `${hash.digest("hex")}.cpio`);
    const isThere = await access(out).then(
      () => true,
      () => false,
    );
    if (!isThere) await buildInitramfs({ init, arch, reproducer, repeat, modules, shell, out });
    return out;
  }
}
