import { withReadableNames } from "../demangle/readable-name.ts";
import { placesIn } from "../places.ts";
import type { Symbols } from "../symbol-table.ts";
import { type SymbolizedReport, withSourceLines } from "./source-lines.ts";
import { Symbolizer, Unreadable } from "./symbolizer.ts";

/** Kernels that are kept open, and seconds without a question after which one is closed. */
const mostOpen = 4;
const idleSeconds = 60;

/** A kernel that is asked for source lines. */
export interface SymbolizedKernel {
  /** Equal for equal kernels: what was learnt of one is known of all. */
  readonly signature: string;
  /** Absolute path of the binary with debug information. */
  readonly vmlinux: string;
}

interface Open {
  readonly symbolizer: Symbolizer;
  readonly idle: NodeJS.Timeout;
}

/** Puts source lines into reports, with one open symbolizer for each kernel that was asked lately. */
export class Symbolizers {
  readonly #open = new Map<string, Open>();

  /**
   * `report` with source lines: `func+0x10/0x20` becomes `func+0x10/0x20 file.c:12`, and each function
   * that was inlined there gets a line of its own before it, `func file.c:34 [inline]`. Names of Rust and C++
   * become readable ones.
   *
   * Return addresses are looked up one byte before, in the call; the processor's own place as it is. A
   * frame stays as it was where the binary has no such function, several, or one of another size: it
   * then is not the kernel that crashed, and the notes say so. Frames of modules stay. Where the binary or
   * a tool fails, or `signal` fires, all of the report stays, and a note says why. Never rejects but for a
   * defect.
   */
  async symbolize(
    report: string,
    kernel: SymbolizedKernel,
    signal?: AbortSignal,
  ): Promise<SymbolizedReport> {
    if (placesIn(report.split("\n")).length === 0) return { report, notes: [] };
    const told = await withSourceLines(report, this.#symbolizerOf(kernel), signal);
    // Only now: the binary knows its functions by their mangled names.
    return { ...told, report: withReadableNames(told.report) };
  }

  /** The functions of a kernel; null where its binary cannot be read. */
  async functionsOf(kernel: SymbolizedKernel, signal?: AbortSignal): Promise<Symbols | null> {
    const symbols = await this.#symbolizerOf(kernel).symbols(signal);
    return symbols instanceof Unreadable ? null : symbols;
  }

  /** Ends all that runs. */
  async close(): Promise<void> {
    const open = [...this.#open.keys()];
    await Promise.all(open.map((signature) => this.#close(signature)));
  }

  #symbolizerOf({ signature, vmlinux }: SymbolizedKernel): Symbolizer {
    const before = this.#open.get(signature);
    if (before !== undefined) clearTimeout(before.idle);
    const symbolizer = before?.symbolizer ?? new Symbolizer(vmlinux);
    // Last in the map: the first is the one that was not asked for longest.
    this.#open.delete(signature);
    const idle = setTimeout(() => void this.#close(signature), idleSeconds * 1000).unref();
    this.#open.set(signature, { symbolizer, idle });
    const [oldest] = this.#open.keys();
    if (this.#open.size > mostOpen && oldest !== undefined) void this.#close(oldest);
    return symbolizer;
  }

  async #close(signature: string): Promise<void> {
    const open = this.#open.get(signature);
    this.#open.delete(signature);
    clearTimeout(open?.idle);
    await open?.symbolizer.close();
  }
}
