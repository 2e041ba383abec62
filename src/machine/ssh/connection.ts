import { access, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { Failure } from "../../failure/failure.ts";
import type { ProcessResult } from "../../process/process.ts";
import { runProcess } from "../../process/run.ts";
import type { Board } from "./board.ts";
import { boardAlias, sshConfig } from "./ssh-config.ts";
import { sshFailure } from "./ssh-failure.ts";

/** Milliseconds between two looks for the control socket. */
const lookEvery = 20;
/** Seconds for connecting and logging in. */
const loginSeconds = 20;
/** Bytes of a command's output that are kept. */
const outputLimit = 64 * 1024;

/** A command for the board. */
export interface RemoteCommand {
  /** For the shell of the board's user: a text of ours, never one with something of others in it. */
  readonly command: string;
  readonly stdin?: Readable | string;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** A board that was logged in to; all commands go over the one connection. */
export class Connection {
  readonly #folder: string;
  readonly #stop: AbortController;
  readonly #ended: Promise<ProcessResult>;

  private constructor(folder: string, stop: AbortController, ended: Promise<ProcessResult>) {
    this.#folder = folder;
    this.#stop = stop;
    this.#ended = ended;
  }

  /**
   * Connects and logs in, at once or not at all. Throws `board-unreachable`, `host-key-refused`,
   * `login-refused`, `tool-missing` without ssh, `file-not-readable` for a key that is not there, and
   * `interrupted`.
   */
  static async open(board: Board, signal: AbortSignal): Promise<Connection> {
    const folder = await sshFolder(board);
    const stop = new AbortController();
    const ended = runProcess({
      command: "ssh",
      args: [...argumentsIn(folder), "-o", "ControlMaster=yes", "-N", "--", boardAlias],
      env: environment(folder),
      signal: AbortSignal.any([signal, stop.signal]),
      stdout: { kind: "discard" },
      stderr: { kind: "capture", limit: outputLimit },
    });
    const connection = new Connection(folder, stop, ended);
    try {
      await connection.#loggedIn(board, signal);
      return connection;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  /** Runs a command of the board's to its end, as `runProcess` does; 255 where the connection is lost. */
  run({ command, stdin, seconds, signal }: RemoteCommand): Promise<ProcessResult> {
    return runProcess({
      command: "ssh",
      args: [...argumentsIn(this.#folder), "-o", "ControlMaster=no", "--", boardAlias, command],
      env: environment(this.#folder),
      ...(stdin !== undefined && { stdin }),
      stdout: { kind: "capture", limit: outputLimit },
      stderr: { kind: "capture", limit: outputLimit },
      deadline: seconds,
      signal,
    });
  }

  /** Ends it, and leaves nothing of it on this machine. Idempotent. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#ended.catch(() => {});
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** The socket for further commands is made when the login has succeeded. */
  async #loggedIn(board: Board, signal: AbortSignal): Promise<void> {
    const until = performance.now() + loginSeconds * 1000;
    let ended: ProcessResult | null = null;
    const watching = this.#ended.then((result) => {
      ended = result;
    });
    watching.catch(() => {});
    for (;;) {
      if (signal.aborted) throw interrupted();
      // Rejects where ssh could not even be started.
      if (ended !== null) throw sshFailure(board, (ended as ProcessResult).stderr.toString("utf8"));
      if (await exists(controlSocket(this.#folder))) return;
      if (performance.now() > until) throw sshFailure(board, "the login takes too long");
      await Promise.race([watching, delay(lookEvery)]);
    }
  }
}

/** A folder of its own with the config, and links to the key and the known hosts. */
async function sshFolder(board: Board): Promise<string> {
  const { key, knownHosts } = board;
  for (const path of [key, knownHosts]) await refuseUnreadable(path);
  const folder = await mkdtemp(join(tmpdir(), "firstbad-ssh-"));
  const files = { key: join(folder, "key"), knownHosts: join(folder, "known-hosts") };
  await symlink(key, files.key);
  await symlink(knownHosts, files.knownHosts);
  await writeFile(join(folder, "config"), sshConfig(board, files), { mode: 0o600 });
  return folder;
}

async function refuseUnreadable(path: string): Promise<void> {
  await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new Failure("file-not-readable", `cannot read ${path}: ${cause.code}`, {
      facts: { path },
      hint: "correct `machine.key` or `machine.known-hosts` in the job",
      cause,
    });
  });
}

function controlSocket(folder: string): string {
  return join(folder, "control");
}

function argumentsIn(folder: string): string[] {
  return ["-F", join(folder, "config"), "-S", controlSocket(folder)];
}

/** No agent, no display, and a home without settings. */
function environment(folder: string): Record<string, string> {
  return { HOME: folder, LC_ALL: "C" };
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

export function interrupted(): Failure {
  return new Failure("interrupted", "interrupted while a board was used", { hint: "resume" });
}
