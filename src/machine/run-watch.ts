import { GuestMarkers, type GuestProgress } from "../crash/guest-markers.ts";
import { ConsoleStream } from "../crash/stream.ts";

/** Why a machine was stopped before it ended by itself. */
export type StopReason =
  /** The report of a crash is complete, or has had its time to become so. */
  | "crash"
  /** It crashed while booting and did not come to the reproducer afterwards. */
  | "boot-crash"
  /** The console passed its limit. */
  | "flooded"
  /** Our init had powered off, and nothing came of it. */
  | "no-shutdown"
  /** Our init said its last line, and what the machine does next is somebody else's to see. */
  | "done";

/** Seconds that a machine gets after something was seen on its console. */
export const patience = {
  /** After a complete report: for a panic that follows, and for a machine that ends by itself. */
  complete: 0.1,
  /** After a headline whose report does not say that it is over. */
  crashing: 5,
  /** After a crash during boot, which many a kernel survives. */
  bootCrash: 15,
  /** After our init's last line. */
  done: 5,
} as const;

/**
 * Decides when a running machine has said enough. It has no clock of its own: every call is told the
 * seconds since some fixed moment.
 */
export class RunWatch {
  readonly #limit: number;
  readonly #shared: boolean;
  readonly #markers: GuestMarkers;
  /** The console up to the start of the reproducer, and from there on. */
  readonly #boot = new ConsoleStream();
  readonly #run = new ConsoleStream();
  #bytes = 0;
  #booted: number | null = null;
  #since: { -readonly [moment in keyof typeof patience]?: number } = {};

  /**
   * `limit`: bytes of console before the machine counts as flooding it. `token`: that of a console on which
   * other systems speak before and after the guest, which names it first; its run is over at its last line.
   */
  constructor(limit: number, token: string | null = null) {
    this.#limit = limit;
    this.#shared = token !== null;
    this.#markers = new GuestMarkers(token);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get progress(): GuestProgress {
    return this.#markers.progress;
  }

  /** When our init's first line was seen; null before. */
  get booted(): number | null {
    return this.#booted;
  }

  /** Takes the next bytes of the console. */
  push(chunk: Buffer, now: number): void {
    const start = this.#bytes;
    this.#bytes += chunk.length;
    this.#markers.push(chunk);
    const { init, started, done } = this.progress;
    if (init) this.#booted ??= now;
    const split = started === null ? chunk.length : Math.max(0, started - start);
    this.#boot.push(chunk.subarray(0, split));
    this.#run.push(chunk.subarray(split));
    if (this.#boot.state !== "quiet") this.#since.bootCrash ??= now;
    if (this.#run.state !== "quiet") this.#since.crashing ??= now;
    if (this.#run.state === "complete") this.#since.complete ??= now;
    if (done) this.#since.done ??= now;
  }

  /** Whether the machine is to be stopped now, and why. */
  stop(now: number): StopReason | null {
    const over = (moment: keyof typeof patience) =>
      now - (this.#since[moment] ?? Number.POSITIVE_INFINITY) >= patience[moment];
    if (over("complete") || over("crashing")) return "crash";
    if (this.#bytes > this.#limit) return "flooded";
    if (this.#shared) return this.progress.done ? "done" : null;
    if (this.progress.started === null && over("bootCrash")) return "boot-crash";
    if (over("done")) return "no-shutdown";
    return null;
  }
}
