import { join } from "node:path";
import type { Logger } from "pino";
import type { BisectionEvent } from "../../event/index.ts";
import { asFailure, Failure } from "../../failure/failure.ts";
import type { Bounds } from "../../job/bounds.ts";
import { openFileJournal } from "../../journal/file-journal.ts";
import type { Turns } from "../../lab/turns.ts";
import { driveHeld } from "../../session/drive-held.ts";
import type { Observer } from "../../session/observer.ts";
import { takeUp } from "../../session/take-up.ts";
import { hostFor, labOptionsFor } from "../../session/this-machine.ts";
import type { Home, Standing } from "../home/home.ts";
import type { QueueFile } from "./queue-file.ts";
import type { AskedBounds, Queued } from "./queue-state.ts";

/** What a pool drives bisections with. */
export interface PoolOptions {
  readonly home: Home;
  readonly queue: QueueFile;
  /** How many are driven at once. */
  readonly atOnce: number;
  readonly turns: Turns;
  readonly folders: { readonly bisections: string; readonly cache: string };
  /** Builds and machines that one of them may have at once. */
  readonly slots: { readonly builds: number; readonly runs: number };
  readonly tool: string;
  /** Whether what a job needs on the host is allowed. */
  readonly allowHost: boolean;
  readonly log: Logger;
  /** Hears of every event of a bisection that is driven here. */
  readonly onEvent: (event: BisectionEvent) => void;
}

/** A bisection that is driven here. */
interface Driven {
  readonly id: string;
  /** Fires: nothing new is begun. */
  readonly finish: AbortController;
  /** Fires: what runs is killed. */
  readonly halt: AbortController;
  /** Resolves once nothing of it is held any more. */
  readonly over: Promise<void>;
}

/**
 * Drives the bisections of a queue, so many at once, and the others in their order. Whatever it was told is in the
 * queue's file first; so a process that is killed is followed by one that goes on with the same bisections.
 */
export class Pool {
  readonly #options: PoolOptions;
  readonly #driven = new Map<string, Driven>();
  /** Why one could not be gone on with, until it is tried again. */
  readonly #failures = new Map<string, Failure>();
  #closing = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Begins with what is there. */
  start(): void {
    this.#fill();
  }

  get queue(): readonly Queued[] {
    return this.#options.queue.queue;
  }

  /** What the queue says of a bisection that nobody works on; null: nothing. */
  standingOf(id: string): Standing {
    const state = this.queue.find((one) => one.id === id)?.state;
    return state === undefined ? null : state === "paused" ? "paused" : "queued";
  }

  /** Why the last attempt to go on with it ended before it had begun. */
  failureOf(id: string): Failure | null {
    return this.#failures.get(id) ?? null;
  }

