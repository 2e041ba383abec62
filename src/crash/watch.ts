import { type Line, lineAt, maxLine } from "./console.ts";
import { endsReport, type ReportProgress, startProgress } from "./ending.ts";
import { headlineOf, nextWord } from "./headline.ts";

/**
 * What a console says while it is being printed:
 *
 * - `quiet`: no crash so far;
 * - `crashing`: a headline was printed; the rest of its report may be on its way;
 * - `complete`: enough of the report is there to title it and to show it; the machine may be stopped.
 */
export type ConsoleState = "quiet" | "crashing" | "complete";

/**
 * Watches a console while a machine prints it.
 *
 * Push the bytes as they come, in chunks of any size; `state` only ever moves from `quiet` over
 * `crashing` to `complete`. Not every report says that it is over (lockdep's do not, and a machine that
 * hangs prints nothing more), so a machine that is `crashing` should be given some seconds and then be
 * stopped all the same. Afterwards `readConsole` reads the whole console.
 *
 * Memory: one line, cut at 1,200 bytes. Time: linear in the bytes; bytes of a quiet console are only
 * searched for the words that announce a crash. Never throws.
 */
export class ConsoleWatcher {
  #state: ConsoleState = "quiet";
  /** The beginning of a line whose end has not come yet. */
  #carry = Buffer.alloc(0);
  /** The line in `#carry` is longer than a line may be: its bytes are dropped up to its end. */
  #overlong = false;
  #report: ReportProgress | null = null;

  get state(): ConsoleState {
    return this.#state;
  }

  /** Takes the next bytes and says what the console says now. */
  push(chunk: Uint8Array): ConsoleState {
    const lines = this.#wholeLines(chunk);
    if (lines !== null) this.#read(lines);
    return this.#state;
  }

  /** The lines that are whole now, as one piece of bytes; null where there is none. */
  #wholeLines(chunk: Uint8Array): Buffer | null {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const last = bytes.lastIndexOf(0x0a);
    if (last === -1) {
      this.#keep(bytes);
      return null;
    }
    const whole = Buffer.concat([this.#carry, bytes.subarray(0, last + 1)]);
    this.#carry = Buffer.alloc(0);
    this.#overlong = false;
    this.#keep(bytes.subarray(last + 1));
    return whole;
  }

  #keep(bytes: Buffer): void {
    if (this.#overlong) return;
    const room = maxLine - this.#carry.length;
    this.#overlong = bytes.length > room;
    this.#carry = Buffer.concat([this.#carry, bytes.subarray(0, room)]);
  }

  #read(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length && this.#state !== "complete") {
      const line = this.#state === "quiet" ? nextWord(bytes, at) : lineAt(bytes, at);
      if (line === null) return;
      at = line.end + 1;
      this.#take(line);
    }
  }

  #take(line: Line): void {
    if (this.#report === null) {
      const headline = headlineOf(line);
      if (headline === null) return;
      this.#report = startProgress(headline);
      this.#state = "crashing";
    } else if (endsReport(this.#report, line)) {
      this.#state = "complete";
    }
  }
}
