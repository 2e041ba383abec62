import { createSocket, type Socket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { type FileHandle, open, stat } from "node:fs/promises";
import { Failure } from "../../failure/failure.ts";
import { runProcess } from "../../process/run.ts";
import { hostEnvironment } from "../host-environment.ts";
import type { Board } from "./board.ts";
import { stepFailure } from "./home.ts";

/** Where a board's console comes from, while a run is watched. */
export interface ConsoleSource {
  /** Rejects with a `Failure` where nothing more can come; never resolves. */
  readonly failed: Promise<never>;
  /** Idempotent; nothing is written afterwards. */
  close(): Promise<void>;
}

/**
 * Begins to write the board's console to the file `path`, at most `limit` bytes of it. Throws
 * `machine-infrastructure` where a port cannot be listened at, and what `runProcess` throws.
 */
export function openConsole(board: Board, path: string, limit: number): Promise<ConsoleSource> {
  const { console } = board;
  return "command" in console
    ? Promise.resolve(fromProgram(board, console.command, path, limit))
    : fromNetwork(board, console.netconsole, path, limit);
}

function fromProgram(
  board: Board,
  [command = "", ...args]: readonly string[],
  path: string,
  limit: number,
): ConsoleSource {
  const stop = new AbortController();
  const ended = runProcess({
    command,
    args,
    env: hostEnvironment({ FIRSTBAD_HOST: board.host }),
    stdout: { kind: "file", path },
    stderr: { kind: "capture", limit: 64 * 1024 },
    limits: { fileBytes: limit },
    signal: stop.signal,
  });
  const failed = ended.then(async (result) => {
    // One that may write no more has been watched long enough.
    const { size } = await stat(path);
    if (stop.signal.aborted || size >= limit) return new Promise<never>(() => {});
    throw stepFailure(board, `the console's program ${command} ended`, result);
  });
  failed.catch(() => {});
  return {
    failed,
    close: async () => {
      stop.abort();
      await ended.catch(() => {});
    },
  };
}

/** What the board sends to a port of ours, as netconsole does: a datagram is a piece of text. */
async function fromNetwork(
  board: Board,
  { port, address }: { readonly port: number; readonly address: string },
  path: string,
  limit: number,
): Promise<ConsoleSource> {
  const senders = await addressesOf(board.host);
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  await listening(socket, port, address);
  const file = await open(path, "a");
  const writer = new DatagramWriter(file, limit);
  socket.on("message", (text, { address: from }) => {
    if (senders.has(from)) writer.write(text);
  });
  let closed: Promise<void> | null = null;
  return {
    failed: new Promise<never>((_, reject) => socket.once("error", reject)),
    close: () => {
      closed ??= closing(socket, writer, file);
      return closed;
    },
  };
}

async function closing(socket: Socket, writer: DatagramWriter, file: FileHandle): Promise<void> {
  socket.close();
  await writer.done();
  await file.close();
}

/** Writes one datagram after the other; those beyond the limit are dropped. */
class DatagramWriter {
  readonly #file: FileHandle;
  #left: number;
  #last: Promise<unknown> = Promise.resolve();

  constructor(file: FileHandle, limit: number) {
    this.#file = file;
    this.#left = limit;
  }

  write(text: Buffer): void {
    if (text.length > this.#left) return;
    this.#left -= text.length;
    // A full disk is found by whoever reads the console.
    this.#last = this.#last.then(() => this.#file.appendFile(text)).catch(() => {});
  }

  async done(): Promise<void> {
    await this.#last;
  }
}

/** All addresses of the board: what others send is not its console. */
async function addressesOf(host: string): Promise<ReadonlySet<string>> {
  try {
    const found = await lookup(host, { all: true });
    return new Set(found.map(({ address }) => address));
  } catch (cause) {
    throw new Failure("board-unreachable", `there is no address of ${host}`, {
      facts: { board: host },
      hint: "correct `machine.host` in the job",
      cause,
    });
  }
}

async function listening(socket: Socket, port: number, address: string): Promise<void> {
  try {
    socket.bind({ port, address, exclusive: true });
    await once(socket, "listening");
  } catch (cause) {
    socket.close();
    const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const where = `${address}, port ${port}`;
    throw new Failure("machine-infrastructure", `cannot listen for a console at ${where}: ${why}`, {
      facts: { address, port },
      hint: "another program may have the port: choose one for `machine.console.netconsole`",
      cause,
    });
  }
}
