import type { ListEntryView } from "../../view/schema.ts";
import { type CachedEntry, readListCache, writeListCache } from "./list-cache.ts";

/** Changes of the list that are remembered, at least. */
const mostRecent = 2000;

/** One bisection in the list. */
export interface Listed {
  readonly id: string;
  readonly folder: string;
  /** Bytes of the journal that was read, and when it was written, in milliseconds since 1970; -1: there was none. */
  readonly size: number;
  readonly mtime: number;
  /** Whether these two are of a journal that was read. */
  readonly known: boolean;
  /** As it is now; null: nothing to show yet. */
  readonly entry: ListEntryView | null;
}

interface Row extends Listed {
  size: number;
  mtime: number;
  known: boolean;
  entry: ListEntryView | null;
  /** As it is where nobody works on it: what is kept. */
  kept: ListEntryView | null;
  /** The number of its newest change. */
  changed: number;
}

/** All bisections of a folder, an entry each, and what has changed of them. Kept in a file from one server to the next. */
export class BisectionList {
  readonly #path: string;
  readonly #tool: string;
  readonly #rows = new Map<string, Row>();
  readonly #listeners = new Set<() => void>();
  /** Numbers changes of the list; those of a later server are greater, as long as there is less than one a millisecond. */
  #changes = Date.now();
  /** The newest changes, oldest first. */
  readonly #recent: { readonly id: string; readonly change: number }[] = [];
  /** What the file had of bisections that are not in the list yet. */
  #cached = new Map<string, CachedEntry>();
  #isKept = true;

  /** Kept in the file `path`, which another version than `tool` of firstbad has no use for. */
  constructor(path: string, tool: string) {
    this.#path = path;
    this.#tool = tool;
  }

  /** Reads what was kept, for those that will be added. */
  async load(): Promise<void> {
    this.#cached = await readListCache(this.#path, this.#tool);
  }

  /** Writes what is to be kept, if that has changed. */
  async keep(): Promise<void> {
    if (this.#isKept) return;
    this.#isKept = true;
    const kept = new Map<string, CachedEntry>();
    for (const { id, size, mtime, kept: entry, known } of this.#rows.values()) {
      if (known) kept.set(id, { size, mtime, entry });
    }
    await writeListCache(this.#path, this.#tool, kept);
  }

  get(id: string): Listed | null {
    return this.#rows.get(id) ?? null;
  }

  all(): Iterable<Listed> {
    return this.#rows.values();
  }

  /** Entries of all bisections that have begun. */
  *entries(): Iterable<ListEntryView> {
    for (const { entry } of this.#rows.values()) if (entry !== null) yield entry;
  }

  /** One more; `shown` makes of what was kept of it what is shown. */
  add(
    id: string,
    folder: string,
    shown: (kept: ListEntryView | null) => ListEntryView | null,
  ): Listed {
    const cached = this.#cached.get(id);
    this.#cached.delete(id);
    const { size = -1, mtime = -1, entry: kept = null } = cached ?? {};
    const known = cached !== undefined;
    const row = { id, folder, size, mtime, known, entry: shown(kept), kept, changed: 0 };
    this.#rows.set(id, row);
    return row;
  }

  remove(id: string): void {
    this.#rows.delete(id);
    this.#isKept = false;
  }

  /** It is shown as `entry` from now on; who listens is told where that is news. */
  show(id: string, entry: ListEntryView | null): void {
    const row = this.#rows.get(id);
    if (row === undefined) return;
    const isNews = JSON.stringify(entry) !== JSON.stringify(row.entry);
    row.entry = entry;
    if (!isNews || entry === null) return;
    row.changed = ++this.#changes;
    this.#recent.push({ id, change: row.changed });
    if (this.#recent.length > 2 * mostRecent) this.#recent.splice(0, mostRecent);
    for (const listener of this.#listeners) listener();
  }

  /** Its journal was read, and nobody works on it. */
  settle(id: string, { size, mtime, entry }: CachedEntry): void {
    const row = this.#rows.get(id);
    if (row === undefined) return;
    Object.assign(row, { size, mtime, kept: entry, known: true });
    this.#isKept = false;
  }

  /** The number of the newest change. */
  get newest(): number {
    return this.#changes;
  }

  /** The entries that have changed since the change `after`, in the order of their newest change. */
  changedSince(after: number): { readonly change: number; readonly entry: ListEntryView }[] {
    const [oldest] = this.#recent;
    // Somebody who was away for long is told of whatever has changed since this server began.
    const ids =
      oldest === undefined || oldest.change <= after + 1
        ? this.#recent.slice(this.#recent.findLastIndex(({ change }) => change <= after) + 1)
        : [...this.#rows.values()].map(({ id, changed: change }) => ({ id, change }));
    const changed = [];
    for (const { id, change } of ids) {
      const row = this.#rows.get(id);
      if (row?.entry == null || row.changed !== change || change <= after) continue;
      changed.push({ change, entry: row.entry });
    }
    return changed.sort((a, b) => a.change - b.change);
  }

  /** Calls `listener` whenever the list has changed until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
