import { createHash } from "node:crypto";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { buildInitramfs } from "../kernel/initramfs/initramfs.ts";
import type { GuestPrograms } from "./job-inputs.ts";

/**
 * The first file systems of guests, in the cache: one for all kernels without modules, one for each set
 * of modules else, made when it is first needed.
 */
export class GuestFiles {
  readonly #programs: GuestPrograms;
  readonly #folder: string;
  readonly #made = new Map<string, Promise<string>>();

  constructor(programs: GuestPrograms, cacheFolder: string) {
    this.#programs = programs;
    this.#folder = join(cacheFolder, "initramfs");
  }

  /**
   * The path of the one for a kernel with these modules (a folder in the cache, or null for none). `shell`:
   * with a shell for whoever sits at its console.
   */
  pathFor(modules: string | null, { shell = false } = {}): Promise<string> {
    const key = `${shell ? "shell " : ""}${modules ?? ""}`;
    const made = this.#made.get(key) ?? this.#make(modules, shell);
    this.#made.set(key, made);
    // A failure is not kept: a full disk may have room the next time.
    made.catch(() => this.#made.delete(key));
    return made;
  }

  async #make(modules: string | null, shell: boolean): Promise<string> {
    const { init, reproducer, repeat } = this.#programs;
    // Programs and kernels lie under names made of their contents, so names are enough here.
    const what = reproducer.kind === "program" ? JSON.stringify(reproducer) : reproducer.script;
    const hash = createHash("sha256")
      .update(`${init}\n${modules}\n${reproducer.kind}\n${repeat}\n`)
      .update(what);
    if (shell) hash.update("\nshell");
    const out = join(this.#folder, `${hash.digest("hex")}.cpio`);
    const isThere = await access(out).then(
      () => true,
      () => false,
    );
    if (!isThere) await buildInitramfs({ init, reproducer, repeat, modules, shell, out });
    return out;
  }
}
