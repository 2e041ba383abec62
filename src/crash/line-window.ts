import type { Line } from "./console.ts";
import { linesOf } from "./report.ts";
import type { Tape } from "./tape.ts";

/**
 * The lines of one report after the other. Reports of a kernel that floods its console overlap; each
 * line is read once, as long as reports are asked for in the order of their beginnings.
 */
export class LineWindow {
  #lines: Line[] = [];
  #end = 0;

  /** The lines from byte `start` of the console, where a line begins, up to `stop`. */
  between(tape: Tape, start: number, stop: number): readonly Line[] {
    const first = this.#end <= start ? -1 : this.#lines.findIndex((line) => line.start === start);
    if (first === -1) {
      this.#lines = [];
      this.#end = start;
    } else if (first > 0) {
      this.#lines = this.#lines.slice(first);
    }
    if (stop > this.#end) {
      const more = linesOf(tape.latin(this.#end, stop), this.#end);
      for (const line of more) this.#lines.push(line);
      this.#end = stop + 1;
    }
    return this.#lines;
  }
}