  /** Puts a bisection at the end of the line; it is there for good once this resolves. Throws `queue-refused`. */
  async want(
    id: string,
    given: { readonly by: string; readonly note?: string; readonly bounds?: AskedBounds },
  ): Promise<void> {
    const isStopping = this.#driven.get(id)?.finish.signal.aborted ?? false;
    // What a pause has not ended yet is waited for: two would want the same journal.
    if (isStopping) await this.#driven.get(id)?.over;
    if (this.#closing) throw refused(id, "the server is ending");
    const known = this.queue.find((one) => one.id === id);
    if (known !== undefined && known.state !== "paused") {
      throw refused(id, `it is ${known.state === "running" ? "running" : "in the line"} already`);
    }
    this.#failures.delete(id);
    await this.#options.queue.add({ id, what: "wants", ...given });
    this.#options.home.standingChanged(id);
    this.#fill();
  }

  /** Has a bisection wait: what runs is finished. Throws `queue-refused` where it is not in the queue. */
  async pause(id: string, by: string): Promise<void> {
    const known = this.queue.find((one) => one.id === id);
    if (known === undefined) throw refused(id, "it is neither running here nor in the line");
    if (known.state === "paused") return;
    await this.#options.queue.add({ id, what: "paused", by });
    this.#driven.get(id)?.finish.abort();
    this.#options.home.standingChanged(id);
  }

  /** Takes a bisection out of the queue: what runs is killed; what was finished stays. Throws `queue-refused`. */
  async cancel(id: string, by: string): Promise<void> {
    const isKnown = this.queue.some((one) => one.id === id);
    if (!isKnown) throw refused(id, "it is neither running here nor in the line");
    await this.#options.queue.add({ id, what: "ended", by });
    const driven = this.#driven.get(id);
    driven?.finish.abort();
    driven?.halt.abort();
    this.#options.home.standingChanged(id);
  }

  /** Kills what runs, saves, and leaves the queue as it is for the next server. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const { finish, halt } of this.#driven.values()) {
      finish.abort();
      halt.abort();
    }
    await Promise.all([...this.#driven.values()].map(({ over }) => over));
  }

  #fill(): void {
    if (this.#closing) return;
    for (const { id, state, bounds } of this.queue) {
      if (this.#driven.size >= this.#options.atOnce) return;
      if (state === "paused" || this.#driven.has(id)) continue;
      const [finish, halt] = [new AbortController(), new AbortController()];
      const over = this.#drive(id, state, bounds, { finish, halt }).finally(() => {
        this.#driven.delete(id);
        this.#options.home.standingChanged(id);
        this.#fill();
      });
      this.#driven.set(id, { id, finish, halt, over });
    }
  }

  /** Never rejects. */
  async #drive(
    id: string,
    state: Queued["state"],
    bounds: AskedBounds | null,
    control: Pick<Driven, "finish" | "halt">,
  ): Promise<void> {
    const { queue, log } = this.#options;
    try {
      // Only now it has its bounds for good, if there were any: they are asked for again after a kill before this.
      const failure = await this.#session(id, bounds, control, async () => {
        if (state === "waiting") await queue.add({ id, what: "begun" });
      });
      log.info({ id, ...(failure && { code: failure.code, message: failure.message }) }, "over");
      if (this.#closing) return;
    } catch (error) {
      const failure = asFailure(error);
      if (this.#closing) return;
      if (failure.code !== "interrupted") {
        log.warn(
          { id, code: failure.code, message: failure.message, err: failure.cause },
          "not begun",
        );
        this.#failures.set(id, failure);
        await noteStopped(join(this.#options.folders.bisections, id), failure);
      }
    }
    try {
      // Somebody may have said meanwhile that it is to wait, or is out of the queue.
      const isWanted = this.queue.some((one) => one.id === id && one.state !== "paused");
      if (isWanted) await queue.add({ id, what: "ended" });
    } catch (error) {
      log.error({ id, err: error }, "the queue cannot be written");
    }
  }

  async #session(
    id: string,
    bounds: AskedBounds | null,
    { finish, halt }: Pick<Driven, "finish" | "halt">,
    begun: () => Promise<void>,
  ): Promise<Failure | null> {
    const { home, turns, folders, slots, tool, log, allowHost, onEvent } = this.#options;
    const say = (line: string) => log.info({ id, line }, "told");
    const held = await takeUp(join(folders.bisections, id), {
      tool,
      hostOf: (job, onHost) => hostFor(job, allowHost && onHost, say),
      labOptionsOf: (host, onHost) =>
        labOptionsFor(
          { jobs: slots.builds, machines: slots.runs, allowHost: allowHost && onHost },
          host,
          folders.cache,
        ),
      boundsFrom: (before) => boundsAfter(before, bounds),
      say,
      signal: finish.signal,
    });
    let followed: Awaited<ReturnType<Home["own"]>> | null = null;
    const lab = turns.lab(id, held.lab, () => followed?.changed());
    try {
      await begun();
      followed = await home.own(id, held.journal.events);
      log.info({ id }, "begun");
    } catch (error) {
      await held.lab.close();
      await held.journal.close();
      throw error;
    }
    const driven = followed;
    const observer: Observer = {
      event(event) {
        onEvent(event);
        driven.grown(event);
      },
      building: (kernel, progress) => driven.building(kernel, progress),
      note: say,
    };
    try {
      return await driveHeld({ ...held, lab }, [observer], {
        finish: finish.signal,
        halt: halt.signal,
      });
    } finally {
      await followed.release();
    }
  }
}

/** The bounds from now on; what was not spoken of stays. */
function boundsAfter(before: Bounds | null, asked: AskedBounds | null): Bounds | null {
  if (asked === null) return null;
  const kept = <T>(value: T | undefined, otherwise: T | undefined) =>
    value === undefined ? (otherwise ?? null) : value;
  return {
    builds: kept(asked.builds, before?.builds),
    runs: kept(asked.runs, before?.runs),
    machineSeconds: kept(asked.machineSeconds, before?.machineSeconds),
    deadline: kept(asked.deadline, before?.deadline),
  };
}

/** A session that ended before it had begun is one that ended: whoever looks at the bisection is told why. */
async function noteStopped(folder: string, { code, message }: Failure): Promise<void> {
  if (code === "bisection-locked" || code === "bisection-not-found") return;
  try {
    const journal = await openFileJournal(folder);
    try {
      await journal.append({ kind: "stopped", reason: code, message });
    } finally {
      await journal.close();
    }
  } catch {
    // The log has it, and the answer to whoever asks for the queue.
  }
}

function refused(id: string, why: string): Failure {
  return new Failure("queue-refused", `${id}: ${why}`, {
    facts: { id },
    hint: "its page and `firstbad show` say where it stands",
  });
}
