import { randomBytes } from "node:crypto";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import type { ProcessResult } from "../../process/process.ts";
import { kernelWords } from "../kernel-words.ts";
import type { Machine, MachineEnding, MachineResult, MachineRun } from "../machine.ts";
import { type ConsoleBounds, consoleBoundsOf, type Guest, watchedRun } from "../watched-run.ts";
import type { Board } from "./board.ts";
import { openConsole } from "./board-console.ts";
import { interrupted } from "./connection.ts";
import { type Home, type StepVariables, stepFailure } from "./home.ts";
import { withBoard } from "./lease.ts";
import { bootOf, cyclePower, notRebooted, readyHome, rebooted } from "./ready-home.ts";

export interface SshOptions extends ConsoleBounds {
  readonly board: Board;
  /** What `ARCH=` names. */
  readonly arch: string;
}

/**
 * A real board, or host, that is rebooted into each kernel with our initramfs, and afterwards back into its
 * own system, in which it is reached with ssh. One run at a time, whoever else on this host wants it.
 *
 * The deadline counts from the reboot; getting the board ready before, and back afterwards, has `board.back`.
 * A board that does not come back is given a power cycle. Throws `board-unreachable`, `board-unhealthy`,
 * `host-key-refused`, `login-refused`, `machine-infrastructure`, `interrupted`, `disk-full`: never evidence.
 */
export function createSshMachine(options: SshOptions): Machine {
  return {
    type: "ssh",
    atOnce: 1,
    note: async () => null,
    commandLine: async () => ["ssh", "-p", `${options.board.port}`, "--", loginOf(options.board)],
    process: async () => null,
    run: (request, signal) =>
      withBoard(options.board, signal, () => runOnBoard(options, request, signal)),
    close: async () => {},
  };
}

function loginOf({ user, host }: Board): string {
  return `${user}@${host}`;
}

/** Endings after which a board restarts, as it was told to; after others nobody waits for that. */
const restartsByItself: ReadonlySet<MachineEnding> = new Set(["clean", "crashed"]);

async function runOnBoard(
  options: SshOptions,
  request: MachineRun,
  signal: AbortSignal,
): Promise<MachineResult> {
  const { board } = options;
  const { home } = await readyHome(board, { since: null, cycle: false }, signal);
  const guest = new BoardGuest(options, request, home);
  try {
    await guest.install(signal);
    const result = await watchedRun(guest, options, signal);
    const { home: after, cycled } = await readyHome(
      board,
      { since: home.bootId, cycle: !guest.isBack && !restartsByItself.has(result.ending) },
      signal,
    );
    await after.leave();
    // It said that it would go down, and did not.
    return cycled && result.ending === "clean" ? { ...result, ending: "hung" } : result;
  } catch (error) {
    // What runs there now is not known, and nobody would wait for it.
    if (guest.isRebooted && board.powerCycle !== undefined) {
      await cyclePower(board, new AbortController().signal).catch(() => {});
    }
    throw error;
  } finally {
    await home.close();
  }
}

/** A kernel on the board, from its installation until it is not watched any more. */
class BoardGuest implements Guest {
  readonly console: string;
  readonly token = randomBytes(8).toString("hex");
  readonly #options: SshOptions;
  readonly #request: MachineRun;
  readonly #home: Home;
  #isRebooted = false;
  #isBack = false;

  constructor(options: SshOptions, request: MachineRun, home: Home) {
    this.console = request.console;
    this.#options = options;
    this.#request = request;
    this.#home = home;
  }

  /** Whether the board was told to boot the kernel. */
  get isRebooted(): boolean {
    return this.#isRebooted;
  }

  /** Whether the board's own system was seen to run again. */
  get isBack(): boolean {
    return this.#isBack;
  }

  /** Brings the kernel to the board, or tells this machine to, and makes it the next to be booted. */
  async install(signal: AbortSignal): Promise<void> {
    const { board } = this.#options;
    const { image, initramfs } = this.#request;
    const here = typeof board.install !== "string";
    const variables: StepVariables = {
      ...this.#variables(),
      FIRSTBAD_KERNEL: here ? image : await this.#home.upload(image, "kernel", signal),
      FIRSTBAD_INITRAMFS: here
        ? initramfs
        : await this.#home.upload(initramfs, "initramfs", signal),
    };
    const result = await this.#home.step(board.install, variables, signal);
    if (signal.aborted) throw interrupted();
    if (result.exitCode !== 0) throw stepFailure(board, "the kernel cannot be installed", result);
  }

  /** Reboots the board and waits until its own system is back, the deadline has passed, or `signal` fires. */
  async start(signal: AbortSignal): Promise<ProcessResult> {
    const { board, ...bounds } = this.#options;
    const { consoleLimit, cap } = consoleBoundsOf(bounds);
    const source = await openConsole(board, this.console, 2 * (consoleLimit + cap.tail));
    const began = performance.now();
    const over = new AbortController();
    const watching = AbortSignal.any([signal, over.signal]);
    try {
      const ending = await Promise.race([
        this.#rebootAndWait(watching).then(() => (signal.aborted ? "aborted" : "exited")),
        delay(this.#request.deadline * 1000, "deadline", { signal: watching }).catch(
          () => "aborted",
        ),
        source.failed,
      ]);
      over.abort();
      if (ending === "deadline" && (await bootOf(board, signal)) === this.#home.bootId) {
        throw notRebooted(board);
      }
      return ended(ending as ProcessResult["ending"], (performance.now() - began) / 1000);
    } finally {
      over.abort();
      await source.close();
    }
  }

  refuseHostTrouble(): void {}

  async #rebootAndWait(signal: AbortSignal): Promise<void> {
    const { board } = this.#options;
    this.#isRebooted = true;
    const result = await this.#home.step(board.reboot, this.#variables(), signal);
    // A board that goes down at once takes the connection with it, which is 255.
    const went = result.exitCode === 0 || result.exitCode === 255 || result.ending !== "exited";
    if (!went) throw stepFailure(board, "it cannot be rebooted", result);
    await this.#home.close();
    await rebooted(board, this.#home.bootId, signal);
    if (!signal.aborted) this.#isBack = true;
  }

  #variables(): StepVariables {
    const { board, arch } = this.#options;
    const network = "netconsole" in board.console;
    return {
      FIRSTBAD_ARCH: arch,
      FIRSTBAD_HOST: board.host,
      FIRSTBAD_CMDLINE: kernelWords(this.#request, [
        ...["FIRSTBAD_END=restart", `FIRSTBAD_RUN=${this.token}`],
        // Only what the kernel prints goes over the network, and its lines are to begin with our words.
        ...(network ? ["printk.time=0", "printk.devkmsg=on", "FIRSTBAD_SAY=kmsg"] : []),
      ]),
    };
  }
}

function ended(ending: ProcessResult["ending"], seconds: number): ProcessResult {
  const nothing = Buffer.alloc(0);
  return {
    exitCode: null,
    killedBy: null,
    ending,
    seconds,
    stdout: nothing,
    stderr: nothing,
    truncated: false,
    outOfMemory: false,
  };
}
