import { resolve } from "node:path";
import type { Crash } from "../crash/crash.ts";
import { withReadableNames } from "../crash/demangle/readable-name.ts";
import { archOfBinary } from "../crash/symbols/binary-arch.ts";
import { withDisassembly } from "../crash/symbols/disassembly.ts";
import { Symbolizers } from "../crash/symbols/symbolizers.ts";

/**
 * Puts source lines of one kernel's binary into crashes, and the instructions of their `Code:` lines behind
 * them; says on standard error what does not fit.
 * Mangled names become readable with and without a binary.
 */
export class SymbolizedCrashes {
  readonly #vmlinux: string | null;
  readonly #symbolizers = new Symbolizers();

  /** `vmlinux`: a path; without one there are no source lines. */
  constructor(vmlinux: string | undefined) {
    this.#vmlinux = vmlinux === undefined ? null : resolve(vmlinux);
  }

  async of(crash: Crash): Promise<Crash> {
    if (this.#vmlinux === null) return { ...crash, report: withReadableNames(crash.report) };
    const kernel = { signature: this.#vmlinux, vmlinux: this.#vmlinux };
    const { report, notes } = await this.#symbolizers.symbolize(crash.report, kernel);
    for (const note of notes) process.stderr.write(`${note}\n`);
    const arch = await archOfBinary(this.#vmlinux);
    if (arch === null) return { ...crash, report };
    return { ...crash, report: await withDisassembly(report, { arch, type: crash.type }) };
  }

  close(): Promise<void> {
    return this.#symbolizers.close();
  }
}
