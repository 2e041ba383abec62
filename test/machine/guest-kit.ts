import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileInit } from "../../src/kernel/initramfs/init-program.ts";
import { buildInitramfs } from "../../src/kernel/initramfs/initramfs.ts";
import { compileReproducer } from "../../src/kernel/initramfs/reproducer.ts";
import type { Arch } from "../../src/kernel/kernel.ts";
import type { Machine, MachineResult, MachineRun } from "../../src/machine/machine.ts";

/** What became of a run, with its console and the lines that our init said there. */
export type SeenRun = MachineResult & {
  readonly console: string;
  readonly lines: readonly string[];
};

/** A reproducer with the first file systems that guests get it from. */
export type GuestParts = Required<Pick<MachineRun, "initramfs" | "late">>;

const { signal } = new AbortController();

/** Makes guests of one architecture in a folder of its own, and runs them. */
export class GuestKit {
  readonly folder = mkdtempSync(join(tmpdir(), "firstbad-guests-"));
  readonly #arch: Arch;
  readonly #image: string;
  readonly #memory: number;
  #serial = 0;

  constructor(arch: Arch, image: string, memory: number) {
    this.#arch = arch;
    this.#image = image;
    this.#memory = memory;
  }

  /** A path that was not there before. */
  fresh(ending: string): string {
    return join(this.folder, `${this.#serial++}.${ending}`);
  }

  /** A reproducer in shell. `modules`: those of the kernel, or null for none. */
  shell(script: string, modules: string | null): Promise<GuestParts> {
    const bytes = Buffer.from(script);
    return this.#parts({ kind: "shell", script: bytes }, bytes, modules);
  }

  /** A reproducer in C. */
  async program(source: string, modules: string | null): Promise<GuestParts> {
    const path = await compileReproducer({
      ...{ source: Buffer.from(source), name: "repro.c", arch: this.#arch },
      ...{ cacheFolder: join(this.folder, "cache"), signal },
    });
    return this.#parts({ kind: "program", path }, readFileSync(path), modules);
  }

  async #parts(
    reproducer: { kind: "shell"; script: Buffer } | { kind: "program"; path: string },
    bytes: Buffer,
    modules: string | null,
  ): Promise<GuestParts> {
    const init = await compileInit(this.#arch, join(this.folder, "cache"), signal);
    const [initramfs, base] = [this.fresh("cpio"), join(this.folder, `base-${modules !== null}`)];
    const given = { init, arch: this.#arch, modules };
    await buildInitramfs({ ...given, reproducer, out: initramfs });
    await buildInitramfs({ ...given, reproducer: null, out: base });
    return { initramfs, late: { initramfs: base, kind: reproducer.kind, bytes } };
  }

  /** A run that may be restored, of 20 s in at most 60. */
  async run(machine: Machine, guest: GuestParts, more: Partial<MachineRun> = {}): Promise<SeenRun> {
    const console = this.fresh("txt");
    const base = { image: this.#image, console, cmdline: "", memory: this.#memory };
    const times = { seconds: 20, deadline: 60 };
    const request = { ...base, ...guest, ...times, mayRestore: true, ...more };
    const result = await machine.run(request, signal);
    const text = readFileSync(request.console, "latin1");
    const lines = text.split(/\r?\n/).filter((line) => line.startsWith("firstbad: "));
    return {
      ...result,
      console: text,
      lines: lines.map((line) => line.slice("firstbad: ".length)),
    };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
