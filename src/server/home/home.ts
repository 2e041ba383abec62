import { type FSWatcher, statSync, watch } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as others } from "node:timers/promises";
import type { BisectionEvent } from "../../event/index.ts";
import { Failure } from "../../failure/failure.ts";
import type { ListEntryView } from "../../view/schema.ts";
import { FollowedBisection } from "./bisection.ts";
import { Holders } from "./holders.ts";
import { BisectionList, type Listed } from "./list.ts";

/** Milliseconds between two looks at who holds a journal. */
const heldEvery = 1000;
/** Milliseconds for which one is looked at that often though nobody holds it. */
const youngFor = 60_000;
/** Milliseconds between two looks at all folders. */
const sweepEvery = 30_000;
/** Milliseconds between two writings of the cache. */
const keepEvery = 30_000;
/** Milliseconds after which events are forgotten that nobody wants. */
const forgottenAfter = 60_000;
/** Journals kept in memory that nobody works on, at most. */
const mostIdle = 16;
/** Milliseconds between two entries of the same bisection, at least. */
const entryEvery = 500;
/** Folders that are looked at before others have their turn. */
const folderSlice = 200;
/** A name that a bisection's folder may have; whatever else comes from outside is none. */
const idPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** What the server itself knows of a bisection and no journal tells. */
export type Standing = "queued" | "paused" | null;

export interface HomeOptions {
  /** The folder with one folder a bisection. */
  readonly root: string;
  /** The file that keeps the list. */
  readonly cache: string;
  /** Version of firstbad: another one may have other words in its entries. */
  readonly tool: string;
  readonly entryOf: (
    events: readonly BisectionEvent[],
    around: { readonly running: boolean; readonly standing: Standing },
  ) => ListEntryView;
  readonly standingOf: (id: string) => Standing;
  /** Hears of journals that cannot be read. */
  readonly warn?: (id: string, failure: Failure) => void;
}

/** Bisections of a folder: all of them in a list, and those that are wanted with their events. */
export class Home {
  /** All of them. */
  readonly list: BisectionList;
  readonly #options: HomeOptions;
  readonly #holders: Holders;
  readonly #followed = new Map<string, FollowedBisection>();
  readonly #toRead = new Set<string>();
  readonly #due = new Map<string, { timer: NodeJS.Timeout | null; next: number }>();
  readonly #clocks: NodeJS.Timeout[] = [];
  #files: FSWatcher | null = null;
  #reading: Promise<void> | null = null;
  #sweeping: Promise<void> | null = null;
  #lookingAtHeld: Promise<void> | null = null;
  #closed = false;

  constructor(options: HomeOptions) {
    this.#options = options;
    this.list = new BisectionList(options.cache, options.tool);
    this.#holders = new Holders(options.root);
  }

