import { cellsOf, type TerminalSize } from "../report/index.ts";

/** Milliseconds from one frame to the next, at least. */
const frame = 100;

/** What is used of a terminal; sizes are undefined or 0 where the terminal does not tell them. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  write(text: string): boolean;
  on(event: "resize", listener: () => void): unknown;
  off(event: "resize", listener: () => void): unknown;
}

/** Size of a terminal that does not tell its own. */
const usual: TerminalSize = { columns: 80, rows: 24 };

/**
 * Lines at the bottom of a terminal that are drawn anew, at most ten times a second, with a log that
 * scrolls above them. Each frame is one write, and outside of it the terminal is as always: a process
 * that is killed leaves at most its last frame. The cursor rests at the beginning of the last line.
 */
export class BottomLines {
  readonly #terminal: Terminal;
  readonly #content: (size: TerminalSize) => string[];
  readonly #paint: (text: string) => string;
  /** What stands on the screen, without colours. */
  #drawn: string[] = [];
  /** Lines of the log that the next frame writes. */
  #logged: string[] = [];
  #next: NodeJS.Timeout | null = null;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #ended = false;

  /** `content` makes the lines, none wider than the size that it is given; `paint` colours them. */
  constructor(
    terminal: Terminal,
    content: (size: TerminalSize) => string[],
    paint: (text: string) => string,
  ) {
    this.#terminal = terminal;
    this.#content = content;
    this.#paint = paint;
    terminal.on("resize", this.#change);
    // After a stop and `fg`, the shell's own lines stand where these did.
    process.on("SIGCONT", this.#forget);
    process.on("exit", this.#leave);
  }

  /** Draws soon, unless nothing has changed. */
  change(): void {
    this.#change();
  }

  /** Writes `line` above; once this has ended, like any other line. */
  log(line: string): void {
    this.#logged.push(line);
    if (this.#ended) this.#write([]);
    else this.#change();
  }

  /** Writes what was logged, takes the lines away and leaves the terminal alone. Idempotent. */
  end(): void {
    this.#leave();
    this.#terminal.off("resize", this.#change);
    process.off("SIGCONT", this.#forget);
    process.off("exit", this.#leave);
  }

  readonly #change = (): void => {
    if (this.#ended || this.#next !== null) return;
    const wait = Math.max(0, this.#drawnAt + frame - performance.now());
    this.#next = setTimeout(this.#draw, wait).unref();
  };

  readonly #forget = (): void => {
    this.#drawn = [];
    this.#change();
  };

  readonly #leave = (): void => {
    this.#ended = true;
    if (this.#next !== null) clearTimeout(this.#next);
    this.#next = null;
    this.#write([]);
  };

  readonly #draw = (): void => {
    this.#next = null;
    this.#drawnAt = performance.now();
    this.#write(this.#content(this.#size()));
  };

  #size(): TerminalSize {
    const { columns, rows } = this.#terminal;
    return { columns: columns || usual.columns, rows: rows || usual.rows };
  }

  /** One frame: the lines before it go, the log comes, `lines` follow. */
  #write(lines: string[]): void {
    const same = lines.join("\n") === this.#drawn.join("\n");
    if (same && this.#logged.length === 0) return;
    const log = this.#logged.map((line) => `${line}\n`).join("");
    const painted = lines.length === 0 ? "" : unwrapped(this.#paint(lines.join("\n")));
    this.#terminal.write(this.#erasing() + log + painted);
    this.#drawn = lines;
    this.#logged = [];
  }

  /**
   * Back to the beginning of what was drawn, and everything from there on goes. A terminal that was made
   * narrower since has wrapped those lines, and the cursor stayed with the beginning of the last.
   */
  #erasing(): string {
    if (this.#drawn.length === 0) return "";
    const { columns } = this.#size();
    const above = this.#drawn
      .slice(0, -1)
      .reduce((rows, line) => rows + Math.max(1, Math.ceil(cellsOf(line) / columns)), 0);
    return `\r${above > 0 ? `\u001b[${above}A` : ""}\u001b[J`;
  }
}

/**
 * `text` for a terminal that must not wrap it, then the cursor at the beginning of its last line: some
 * terminals give a character more cells than Unicode does.
 */
function unwrapped(text: string): string {
  return `\u001b[?7l${text}\r\u001b[?7h`;
}
