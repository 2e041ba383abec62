/** What every line of our init begins with: see `kernel/initramfs/init.c`. */
const prefix = Buffer.from("\nfirstbad: ");
/** Longer than any line of our init; a longer one is not ours. */
const longestLine = 300;

/** How far the guest came, by the lines of our init. */
export interface GuestProgress {
  /** Our init said its first line. */
  readonly init: boolean;
  /** Our init waits for a word before it starts the reproducer. */
  readonly waiting: boolean;
  /** Our init has no reproducer, and the kernel no port that could bring one. */
  readonly portless: boolean;
  /** Byte offset just past the line that says that the reproducer is being started; null before. */
  readonly started: number | null;
  /** The kernel refused to start the reproducer. */
  readonly refused: boolean;
  /** Our init said its last line: the reproducer is over and the kernel alive. */
  readonly done: boolean;
  /** Byte offset just past that line; null before. */
  readonly ended: number | null;
}

/**
 * Finds our init's lines in a console that comes in chunks of any size. Memory: a line; time: linear.
 */
export class GuestMarkers {
  /** What our init must say before anything counts, or null. */
  #awaited: string | null;
  #progress: GuestProgress = {
    init: false,
    waiting: false,
    portless: false,
    started: null,
    refused: false,
    done: false,
    ended: null,
  };
  /** Bytes that may be the beginning of a line of ours; a first line has a line end before it. */
  #carry = Buffer.from("\n");
  /** Offset in the console of the first byte of `#carry`. */
  #offset = -1;

  /**
   * `token`: of a guest that was told to name it (`FIRSTBAD_RUN`). What is said before is that of another run,
   * as where a program prints again what a serial line has said.
   */
  constructor(token: string | null = null) {
    this.#awaited = token === null ? null : `run ${token}`;
  }

  get progress(): GuestProgress {
    return this.#progress;
  }

  push(chunk: Buffer): void {
    const bytes = Buffer.concat([this.#carry, chunk]);
    let at = bytes.indexOf(prefix);
    while (at !== -1) {
      const end = bytes.indexOf("\n", at + prefix.length);
      if (end === -1 && bytes.length - at < longestLine) break;
      if (end !== -1 && end - at < longestLine) {
        const words = bytes.toString("latin1", at + prefix.length, end).trimEnd();
        this.#take(words, this.#offset + end + 1);
      }
      at = bytes.indexOf(prefix, at + prefix.length);
    }
    const keep = at === -1 ? Math.max(0, bytes.length - prefix.length + 1) : at;
    this.#carry = Buffer.from(bytes.subarray(keep));
    this.#offset += keep;
  }

  #take(words: string, end: number): void {
    if (words === this.#awaited) this.#awaited = null;
    if (this.#awaited !== null) return;
    const before = this.#progress;
    if (words === "init") this.#progress = { ...before, init: true };
    if (words === "waiting") this.#progress = { ...before, waiting: true };
    if (words === "no port") this.#progress = { ...before, portless: true };
    if (words === "reproducer started" && before.started === null) {
      this.#progress = { ...before, started: end };
    }
    if (words.startsWith("reproducer not started")) this.#progress = { ...before, refused: true };
    if (words === "done" && !before.done) {
      this.#progress = { ...before, done: true, ended: end };
    }
  }
}
