import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createLog } from "../../src/server/log.ts";
import { type RunningServer, type ServerOptions, startServer } from "../../src/server/server.ts";

/** A folder for a home of firstbad's. */
export function newHome(): string {
  return mkdtempSync(join(tmpdir(), "firstbad-server-"));
}

export interface Started {
  readonly home: string;
  readonly server: RunningServer;
  readonly url: string;
  /** Asks for a path; relative to the server. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects by looking into it
  json(path: string, init?: RequestInit): Promise<any>;
}

/** A server for a test, which ends with it. */
export async function started(
  home = newHome(),
  more: Partial<ServerOptions> = {},
): Promise<Started> {
  const server = await startServer({
    folders: {
      bisections: join(home, "bisections"),
      tests: join(home, "tests"),
      cache: join(home, "cache"),
      server: join(home, "server"),
    },
    tool: "0.0.0",
    pages: join(home, "pages"),
    place: { host: "127.0.0.1", port: 0 },
    names: [],
    tokens: null,
    atOnce: 2,
    slots: { builds: 1, runs: 2 },
    allowed: { repos: [], files: [], anyRepo: false, program: false, command: false, ssh: false },
    log: createLog("silent"),
    ...more,
  });
  onTestFinished(() => server.close());
  const url = `http://127.0.0.1:${server.port}`;
  const ask = (path: string, init?: RequestInit) => fetch(url + path, init);
  return { home, server, url, ask, json: async (path, init) => (await ask(path, init)).json() };
}

/** A message of an event stream. */
export interface Message {
  readonly id: string | null;
  readonly event: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly data: any;
}

/** Reads messages of an event stream, one after the other. */
export class Messages {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = "";

  constructor(response: Response) {
    if (response.body === null) throw new Error("no body");
    this.#reader = response.body.getReader();
  }

  /** The next one; null: the stream has ended. */
  async next(): Promise<Message | null> {
    for (;;) {
      const end = this.#text.indexOf("\n\n");
      if (end < 0) {
        const { value, done } = await this.#reader.read();
        if (done) return null;
        this.#text += this.#decoder.decode(value, { stream: true });
        continue;
      }
      const lines = this.#text.slice(0, end).split("\n");
      this.#text = this.#text.slice(end + 2);
      const field = (name: string) =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? null;
      const data = field("data");
      if (data !== null) return { id: field("id"), event: field("event"), data: JSON.parse(data) };
    }
  }

  close(): Promise<void> {
    return this.#reader.cancel();
  }
}
