import { readFile } from "node:fs/promises";
import { Failure, type FailureCode, failureCodes } from "../failure/failure.ts";

/** Which server is asked, as whom. */
export interface ServerFlags {
  /** Its address: http://HOST:PORT. */
  readonly server?: string;
  /** The file that has a token. */
  readonly tokenFile?: string;
}

/** One message of an event stream. */
export interface StreamMessage {
  readonly id: string | null;
  readonly event: string | null;
  readonly data: string;
}

/** Longest message of a stream, in characters. */
const longestMessage = 64 * 1024 * 1024;

/** A server of bisections. Whatever goes wrong is a `Failure`: the server's own, or `server-unreachable`, `server-invalid`. */
export class RemoteServer {
  readonly #url: string;
  readonly #token: string | null;

  private constructor(url: string, token: string | null) {
    this.#url = url;
    this.#token = token;
  }

  /** The server that the flags name, with the token of their file, or of FIRSTBAD_TOKEN. */
  static async of({ server = "", tokenFile }: ServerFlags): Promise<RemoteServer> {
    const url = URL.parse(server);
    if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "") {
      throw new Failure("server-invalid", `${JSON.stringify(server)} is no address of a server`, {
        facts: { server },
        hint: "expected http://HOST:PORT or https://HOST; a token goes into a file: --token-file",
      });
    }
    return new RemoteServer(url.href.replace(/\/+$/, ""), await tokenOf(tokenFile));
  }

  /** Where the pages of a bisection are. */
  pageOf(id: string): string {
    return `${this.#url}/bisections/${id}`;
  }

  async get(path: string): Promise<unknown> {
    return jsonOf(await this.#ask(path, {}));
  }

  /** The whole lines of a text. */
  async lines(path: string): Promise<string[]> {
    return (await this.text(path)).split("\n").slice(0, -1);
  }

  async text(path: string): Promise<string> {
    return (await this.#ask(path, {})).text();
  }

  async post(path: string, body: unknown): Promise<unknown> {
    const headers = { "content-type": "application/json" };
    return jsonOf(await this.#ask(path, { method: "POST", body: JSON.stringify(body), headers }));
  }

  /** The messages of a stream from the one after `lastId` on, until it ends or breaks off. */
  async *stream(
    path: string,
    lastId: string | null,
    signal: AbortSignal,
  ): AsyncGenerator<StreamMessage> {
    const headers = {
      accept: "text/event-stream",
      ...(lastId !== null && { "last-event-id": lastId }),
    };
    const { body } = await this.#ask(path, { headers, signal });
    if (body === null) return;
    const decoder = new TextDecoder();
    let text = "";
    try {
      for await (const bytes of body) {
        text += decoder.decode(bytes, { stream: true });
        if (text.length > longestMessage) throw invalid(this.#url, "a message without an end");
        for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
          const message = messageIn(text.slice(0, end));
          text = text.slice(end + 2);
          if (message !== null) yield message;
        }
      }
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw unreachable(this.#url, error);
    }
  }

  async #ask(path: string, init: RequestInit): Promise<Response> {
    const headers = {
      ...init.headers,
      ...(this.#token !== null && { authorization: `Bearer ${this.#token}` }),
    };
    let response: Response;
    try {
      response = await fetch(this.#url + path, { ...init, headers, redirect: "error" });
    } catch (error) {
      throw unreachable(this.#url, error);
    }
    if (response.ok) return response;
    throw await failureIn(response, this.#url);
  }
}

async function tokenOf(path: string | undefined): Promise<string | null> {
  if (path === undefined) return process.env.FIRSTBAD_TOKEN || null;
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (cause) {
    throw new Failure("file-not-readable", `cannot read the token in ${path}`, {
      facts: { path },
      hint: "name a file that has the token alone",
      cause,
    });
  }
}

function messageIn(text: string): StreamMessage | null {
  const lines = text.split("\n");
  const field = (name: string) =>
    lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? null;
  const data = field("data");
  return data === null ? null : { id: field("id"), event: field("event"), data };
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    throw invalid(response.url, "its answer is no JSON");
  }
}

/** What the server says itself, as if it had been said here. */
async function failureIn(response: Response, url: string): Promise<Failure> {
  const body = (await response.json().catch(() => null)) as {
    error?: { code?: unknown; message?: unknown; hint?: unknown };
  } | null;
  const { code, message, hint } = body?.error ?? {};
  if (typeof code !== "string" || typeof message !== "string") {
    return invalid(url, `it answers with ${response.status}`);
  }
  const known: FailureCode = Object.hasOwn(failureCodes, code)
    ? (code as FailureCode)
    : "server-invalid";
  return new Failure(known, message, typeof hint === "string" ? { hint } : {});
}

function invalid(url: string, why: string): Failure {
  return new Failure("server-invalid", `${url} is no server of bisections: ${why}`, {
    facts: { url },
    hint: "--server takes the address that `firstbad serve` prints",
  });
}

function unreachable(url: string, cause: unknown): Failure {
  const { code, message = "" } = ((cause as Error)?.cause ?? cause ?? {}) as {
    code?: string;
    message?: string;
  };
  return new Failure("server-unreachable", `${url} does not answer: ${code ?? message}`, {
    facts: { url },
    hint: "see whether `firstbad serve` runs there, and whether this machine reaches it",
    cause,
  });
}
