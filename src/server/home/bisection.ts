import { type FSWatcher, watch } from "node:fs";
import type { BisectionEvent } from "../../event/index.ts";
import { asFailure, type Failure } from "../../failure/failure.ts";
import type { BuildProgress } from "../../lab/lab.ts";
import { Tail } from "./tail.ts";

/** Somebody who is told that there is something new of a bisection. */
export interface Watcher {
  /** There are more events, or it is held or let go of. Called often; it must be quick. */
  changed(): void;
  /** A build is so far; it is no event. */
  building?(kernel: string, progress: BuildProgress): void;
}

/** Milliseconds after which a journal that is watched is looked at even where nothing was heard of it. */
const lookAgain = 2000;

/**
 * One bisection whose events are kept in memory and grow as its journal does: by the word of the process that drives
 * it where that is this one, else by looking at the file.
 */
export class FollowedBisection {
  readonly id: string;
  readonly folder: string;
  readonly #tail: Tail;
  readonly #watchers = new Set<Watcher>();
  /** Of the process's own session: its journal's events, which are the very same ones. */
  #own: readonly BisectionEvent[] | null = null;
  #running = false;
  #reading: Promise<void> | null = null;
  #again = false;
  #failure: Failure | null = null;
  #looking: { readonly files: FSWatcher | null; readonly clock: NodeJS.Timeout } | null = null;
  /** Milliseconds since 1970 when somebody last wanted it. */
  #wanted = Date.now();
  /** Is called with every change, before the watchers are. */
  onChange: () => void = () => {};
  /** How far the builds under way are, where this process does them. */
  readonly progress = new Map<string, BuildProgress>();

  constructor(id: string, folder: string) {
    this.id = id;
    this.folder = folder;
    this.#tail = new Tail(folder);
  }

  /** All events so far; never changed, only longer next time. */
  get events(): readonly BisectionEvent[] {
    return this.#own ?? this.#tail.events;
  }

  /** Whether a process holds it, as far as is known. */
  get running(): boolean {
    return this.#running;
  }

  /** Why its journal cannot be read to its end. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** How many watch. */
  get watchers(): number {
    return this.#watchers.size;
  }

  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  /** Whether this process drives it. */
  get isOwn(): boolean {
    return this.#own !== null;
  }

  /** Milliseconds for which nobody has wanted it. */
  idle(now: number): number {
    return this.isWatched || this.isOwn || this.#running ? 0 : now - this.#wanted;
  }

  touch(): void {
    this.#wanted = Date.now();
  }

  /** Tells `watcher` of changes until the returned function is called. */
  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    this.#lookOrNot();
    return () => {
      this.#watchers.delete(watcher);
      this.touch();
      this.#lookOrNot();
    };
  }

  setRunning(running: boolean): void {
    if (this.#running === running) return;
    this.#running = running;
    this.#lookOrNot();
    this.#tell();
  }

  /** This process drives it from now on: `events` grows, and {@link grown} says so. */
  own(events: readonly BisectionEvent[]): void {
    this.#own = events;
    this.progress.clear();
    this.setRunning(true);
    this.#lookOrNot();
    this.#tell();
  }

  grown(event: BisectionEvent): void {
    if (event.kind === "kernel-built" || event.kind === "build-failed")
      this.progress.delete(event.kernel);
    this.#tell();
  }

  building(kernel: string, progress: BuildProgress): void {
    this.progress.set(kernel, progress);
    for (const watcher of this.#watchers) watcher.building?.(kernel, progress);
  }

  /** This process drives it no longer; its events come from the file again. */
  async release(): Promise<void> {
    this.progress.clear();
    await this.#tail.read().catch(() => {});
    this.#own = null;
    this.#running = false;
    this.touch();
    this.#lookOrNot();
    this.#tell();
  }

  /** What others know of it has changed. */
  changed(): void {
    this.#tell();
  }

  /** Takes in what the file has. Calls while it is at work are one more look after it. Never rejects. */
  async refresh(): Promise<void> {
    if (this.#own !== null) return;
    if (this.#reading !== null) {
      this.#again = true;
      return this.#reading;
    }
    this.#reading = this.#read();
    try {
      await this.#reading;
    } finally {
      this.#reading = null;
    }
  }

  /** Stops looking at files. */
  close(): void {
    this.#watchers.clear();
    this.#stopLooking();
  }

  async #read(): Promise<void> {
    do {
      this.#again = false;
      try {
        const changed = await this.#tail.read();
        this.#failure = null;
        if (changed && this.#own === null) this.#tell();
      } catch (error) {
        const failure = asFailure(error);
        const isNews = this.#failure?.message !== failure.message;
        this.#failure = failure;
        if (isNews) this.#tell();
      }
    } while (this.#again);
  }

  #tell(): void {
    this.onChange();
    for (const watcher of this.#watchers) watcher.changed();
  }

  #lookOrNot(): void {
    if ((this.isWatched || this.#running) && !this.isOwn) this.#look();
    else this.#stopLooking();
  }

  #look(): void {
    if (this.#looking !== null) return;
    const refresh = () => void this.refresh();
    const clock = setInterval(refresh, lookAgain).unref();
    let files: FSWatcher | null = null;
    try {
      files = watch(this.folder, { persistent: false }, (_, name) => {
        if (name === null || name === "events.ndjson") refresh();
      });
      files.on("error", () => files?.close());
    } catch {
      // So many are watched already, or the file system does not tell: the clock does.
    }
    this.#looking = { files, clock };
    refresh();
  }

  #stopLooking(): void {
    this.#looking?.files?.close();
    clearInterval(this.#looking?.clock);
    this.#looking = null;
  }
}
