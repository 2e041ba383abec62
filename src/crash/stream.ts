import { type Line, maxLine, readLine } from "./console.ts";
import type { Crash } from "./crash.ts";
import { endsReport, type ReportProgress, startProgress } from "./ending.ts";
import { families } from "./family/families.ts";
import { consequence } from "./family/oops.ts";
import { type Found, readCrash } from "./found.ts";
import { headlineOf, replay } from "./headline.ts";
import { LineWindow } from "./line-window.ts";
import { leadingLinesOf } from "./report.ts";
import { type Sign, signs } from "./signs.ts";
import { Tape } from "./tape.ts";
import { WordFinder } from "./words.ts";

/**
 * What a console says while it is being printed:
 *
 * - `quiet`: no crash so far;
 * - `crashing`: a headline was printed; the rest of its report may be on its way;
 * - `complete`: enough of the report is there to title it and to show it; the machine may be stopped.
 */
export type ConsoleState = "quiet" | "crashing" | "complete";

/** Bytes before and after a headline that belong to its crash. */
const bytesBefore = 1024 * 1024;
const bytesAfter = 128 * 1024;
/** Bytes after which a line counts as ended. */
const longestLine = 64 * 1024;
/** What a prefix may take of a line before what is looked at begins. */
const longestPrefix = 256;
/** Crashes read from one console: what a flooding kernel prints after that says nothing new. */
const mostCrashes = 64;

const finder = new WordFinder([
  ...new Set([...families.map(({ word }) => word), ...signs.map(({ word }) => word)]),
]);

/**
 * Reads a console, whole or as it grows.
 *
 * Push the bytes as they come, in chunks of any size: the same console gives the same crashes. `state`
 * only ever moves from `quiet` over `crashing` to `complete`. Not every report says that it is over
 * (lockdep's do not, and a machine that hangs prints nothing more), so a machine that is `crashing` should
 * be given some seconds and then be stopped all the same. `finish` gives all crashes.
 *
 * Anything may be in the bytes. Time is linear in their number; most are only searched for the words
 * that announce crashes. Memory: up to 1 MiB before the newest byte, 128 KiB after each headline, and the
 * reports of 64 crashes. Of a line 2 KiB are looked at. Never throws.
 */
export class ConsoleStream {
  readonly #tape: Tape;
  /** Up to here everything was searched; the line that holds this offset begins at `#lineStart`. */
  #at: number;
  #lineStart: number;
  /** Just past the last LF. */
  #whole: number;
  #state: ConsoleState = "quiet";
  /** Follows the first report: how far it has come, and the next line that it has to look at. */
  #progress: ReportProgress | null = null;
  #followed = 0;
  /** A headline whose next line is not there yet: it may say that the headline will come again. */
  #tentative: Found | null = null;
  /** Crashes whose bytes are not all there, in order; and those that were read. */
  readonly #open: Found[] = [];
  readonly #read: Crash[] = [];
  readonly #window = new LineWindow();
  #newest: Found | null = null;
  #count = 0;
  /** Just past the last headline. */
  #end = 0;
  readonly #signs = new Set<Sign["means"]>();

  /** `tape`: what is there already, searched from byte `from` on, where a line begins. */
  constructor(tape: Tape = Tape.growing(), from = 0) {
    this.#tape = tape;
    this.#at = from;
    this.#lineStart = from;
    this.#whole = from;
  }

  get state(): ConsoleState {
    return this.#state;
  }

