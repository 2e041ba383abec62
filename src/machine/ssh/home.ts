import { createReadStream } from "node:fs";
import { Failure } from "../../failure/failure.ts";
import type { ProcessResult } from "../../process/process.ts";
import { runProcess } from "../../process/run.ts";
import { hostEnvironment } from "../host-environment.ts";
import { lastWords } from "../host-trouble.ts";
import { type Board, type BoardStep, boardName } from "./board.ts";
import { Connection, interrupted } from "./connection.ts";

/** Seconds for a command that only looks, and for one that does something. */
const lookSeconds = 30;
const stepSeconds = 300;

/** Makes a folder, says where, and runs what it is given as a script. */
const enter =
  "umask 077; d=$(mktemp -d /tmp/firstbad-XXXXXXXX) && echo $d && cat >$d/boot-id && exec sh $d/boot-id </dev/null";

/** Variables that a step finds in its environment. */
export type StepVariables = Readonly<Record<string, string>>;

/** A board whose own system runs: logged in, with a folder of ours there. */
export class Home {
  readonly bootId: string;
  readonly #board: Board;
  readonly #connection: Connection;
  readonly #folder: string;
  #scripts = 0;

  private constructor(board: Board, connection: Connection, folder: string, bootId: string) {
    this.#board = board;
    this.#connection = connection;
    this.#folder = folder;
    this.bootId = bootId;
  }

  /** Throws what {@link Connection.open} throws, and `board-unhealthy` where no folder or boot id is to be had. */
  static async enter(board: Board, signal: AbortSignal): Promise<Home> {
    const connection = await Connection.open(board, signal);
    try {
      const stdin = scriptText(board.bootId, {});
      const said = await connection.run({ command: enter, stdin, seconds: lookSeconds, signal });
      const [folder = "", ...rest] = said.stdout.toString("utf8").split("\n");
      // It is the board's word, and becomes a part of commands.
      if (!/^\/tmp\/firstbad-[A-Za-z0-9]{8}$/.test(folder)) {
        throw unhealthy(board, "gives no folder in /tmp", said, signal);
      }
      const bootId = rest.join("\n").trim();
      if (said.exitCode !== 0 || bootId === "") {
        throw unhealthy(
          board,
          "does not say which boot it is in (`machine.boot-id`)",
          said,
          signal,
        );
      }
      return new Home(board, connection, folder, bootId);
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  /** Throws `board-unhealthy` where the board's own check does not end with 0. */
  async checkHealth(signal: AbortSignal): Promise<void> {
    const said = await this.#script(this.#board.health, {}, stepSeconds, signal);
    if (said.exitCode !== 0) {
      throw unhealthy(this.#board, "fails its health check (`machine.health`)", said, signal);
    }
  }

  /** Copies a file of this machine to the board; its path there. Throws `machine-infrastructure`. */
  async upload(path: string, name: "kernel" | "initramfs", signal: AbortSignal): Promise<string> {
    const there = `${this.#folder}/${name}`;
    // A stream's error is told by what did not arrive, which is compared.
    const stdin = createReadStream(path);
    let bytes = 0;
    let why: string | null = null;
    stdin.on("data", (chunk) => {
      bytes += chunk.length;
    });
    stdin.on("error", (error) => {
      why = error.message;
    });
    const command = `cat >${there} && wc -c <${there}`;
    const said = await this.#connection.run({ command, stdin, seconds: stepSeconds, signal });
    stdin.destroy();
    if (signal.aborted) throw interrupted();
    if (why === null && said.exitCode === 0 && Number(said.stdout.toString("utf8")) === bytes) {
      return there;
    }
    throw stepFailure(this.#board, `the ${name} cannot be copied there`, said, why);
  }

  /** Takes a step to its end: on the board, or on this machine. How it ended is data. */
  step(step: BoardStep, variables: StepVariables, signal: AbortSignal): Promise<ProcessResult> {
    return typeof step === "string"
      ? this.#script(step, variables, stepSeconds, signal)
      : onHost(step.host, variables, signal);
  }

  /** Leaves the board as it is, but for the folder of ours where it still answers. */
  async close(): Promise<void> {
    await this.#connection.close();
  }

  /** Removes our folder there, and leaves. */
  async leave(): Promise<void> {
    const seconds = lookSeconds;
    const { signal } = new AbortController();
    await this.#connection.run({ command: `rm -rf ${this.#folder}`, seconds, signal });
    await this.close();
  }

  /**
   * Runs a script on the board. It and its variables are brought there as a file: no text of the job is
   * ever part of a command line.
   */
  #script(
    script: string,
    variables: StepVariables,
    seconds: number,
    signal: AbortSignal,
  ): Promise<ProcessResult> {
    const file = `${this.#folder}/script-${this.#scripts++}`;
    const stdin = scriptText(script, variables);
    const command = `cd ${this.#folder} && cat >${file} && exec sh ${file} </dev/null`;
    return this.#connection.run({ command, stdin, seconds, signal });
  }
}

/** The script with its variables set before; values are quoted, names are ours. Pure. */
export function scriptText(script: string, variables: StepVariables): string {
  const lines = Object.entries(variables).map(
    ([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`,
  );
  return `${lines.join("")}${script}\n`;
}

/** Runs a command of this machine that goes with a board, as the user. */
export function onHost(
  [command = "", ...args]: readonly string[],
  variables: StepVariables,
  signal: AbortSignal,
): Promise<ProcessResult> {
  return runProcess({
    command,
    args,
    env: hostEnvironment(variables),
    deadline: stepSeconds,
    signal,
  });
}

/** What a step that failed means. */
export function stepFailure(
  board: Board,
  what: string,
  result: ProcessResult,
  why: string | null = null,
): Failure {
  const said = lastWords(result);
  const reason =
    why ??
    said.at(-1)?.slice(0, 300) ??
    (result.ending === "deadline" ? "it did not end" : "no word");
  return new Failure("machine-infrastructure", `${boardName(board)}: ${what}: ${reason}`, {
    facts: { board: boardName(board), said, exitCode: result.exitCode ?? -1 },
    hint: "correct that step of `machine` in the job, or the board, then resume",
  });
}

function unhealthy(
  board: Board,
  what: string,
  result: ProcessResult,
  signal: AbortSignal,
): Failure {
  if (signal.aborted) return interrupted();
  const said = [
    ...lastWords(result),
    ...result.stdout.toString("utf8").trim().split("\n").slice(-5),
  ];
  const why = said.find((line) => line !== "");
  return new Failure(
    "board-unhealthy",
    `${boardName(board)} ${what}${why === undefined ? "" : `: ${why.slice(0, 300)}`}`,
    {
      facts: { board: boardName(board), said, exitCode: result.exitCode ?? -1 },
      hint: "look at the board, then resume",
    },
  );
}
