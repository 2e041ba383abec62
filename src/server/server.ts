import { join } from "node:path";
import type { Logger } from "pino";
import { listEntryViewOf } from "../view/list.ts";
import { Home, type Standing } from "./home/home.ts";
import type { App } from "./http/address.ts";
import { createApp } from "./http/app.ts";
import { addPages } from "./http/pages.ts";
import { Views } from "./live/views.ts";
import { Metrics } from "./metrics.ts";
import { addBisection } from "./routes/bisection.ts";
import { addConsoles } from "./routes/consoles.ts";
import { addList } from "./routes/list.ts";
import { addOperation } from "./routes/operation.ts";
import { addSession } from "./routes/session.ts";
import { Gate } from "./security/gate.ts";
import { Tokens } from "./security/tokens.ts";
import { type Listening, listen, type Place } from "./serve.ts";

/** What a server is started with. */
export interface ServerOptions {
  /** The folder with one folder a bisection; that of the cache; that of the server's own files. */
  readonly folders: {
    readonly bisections: string;
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
  const standingOf = (_: string): Standing => null;
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
  const views = new Views(home, standingOf);
  const gate = new Gate(options.tokens === null ? null : new Tokens(options.tokens));
  const metrics = new Metrics(() => ({
    bisections: countsOf(home),
    queued: 0,
    slots: { builds: { of: 0, busy: 0 }, runs: { of: 0, busy: 0 } },
    watchers: 0,
  }));
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
  addConsoles(app, { home, views });
  addSession(app, { gate, server: { name: "firstbad", version: tool, mail: false } });
  addOperation(app, { home, metrics, tool });
  addPages(app, options.pages);
  await home.start();
  let listening: Listening;
  try {
    listening = await listen(app, options.place);
  } catch (error) {
    await home.close();
    throw error;
  }
  log.info({ ...options.place, port: listening.port, tokens: gate.asksForTokens }, "listening");
  return {
    port: listening.port,
    app,
    async close() {
      await listening.close();
      await home.close();
      log.info("ended");
    },
  };
}

function countsOf(home: Home) {
  const counts = { running: 0, waiting: 0, concluded: 0 };
  for (const { entry } of home.entries()) counts[entry.group]++;
  return counts;
}
