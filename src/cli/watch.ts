import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { repositoryOf } from "../bisection/own-repository.ts";
import { type BisectionEvent, type EventOf, parseEvent } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import { describeCommit } from "../history/describe-commit.ts";
import { isHeldForWriting } from "../journal/file-journal.ts";
import { findBisection } from "../journal/store.ts";
import { paint, showText } from "../report/index.ts";
import { FollowedBisection } from "../server/home/bisection.ts";
import { queuedIn } from "../server/queue/queue-file.ts";
import type { Queued } from "../server/queue/queue-state.ts";
import type { Observer } from "../session/observer.ts";
import { exitCodeOfEnd } from "./exit.ts";
import { foldersOf } from "./folders.ts";
import { canShowWindow, liveWindow } from "./live-window.ts";
import { plainLines } from "./plain-lines.ts";
import { RemoteServer, type ServerFlags } from "./remote.ts";
import { findRemote } from "./remote-bisections.ts";
import { catchSignals } from "./signals.ts";

export interface WatchFlags extends ServerFlags {
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** Milliseconds for which a server that does not answer is asked again. */
const patience = 60_000;
/** Milliseconds between two looks at who holds the journal. */
const heldEvery = 1000;

/** Where the events of a bisection come from. */
interface Source {
  readonly id: string;
  /** Those so far, and then each as it happens, until nobody works on it any more. */
  events(signal: AbortSignal): AsyncIterable<readonly BisectionEvent[]>;
  subjectOf(commit: string, signal: AbortSignal): Promise<string>;
}

/**
 * `firstbad watch ID`: shows what happens to a bisection that another process drives, or a server, until nobody works on
 * it any more; then prints where it stands. Returns the exit code of its end; where it has none, 1 if it was stopped by
 * trouble, else 130, as where who watches has had enough, which ends nothing but the watching.
 */
export async function watch(name: string, flags: WatchFlags): Promise<number> {
  if (flags.server === undefined) return watchSource(await localSource(name), flags);
  const server = await RemoteServer.of(flags);
  return watchRemote(server, await findRemote(server, name), flags);
}

/** The same of the bisection `id` of a server. */
export async function watchRemote(
  server: RemoteServer,
  id: string,
  flags: WatchFlags,
): Promise<number> {
  return watchSource(sourceAt(server, id), flags);
}

async function watchSource(source: Source, flags: WatchFlags): Promise<number> {
  const signals = catchSignals();
  const all: BisectionEvent[] = [];
  let observer: Observer | null = null;
  signals.tell(() => {});
  try {
    for await (const some of source.events(signals.finish)) {
      if (some.length === 0) continue;
      if (observer === null) {
        all.push(...some);
        observer = observerOf(flags, all.slice(), source);
        continue;
      }
      for (const event of some) {
        all.push(event);
        await observer.event(event, all);
      }
    }
  } finally {
    await observer?.end?.();
    signals.release();
  }
  const concluded = endIn(all);
  const text = showText(all, { log: null, running: concluded === null, suspicion: null });
  process.stdout.write(paint(text, process.stdout));
  if (concluded !== null) return exitCodeOfEnd(concluded.end);
  const last = all.at(-1);
  return last?.kind === "stopped" && last.reason !== "interrupted" ? 1 : 130;
}

/** The conclusion that stands; null: there is none, or somebody opened it again. */
function endIn(events: readonly BisectionEvent[]): EventOf<"concluded"> | null {
  const last = events.findLast(({ kind }) =>
    ["concluded", "overridden", "override-undone", "runs-added", "bounds-set"].includes(kind),
  );
  return last?.kind === "concluded" ? last : null;
}

function observerOf(
  { quiet, verbose }: WatchFlags,
  earlier: readonly BisectionEvent[],
  { subjectOf }: Source,
): Observer {
  const level = quiet ? "quiet" : verbose ? "verbose" : "normal";
  if (quiet || !canShowWindow(process.stderr, process.env)) return plainLines(level, earlier);
  const slots = slotsIn(earlier);
  return liveWindow(process.stderr, level, earlier, { slots, subjectOf });
}

/** How much is done at once, as the newest session says. */
function slotsIn(events: readonly BisectionEvent[]) {
  const begun = events.findLast(({ kind }) => kind === "started" || kind === "resumed");
  const slots = begun?.kind === "started" || begun?.kind === "resumed" ? begun.slots : undefined;
  return slots ?? { builds: 1, runs: 1 };
}

async function localSource(name: string): Promise<Source> {
  const { bisections, server } = foldersOf(process.env);
  const id = await findBisection(bisections, name);
  const folder = join(bisections, id);
  const queued = () => queuedIn(join(server, "queue.ndjson"), id);
  return {
    id,
    events: (signal) => journalOf(id, folder, queued, signal),
    async subjectOf(commit, signal) {
      const repository = await repositoryOf(folder);
      return (await describeCommit(repository, commit, { culprit: false, signal })).subject;
    },
  };
}

async function* journalOf(
  id: string,
  folder: string,
  queued: () => ReturnType<typeof queuedIn>,
  signal: AbortSignal,
): AsyncGenerator<readonly BisectionEvent[]> {
  const followed = new FollowedBisection(id, folder);
  let news = Promise.withResolvers<void>();
  const unwatch = followed.watch({ changed: () => news.resolve() });
  let told = 0;
  let hasSaid = false;
  try {
    for (;;) {
      news = Promise.withResolvers();
      // In this order: what is appended after the look at who holds it is of another session.
      const isHeld = await isHeldForWriting(folder);
      await followed.refresh();
      if (followed.failure !== null) throw followed.failure;
      yield followed.events.slice(told);
      told = followed.events.length;
      if (signal.aborted) return;
      if (!isHeld) {
        const waits = await queued();
        if (waits === null) return;
        const isComing = waits.isServed && waits.state !== "paused";
        if (!isComing || (waits.state === "waiting" && !hasSaid)) {
          process.stderr.write(`${id} ${standingText(waits)}\n`);
          hasSaid = true;
        }
        if (!isComing) return;
      }
      const tick = new AbortController();
      const or = AbortSignal.any([tick.signal, signal]);
      await Promise.race([news.promise, pass(heldEvery, null, { signal: or }).catch(() => null)]);
      tick.abort();
    }
  } finally {
    unwatch();
    followed.close();
  }
}

/** Why nobody works on what a queue of this machine has, and what can be done. */
function standingText({ state, isServed }: { state: Queued["state"]; isServed: boolean }): string {
  if (state === "paused") return "is paused; its page lets it go on, and so does `firstbad resume`";
  return isServed
    ? "waits in the queue of this machine's server"
    : "is in the queue of a server that does not run; `firstbad serve` starts it, and `firstbad resume` goes on without";
}

function sourceAt(server: RemoteServer, id: string): Source {
  const path = `/api/bisections/${id}`;
  return {
    id,
    events: (signal) => streamOf(server, path, signal),
    async subjectOf(commit) {
      const { subject } = (await server.get(`${path}/commits/${commit}`)) as { subject?: string };
      return subject ?? "";
    },
  };
}

/** Events of a server, over breaks of the connection, until the bisection is at its end or nobody drives it. */
async function* streamOf(
  server: RemoteServer,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<readonly BisectionEvent[]> {
  const earlier = (await server.lines(`${path}/events?follow=0`)).map((line) =>
    parseEvent(JSON.parse(line)),
  );
  yield earlier;
  let last = earlier.at(-1);
  let brokenSince: number | null = null;
  if (isLast(last) && (await isOver(server, path))) return;
  while (!signal.aborted) {
    try {
      const lastId = last === undefined ? null : String(last.seq);
      for await (const { data } of server.stream(`${path}/events?follow=1`, lastId, signal)) {
        brokenSince = null;
        last = parseEvent(JSON.parse(data));
        yield [last];
        if (isLast(last) && (await isOver(server, path))) return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Failure) || error.code !== "server-unreachable") throw error;
      brokenSince ??= Date.now();
      if (Date.now() - brokenSince > patience) throw error;
    }
    await pass(1000, null, { signal }).catch(() => null);
  }
}

/** Whether a session may have ended with this event. */
function isLast(event: BisectionEvent | undefined): boolean {
  return event?.kind === "concluded" || event?.kind === "stopped";
}

/** Whether nobody works on it, nor will of itself. */
async function isOver(server: RemoteServer, path: string): Promise<boolean> {
  // A session that has appended its last event lets go of the journal a moment later.
  for (let look = 0; look < 10; look++) {
    const { view } = (await server.get(path)) as {
      view?: { head?: { state?: string; running?: boolean } };
    };
    const { state, running } = view?.head ?? {};
    if (running !== true) return state !== "queued";
    await pass(500);
  }
  return false;
}
