import { randomBytes } from "node:crypto";
import type { FollowedBisection } from "../home/bisection.ts";
import { messageBytes } from "../http/feed.ts";

/** Milliseconds between two views of one bisection, at least. */
const viewEvery = 40;
/** A view that takes long to make is made so much less often: a fifth of the time at most goes into it. */
const share = 4;

/** What a view is made of: top-level parts, each of which changes by itself. */
export type Parts = object;

/** Makes the view of a bisection as it is now, and the number of the newest event in it. */
export type MakeView = (followed: FollowedBisection) => {
  readonly seq: number;
  readonly view: Parts;
};

/**
 * The view of one bisection for all who look at it: made once for each state, made bytes once, and of every part it is
 * known since when it is as it is. So what any watcher lacks is found without keeping earlier views.
 */
export class SharedView {
  readonly #followed: FollowedBisection;
  readonly #make: MakeView;
  readonly #watchers = new Set<() => void>();
  /** Numbers of another server process, or of another time that this bisection was followed, mean nothing here. */
  readonly #epoch = randomBytes(6).toString("hex");
  readonly #parts = new Map<string, { readonly text: string; readonly since: number }>();
  readonly #messages = new Map<number, Uint8Array>();
  /** What the newest view was made of. */
  #of: { readonly events: unknown; readonly count: number; readonly running: boolean } = {
    events: null,
    count: -1,
    running: false,
  };
  #version = 0;
  #seq = -1;
  #stale = true;
  #next = 0;
  #timer: NodeJS.Timeout | null = null;
  #unwatch: (() => void) | null = null;

  constructor(followed: FollowedBisection, make: MakeView) {
    this.#followed = followed;
    this.#make = make;
  }

  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  /** The whole view with its number, as JSON. */
  whole(): string {
    this.#bring();
    const parts = [...this.#parts].map(([name, { text }]) => `${JSON.stringify(name)}:${text}`);
    return `{"seq":${this.#seq},"view":{${parts.join(",")}}}`;
  }

  /** It is not as it was, though no event says so. */
  changed(): void {
    this.#stale = true;
    this.#tellSoon();
  }

  /** Calls `wake` whenever there is another view until the returned function is called. */
  watch(wake: () => void): () => void {
    this.#watchers.add(wake);
    this.#unwatch ??= this.#followed.watch({ changed: () => this.changed() });
    return () => {
      this.#watchers.delete(wake);
      if (this.#watchers.size > 0) return;
      this.#unwatch?.();
      this.#unwatch = null;
      clearTimeout(this.#timer ?? undefined);
      this.#timer = null;
    };
  }

  /** The version that the id of a message names; null: it is none of these, and everything has to be sent. */
  versionOf(id: string | null): number | null {
    const [epoch, version = ""] = id?.split("-") ?? [];
    const number = epoch === this.#epoch ? Number.parseInt(version, 10) : Number.NaN;
    return number >= 0 && number <= this.#version ? number : null;
  }

  /** The message that takes a watcher from `version` (null: nothing) to what is now; null: there is nothing new. */
  messageSince(
    version: number | null,
  ): { readonly version: number; readonly bytes: Uint8Array } | null {
    // While a timer runs, what there is has been made a moment ago.
    if (this.#timer === null || this.#version === 0) this.#bring();
    const from = version ?? 0;
    if (from === this.#version) return null;
    let bytes = this.#messages.get(from);
    if (bytes === undefined) {
      const parts = [...this.#parts]
        .filter(([, { since }]) => since > from)
        .map(([name, part]) => `${JSON.stringify(name)}:${part.text}`);
      const data = `{"seq":${this.#seq},"parts":{${parts.join(",")}}}`;
      bytes = messageBytes({ id: `${this.#epoch}-${this.#version}`, event: "view", data });
      this.#messages.set(from, bytes);
    }
    return { version: this.#version, bytes };
  }

  #tellSoon(): void {
    if (this.#timer !== null || this.#watchers.size === 0) return;
    const wait = Math.max(0, this.#next - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#bring();
      for (const wake of this.#watchers) wake();
    }, wait).unref();
  }

  #bring(): void {
    const { events, running } = this.#followed;
    const isSame =
      events === this.#of.events &&
      events.length === this.#of.count &&
      running === this.#of.running;
    if (!this.#stale && isSame) return;
    this.#of = { events, count: events.length, running };
    const began = performance.now();
    const { seq, view } = this.#make(this.#followed);
    this.#stale = false;
    this.#seq = seq;
    const version = this.#version + 1;
    let isNew = false;
    for (const [name, value] of Object.entries(view)) {
      const text = JSON.stringify(value) ?? "null";
      if (this.#parts.get(name)?.text === text) continue;
      this.#parts.set(name, { text, since: version });
      isNew = true;
    }
    if (isNew) {
      this.#version = version;
      this.#messages.clear();
    }
    const cost = performance.now() - began;
    this.#next = performance.now() + Math.max(viewEvery, share * cost);
  }
}
