import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "pino";
import { Turns } from "../lab/turns.ts";
import { listEntryViewOf } from "../view/list.ts";
import { Home, type Standing } from "./home/home.ts";
import type { App } from "./http/address.ts";
import { createApp } from "./http/app.ts";
import { addPages } from "./http/pages.ts";
import { Views } from "./live/views.ts";
import { Metrics } from "./metrics.ts";
import { Pool } from "./queue/pool.ts";
import { QueueFile } from "./queue/queue-file.ts";
import { addBisection } from "./routes/bisection.ts";
import { addList } from "./routes/list.ts";
import { addMachine } from "./routes/machine.ts";
import { addMail, isMailPossible } from "./routes/mail.ts";
import { addOperation } from "./routes/operation.ts";
import { addQueue } from "./routes/queue.ts";
import { addRange } from "./routes/range.ts";
import { addResults } from "./routes/results.ts";
import { addRuns } from "./routes/runs.ts";
import { addSession } from "./routes/session.ts";
import { addSteering } from "./routes/steering.ts";
import { addSubmit } from "./routes/submit.ts";
import type { Allowed } from "./security/allowed-job.ts";
import { Gate } from "./security/gate.ts";
import { Tokens } from "./security/tokens.ts";
import { type Listening, listen, type Place } from "./serve.ts";

/** What a server is started with. */
export interface ServerOptions {
  /** The folder with one folder a bisection; of tests; of the cache; of the server's own files. */
  readonly folders: {
    readonly bisections: string;
    readonly tests: string;
    readonly cache: string;
    readonly server: string;
  };
  /** Version of firstbad. */
  readonly tool: string;
  /** The folder of the built pages. */
  readonly pages: string;
  readonly place: Place;
  /** Names of this server beside its addresses and `localhost`. */
  readonly names: readonly string[];
  /** The file of tokens; null: none are asked for. */
  readonly tokens: string | null;
  /** Bisections that are driven at once. */
  readonly atOnce: number;
  /** Builds and runs of all of them together. */
  readonly slots: { readonly builds: number; readonly runs: number };
  readonly allowed: Allowed;
  readonly log: Logger;
}

/** A server that runs. */
export interface RunningServer {
  readonly port: number;
  readonly app: App;
  /** Ends it: requests under way first. */
  close(): Promise<void>;
}

/** Starts a server: its list is there at once, journals that are not in its cache follow. Throws `listen-refused`. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { folders, log, tool } = options;
  let pool: Pool | null = null;
  const standingOf = (id: string): Standing => pool?.standingOf(id) ?? null;
  const queue = await QueueFile.open(join(folders.server, "queue.ndjson"));
  const turns = new Turns(options.slots);
  const home = new Home({
    root: folders.bisections,
    cache: join(folders.server, "list.ndjson"),
    tool,
    entryOf: (events, { running, standing }) =>
      listEntryViewOf(events, { running, ...(standing && !running && { waiting: standing }) }),
    standingOf,
    warn: (id, failure) =>
      log.warn({ id, code: failure.code, message: failure.message }, "unreadable"),
  });
  const views = new Views(home, standingOf, turns);
  const gate = new Gate(options.tokens === null ? null : new Tokens(options.tokens));
  const metrics = new Metrics(() => ({
    bisections: countsOf(home),
    queued: queue.queue.filter(({ state }) => state === "waiting").length,
    slots: turns.slots,
    watchers: watchersOf(home),
  }));
  const say = (line: string) => log.info({ line }, "told");
  const { slots, allowed } = options;
  pool = new Pool({
    ...{ home, queue, turns, slots, tool, log, atOnce: options.atOnce, folders },
    allowHost: allowed.ssh || allowed.command,
    onEvent: (event) => metrics.event(event),
  });
  const uploads = join(folders.server, "uploads");
  // Of a server that was killed.
  await rm(uploads, { recursive: true, force: true });
  await mkdir(uploads, { mode: 0o700 });
  const desk = { ...folders, uploads, slots, tool, allowed, say };
  const app = createApp({
    names: options.names,
    callerOf: (request) => gate.callerOf(request),
    answered(about) {
      metrics.answered(about);
      const { failure, ...rest } = about;
      if (failure?.code === "internal")
        log.error({ ...rest, err: failure.cause ?? failure }, "failed");
      else log.debug({ ...rest, ...(failure && { code: failure.code }) }, "answered");
    },
  });
  addList(app, home);
  addBisection(app, { home, views });
  addRange(app, { home, views });
  addRuns(app, { home, views });
  addResults(app, { home, views }, tool);
  addMail(app, { home, cache: folders.cache, tool });
  addMachine(app, { home, folders });
  addQueue(app, { pool, turns });
  addSubmit(app, { home, pool, desk });
  addSteering(app, { home, pool });
  const offers = { mail: isMailPossible(), programs: allowed.program };
  addSession(app, { gate, server: { name: "firstbad", version: tool, ...offers } });
  addOperation(app, { home, metrics, tool });
  addPages(app, options.pages);
  await home.start();
  let listening: Listening;
  try {
    listening = await listen(app, options.place);
  } catch (error) {
    await home.close();
    await queue.close();
    throw error;
  }
  pool.start();
  log.info({ ...options.place, port: listening.port, tokens: gate.asksForTokens }, "listening");
  return {
    port: listening.port,
    app,
    async close() {
      const closing = listening.close();
      await pool.close();
      await closing;
      await home.close();
      await queue.close();
      log.info("ended");
    },
  };
}

function watchersOf(home: Home): number {
  let watchers = 0;
  for (const followed of home.followed) watchers += followed.watchers;
  return watchers;
}

function countsOf(home: Home) {
  const counts = { running: 0, waiting: 0, concluded: 0 };
  for (const entry of home.list.entries()) counts[entry.group]++;
  return counts;
}