  /**
   * The first crash, once its report is `complete`; null before. It is what there is so far: what looks
   * at the whole console (`end`, `panicked`, `suppressed`, `corrupted`) is final with {@link finish}.
   */
  get provisional(): Crash | null {
    if (this.#state !== "complete") return null;
    const [first] = this.#read;
    if (first !== undefined) return this.#withSigns(first);
    const found = this.#open[0] ?? this.#tentative;
    return found === null
      ? null
      : this.#withSigns(readCrash(found, this.#tape, bytesAfter, new LineWindow()));
  }

  /** Takes the next bytes and says what the console says now. */
  push(chunk: Uint8Array): ConsoleState {
    for (const piece of Tape.pieces(chunk)) {
      const before = this.#tape.end;
      this.#tape.push(piece, this.#needed());
      const last = this.#tape.lastLineEnd(before, this.#tape.end);
      if (last !== -1) this.#whole = last + 1;
      this.#search(this.#searchable());
      this.#follow();
    }
    return this.#state;
  }

  /** Ends the console: its crashes, in order, with everything final. */
  finish(): Crash[] {
    this.#search(this.#tape.end);
    this.#settle(true);
    this.#close(true);
    return this.#read.map((crash) => this.#withSigns(crash));
  }

  /** The first byte that may be looked at again. */
  #needed(): number {
    const oldest = this.#open[0] ?? this.#tentative;
    return Math.min(this.#at, oldest?.line.start ?? this.#at) - bytesBefore;
  }

  /** Up to where lines are whole, or so long that they need not be. */
  #searchable(): number {
    const { end } = this.#tape;
    const start = Math.max(this.#whole, this.#lineStart);
    return end - start > longestLine ? end : Math.max(this.#whole, this.#at);
  }

  #search(limit: number): void {
    this.#settle(false);
    while (this.#at < limit) {
      const { base } = this.#tape;
      const hit = finder.find(this.#tape.bytes, this.#at - base, limit - base);
      if (hit === -1) break;
      this.#take(hit + base, limit);
    }
    if (this.#at < limit) this.#pass(limit);
    this.#close(false);
  }

  /** Takes the line with the word at `hit`. */
  #take(hit: number, limit: number): void {
    this.#pass(hit);
    const start = this.#lineStart;
    if (hit - start > maxLine + longestPrefix) {
      const lf = this.#tape.lineEnd(hit, limit);
      this.#at = lf === -1 ? limit : lf + 1;
      if (lf !== -1) this.#lineStart = lf + 1;
      return;
    }
    const most = Math.min(this.#tape.end, start + longestLine);
    const lf = this.#tape.lineEnd(hit, most);
    const end = lf === -1 ? most : lf;
    this.#at = lf === -1 ? Math.max(end, hit + 1) : lf + 1;
    if (lf !== -1) this.#lineStart = lf + 1;
    this.#look(readLine(this.#tape.latin(start, end), start));
  }

  /** Goes on to offset `to`, and finds where its line begins. */
  #pass(to: number): void {
    const lf = this.#tape.lastLineEnd(this.#at, to);
    if (lf !== -1) this.#lineStart = lf + 1;
    this.#at = to;
  }

  #look(line: Line): void {
    for (const { word, says, means } of signs) {
      if (line.text.includes(word) && says.test(line.text)) this.#signs.add(means);
    }
    const headline = headlineOf(line.text);
    if (headline === null) return;
    this.#tentative = { headline, line, leading: [], next: Number.POSITIVE_INFINITY };
    if (this.#state === "quiet") this.#begin(this.#tentative);
    this.#settle(false);
  }

  /** Decides on a headline as soon as the line after it is there. */
  #settle(final: boolean): void {
    const found = this.#tentative;
    if (found === null) return;
    const start = found.line.end + 1;
    const most = Math.min(this.#tape.end, start + maxLine);
    const lf = start < most ? this.#tape.lineEnd(start, most) : -1;
    if (lf === -1 && most - start < maxLine && !final) return;
    this.#tentative = null;
    const next = start < most ? this.#tape.latin(start, lf === -1 ? most : lf) : "";
    if (!next.includes(replay)) this.#accept(found);
  }

  #accept(found: Found): void {
    const { start, end, context, text } = found.line;
    const { family } = found.headline;
    this.#close(false);
    this.#end = end;
    const continues = family.role === "continues";
    for (const open of continues ? [] : this.#open) {
      if (open.line.context === context) open.next = Math.min(open.next, start);
    }
    const newest = this.#newest;
    if (newest !== null) {
      if (consequence.test(text)) return;
      if (continues && start < newest.line.start + bytesAfter) return;
    }
    if (this.#count === mostCrashes) return;
    this.#count++;
    const earliest = Math.max(this.#tape.base, start - bytesBefore);
    const { bytes, base } = this.#tape;
    const leading = leadingLinesOf(bytes, base, found.line, earliest, family.leading);
    this.#newest = { ...found, leading };
    this.#open.push(this.#newest);
  }

  /** Reads the crashes whose bytes are all there. */
  #close(final: boolean): void {
    for (let found = this.#open[0]; found !== undefined; found = this.#open[0]) {
      if (!final && this.#at < found.line.start + bytesAfter) return;
      this.#read.push(readCrash(found, this.#tape, bytesAfter, this.#window));
      this.#open.shift();
    }
  }

  #withSigns(crash: Crash): Crash {
    const disconnected = this.#signs.has("disconnected");
    return {
      ...crash,
      end: Math.max(this.#end, crash.skip),
      corrupted: crash.corrupted || disconnected,
      corruption: crash.corruption ?? (disconnected ? "disconnected" : null),
      suppressed: this.#signs.has("suppressed"),
      panicked: this.#signs.has("panicked"),
    };
  }

  #begin({ headline, line }: Found): void {
    this.#state = "crashing";
    this.#progress = startProgress(headline, line);
    this.#followed = line.end + 1;
  }

  /** Follows the first report, line by line, until it is complete. */
  #follow(): void {
    const { end } = this.#tape;
    while (this.#state === "crashing" && this.#progress !== null && this.#followed < end) {
      const most = Math.min(end, this.#followed + longestLine);
      const lf = this.#tape.lineEnd(this.#followed, most);
      if (lf === -1 && most - this.#followed < longestLine) return;
      const stop = lf === -1 ? most : lf;
      const line = readLine(this.#tape.latin(this.#followed, stop), this.#followed);
      this.#followed = lf === -1 ? most : lf + 1;
      if (endsReport(this.#progress, line)) this.#state = "complete";
    }
  }
}