  /** Finds all bisections. Journals that no cache knows are read afterwards: {@link unread} says how many. */
  async start(): Promise<void> {
    const { root } = this.#options;
    await mkdir(root, { recursive: true, mode: 0o700 });
    await this.#holders.start();
    await this.list.load();
    await this.sweep();
    await this.lookAtHeld();
    try {
      this.#files = watch(root, { persistent: false }, () => void this.sweep());
      this.#files.on("error", () => this.#files?.close());
    } catch {
      // The clock finds them, too.
    }
    this.#every(heldEvery, () => {
      void this.lookAtHeld();
      this.#lookAtYoung();
    });
    this.#every(sweepEvery, () => void this.sweep());
    this.#every(keepEvery, () => void this.list.keep().catch(() => {}));
    this.#every(forgottenAfter / 4, () => this.#forget());
  }

  /** Keeps the list and stops looking. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const clock of this.#clocks) clearInterval(clock);
    for (const { timer } of this.#due.values()) clearTimeout(timer ?? undefined);
    this.#files?.close();
    for (const one of this.#followed.values()) one.close();
    await this.#reading;
    await this.list.keep().catch(() => {});
  }

  /** How many journals are still to be read for the first time. */
  get unread(): number {
    return this.#toRead.size;
  }

  /** Bisections whose events are in memory. */
  get followed(): Iterable<FollowedBisection> {
    return this.#followed.values();
  }

  /** The bisection `id` with its events as they are now. Throws `bisection-not-found`, `journal-damaged`. */
  async follow(id: string): Promise<FollowedBisection> {
    let listed = this.list.get(id);
    if (listed === null && idPattern.test(id)) {
      await this.sweep();
      listed = this.list.get(id);
    }
    if (listed === null) throw notFound(id);
    const followed = this.#followed.get(id) ?? this.#begin(listed);
    followed.touch();
    if (followed.events.length === 0 || !followed.isWatched) await followed.refresh();
    if (followed.failure !== null && followed.events.length === 0) throw followed.failure;
    if (followed.events.length === 0) throw notFound(id);
    return followed;
  }

  /** This process drives `id` from now on, with these events, which grow. */
  async own(id: string, events: readonly BisectionEvent[]): Promise<FollowedBisection> {
    if (this.list.get(id) === null) await this.sweep();
    const listed = this.list.get(id);
    if (listed === null) throw notFound(id);
    const followed = this.#followed.get(id) ?? this.#begin(listed);
    followed.own(events);
    return followed;
  }

  /** What the server knows of `id` has changed. */
  standingChanged(id: string): void {
    const listed = this.list.get(id);
    if (listed === null) return;
    const followed = this.#followed.get(id);
    if (followed === undefined) this.#toReadSoon(id);
    else followed.changed();
  }

  /** Finds new folders and removed ones, and journals that have changed. */
  sweep(): Promise<void> {
    this.#sweeping ??= this.#sweep().finally(() => {
      this.#sweeping = null;
    });
    return this.#sweeping;
  }

  /** Finds out who is at work on what. */
  lookAtHeld(): Promise<void> {
    this.#lookingAtHeld ??= this.#lookAtHeld()
      .catch(() => {})
      .finally(() => {
        this.#lookingAtHeld = null;
      });
    return this.#lookingAtHeld;
  }

  #every(milliseconds: number, act: () => void): void {
    this.#clocks.push(setInterval(act, milliseconds).unref());
  }

  async #sweep(): Promise<void> {
    const found = await readdir(this.#options.root, { withFileTypes: true }).catch(() => []);
    const there = new Set<string>();
    let looked = 0;
    for (const folder of found) {
      if (!folder.isDirectory() || !idPattern.test(folder.name)) continue;
      there.add(folder.name);
      this.#lookAt(folder.name);
      if (++looked % folderSlice === 0) await others();
    }
    for (const { id } of this.list.all()) {
      if (there.has(id)) continue;
      this.list.remove(id);
      this.#holders.remove(id);
      this.#toRead.delete(id);
      this.#followed.get(id)?.close();
      this.#followed.delete(id);
    }
  }

  /** A sweep asks so little of each folder that not waiting for the disk is quicker than waiting. */
  #lookAt(id: string): void {
    const folder = join(this.#options.root, id);
    const listed = this.list.get(id) ?? this.#add(id, folder);
    const followed = this.#followed.get(id);
    // What is at work tells by itself.
    if (listed === null || followed?.running) return;
    const status = statSync(join(folder, "events.ndjson"), { throwIfNoEntry: false });
    if (status === undefined) return;
    const same = status.size === listed.size && status.mtimeMs === listed.mtime;
    if (same && listed.known) return;
    if (followed === undefined) this.#toReadSoon(id);
    else void followed.refresh();
  }

  /** Those that have no event yet, or were heard of a moment ago by somebody who has let go of them already. */
  #lookAtYoung(): void {
    const young = Date.now() - youngFor;
    for (const { id, entry, folder, mtime } of this.list.all()) {
      if (entry === null ? bornIn(folder) > young : mtime > young) this.#lookAt(id);
    }
  }

  #add(id: string, folder: string): Listed | null {
    const status = statSync(folder, { throwIfNoEntry: false });
    if (status === undefined) return null;
    this.#holders.add(id, status);
    return this.list.add(id, folder, (kept) => this.#withStanding(id, kept));
  }

  /** A kept entry was made by nobody who knew of a queue. */
  #withStanding(id: string, entry: ListEntryView | null): ListEntryView | null {
    const standing = this.#options.standingOf(id);
    if (entry === null || standing === null || entry.group === "concluded") return entry;
    return { ...entry, state: standing, group: "waiting" };
  }

  async #lookAtHeld(): Promise<void> {
    const held = await this.#holders.held(this.list.all());
    for (const id of held) {
      const listed = this.list.get(id);
      if (listed === null) continue;
      const followed = this.#followed.get(id) ?? this.#begin(listed);
      if (!followed.isOwn) followed.setRunning(true);
    }
    for (const followed of this.#followed.values()) {
      if (!held.has(followed.id) && !followed.isOwn) followed.setRunning(false);
    }
  }

  #begin(listed: Listed): FollowedBisection {
    const followed = new FollowedBisection(listed.id, listed.folder);
    this.#followed.set(listed.id, followed);
    this.#toRead.delete(listed.id);
    followed.onChange = () => this.#entrySoon(listed.id);
    return followed;
  }

  #entrySoon(id: string): void {
    if (this.#closed) return;
    const due = this.#due.get(id) ?? { timer: null, next: 0 };
    this.#due.set(id, due);
    if (due.timer !== null) return;
    const wait = Math.max(0, due.next - Date.now());
    due.timer = setTimeout(() => {
      const began = performance.now();
      due.timer = null;
      const followed = this.#followed.get(id);
      if (followed !== undefined) this.#entryOf(followed);
      // A long journal has a new entry as often as it can be afforded.
      due.next = Date.now() + Math.max(entryEvery, 20 * (performance.now() - began));
    }, wait).unref();
  }

  #entryOf(followed: FollowedBisection): void {
    const listed = this.list.get(followed.id);
    if (listed === null) return;
    const { events, running, id } = followed;
    const standing = this.#options.standingOf(id);
    const status = statSync(join(followed.folder, "events.ndjson"), { throwIfNoEntry: false });
    const entry = events.length === 0 ? null : this.#made(events, { running, standing });
    if (!running) {
      const kept = standing === null || events.length === 0 ? entry : this.#made(events, idle);
      const { size = -1, mtimeMs: mtime = -1 } = status ?? {};
      this.list.settle(id, { size, mtime, entry: kept });
    }
    this.list.show(id, entry);
  }

  #made(
    events: readonly BisectionEvent[],
    around: { readonly running: boolean; readonly standing: Standing },
  ): ListEntryView | null {
    // One journal that makes no sense must not take the list away from all others.
    try {
      return this.#options.entryOf(events, around);
    } catch (error) {
      const id = events[0]?.kind === "started" ? events[0].id : "";
      const failure = new Failure("internal", `the entry of ${id} cannot be made`, {
        cause: error,
      });
      this.#options.warn?.(id, failure);
      return null;
    }
  }

  #toReadSoon(id: string): void {
    this.#toRead.add(id);
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = null;
    });
  }

  async #readAll(): Promise<void> {
    await others();
    for (const id of this.#toRead) {
      if (this.#closed) return;
      const listed = this.list.get(id);
      if (listed !== null && !this.#followed.has(id)) {
        const once = new FollowedBisection(id, listed.folder);
        await once.refresh();
        if (once.failure !== null) this.#options.warn?.(id, once.failure);
        if (!this.#followed.has(id)) this.#entryOf(once);
      }
      this.#toRead.delete(id);
      await others();
    }
  }

  #forget(): void {
    const now = Date.now();
    const idle = [...this.#followed.values()]
      .map((one) => ({ one, idle: one.idle(now) }))
      .filter((each) => each.idle > 0)
      .sort((a, b) => b.idle - a.idle);
    for (const [n, each] of idle.entries()) {
      if (each.idle < forgottenAfter && idle.length - n <= mostIdle) continue;
      each.one.close();
      this.#followed.delete(each.one.id);
      this.#due.delete(each.one.id);
    }
  }
}

const idle = { running: false, standing: null } as const;

/** Milliseconds since 1970; 0: it is gone. */
function bornIn(folder: string): number {
  return statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function notFound(id: string): Failure {
  return new Failure("bisection-not-found", `no bisection is called ${JSON.stringify(id)}`, {
    facts: { id },
    hint: "see the list",
  });
}
