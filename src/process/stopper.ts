import type { ProcessResult, ProcessSpec } from "./process.ts";
import { descendantsOf, killTree, send } from "./process-tree.ts";

/** The longest that a timer can wait (2^31 - 1 ms, about 25 days). */
const longestTimer = 2 ** 31 - 1;

/** Ends a running process tree at its deadline or when its signal fires. */
export class Stopper {
  readonly #spec: ProcessSpec;
  readonly #leader: number;
  readonly #namespace: () => number | null;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #onAbort = () => this.#stop("aborted");
  #ending: ProcessResult["ending"] = "exited";

  /** `namespace`: the first process of the sandbox, where there is one and it is known yet. */
  constructor(spec: ProcessSpec, leader: number, namespace: () => number | null) {
    this.#spec = spec;
    this.#leader = leader;
    this.#namespace = namespace;
    spec.signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (spec.signal?.aborted) this.#onAbort();
  }

  /** From now on the time until the deadline runs. */
  startClock(): void {
    const { deadline } = this.#spec;
    if (deadline !== undefined) this.#after(deadline, () => this.#stop("deadline"));
  }

  /** Whether it had to stop the process, and why. */
  get ending(): ProcessResult["ending"] {
    return this.#ending;
  }

  /** The process has ended: nothing is to be stopped any more. May be called more than once. */
  finish(): void {
    this.#spec.signal?.removeEventListener("abort", this.#onAbort);
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #stop(ending: "deadline" | "aborted"): void {
    if (this.#ending !== "exited") return;
    this.#ending = ending;
    const grace = this.#spec.grace ?? 0;
    if (grace > 0) {
      this.#ask();
      this.#after(grace, () => this.kill());
    } else {
      this.kill();
    }
  }

  #ask(): void {
    const first = this.#namespace();
    if (first === null) {
      killTree(this.#leader, "SIGTERM");
    } else {
      // Not bubblewrap's own two processes: it would end the namespace at once.
      for (const pid of descendantsOf(first)) send(pid, "SIGTERM");
    }
  }

  /** Kills all of it, for whatever reason. */
  kill(): void {
    const first = this.#namespace();
    if (first !== null) send(first, "SIGKILL");
    killTree(this.#leader, "SIGKILL");
  }

  #after(seconds: number, action: () => void): void {
    this.#timers.push(setTimeout(action, Math.min(longestTimer, seconds * 1000)));
  }
}
