import xterm from "@xterm/headless";
import type { Terminal as LineTerminal } from "../../src/cli/bottom-lines.ts";

/** A terminal as a program has it on its standard error, whose screen can be read. */
export class Screen implements LineTerminal {
  columns: number;
  rows: number;
  /** Everything written to it, each write for itself. */
  readonly writes: string[] = [];
  readonly #terminal: xterm.Terminal;
  readonly #resized = new Set<() => void>();

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    // The kernel's terminal layer, between a program and the screen, returns the carriage at line ends.
    const options = { cols: columns, rows, convertEol: true, allowProposedApi: true };
    this.#terminal = new xterm.Terminal(options);
  }

  write(text: string | Uint8Array): boolean {
    this.writes.push(String(text));
    this.#terminal.write(text);
    return true;
  }

  on(event: string, listener: () => void): this {
    if (event === "resize") this.#resized.add(listener);
    return this;
  }

  off(_: string, listener: () => void): this {
    this.#resized.delete(listener);
    return this;
  }

  /** The terminal gets another width, wraps what stands on it anew, and tells so. */
  async resize(columns: number): Promise<void> {
    await this.#settled();
    this.#terminal.resize(columns, this.rows);
    this.columns = columns;
    for (const listener of this.#resized) listener();
  }

  /** How many listen to it. */
  get listeners(): number {
    return this.#resized.size;
  }

  /** What stands on the screen and above it; lines that the terminal wrapped are put together. */
  async lines(): Promise<string[]> {
    await this.#settled();
    const buffer = this.#terminal.buffer.active;
    const lines: string[] = [];
    for (let n = 0; n < buffer.length; n++) {
      const line = buffer.getLine(n);
      const text = line?.translateToString(true) ?? "";
      if (line?.isWrapped) lines.push(`${lines.pop() ?? ""}${text}`);
      else lines.push(text);
    }
    while (lines.at(-1) === "") lines.pop();
    return lines;
  }

  #settled(): Promise<void> {
    return new Promise((resolve) => this.#terminal.write("", resolve));
  }
}
