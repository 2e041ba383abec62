import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { Failure } from "../../failure/failure.ts";
import { type Board, boardName } from "./board.ts";
import { interrupted } from "./connection.ts";
import { Home, onHost, stepFailure } from "./home.ts";

/** Milliseconds between two tries to reach a board. */
const tryEvery = 500;
/** Seconds in which a board that nothing was done to must answer. */
const firstAnswer = 10;

/** What a cycle of its power may cure. */
const curable: readonly string[] = ["board-unreachable", "board-unhealthy"];

/** A board whose own system runs and is healthy, and whether its power had to be cycled for that. */
export interface Ready {
  readonly home: Home;
  readonly cycled: boolean;
}

/**
 * Waits until the board's own system runs and is healthy. `since`: the boot that it has to have left; null
 * where it may be in any. `cycle`: its power is cycled first, where there is a command for that; else only
 * where nothing else helps, and once.
 *
 * Throws `board-unreachable`, `board-unhealthy`, `host-key-refused`, `login-refused`, `interrupted`, and
 * `machine-infrastructure` where the power cannot be cycled.
 */
export async function readyHome(
  board: Board,
  { since, cycle }: { readonly since: string | null; readonly cycle: boolean },
  signal: AbortSignal,
): Promise<Ready> {
  let cycled = false;
  if (cycle && board.powerCycle !== undefined) {
    await cyclePower(board, signal);
    cycled = true;
  }
  for (;;) {
    try {
      const patience = since === null && !cycled ? Math.min(firstAnswer, board.back) : board.back;
      return { home: await healthyHome(board, since, patience, signal), cycled };
    } catch (error) {
      const helps = error instanceof Failure && curable.includes(error.code);
      if (!helps || cycled || board.powerCycle === undefined) throw error;
      await cyclePower(board, signal);
      cycled = true;
    }
  }
}

/** Resolves when the board's own system has been booted again, or `signal` fires. */
export async function rebooted(board: Board, since: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const bootId = await bootOf(board, signal);
    if (bootId !== null && bootId !== since) return;
    await delay(tryEvery, undefined, { signal }).catch(() => {});
  }
}

/** The boot that the board's own system is in; null where it is not reached. */
export async function bootOf(board: Board, signal: AbortSignal): Promise<string | null> {
  const home = await Home.enter(board, signal).catch(asNull);
  await home?.leave();
  return home?.bootId ?? null;
}

/** Cycles the board's power, whatever it does. Throws `machine-infrastructure`. */
export async function cyclePower(board: Board, signal: AbortSignal): Promise<void> {
  const words = board.powerCycle ?? [];
  const result = await onHost(words, { FIRSTBAD_HOST: board.host }, signal);
  if (signal.aborted) throw interrupted();
  if (result.exitCode !== 0) throw stepFailure(board, "its power cannot be cycled", result);
}

async function healthyHome(
  board: Board,
  since: string | null,
  patience: number,
  signal: AbortSignal,
): Promise<Home> {
  const home = await enteredIn(board, since, patience, signal);
  try {
    await home.checkHealth(signal);
    return home;
  } catch (error) {
    await home.leave();
    throw error;
  }
}

async function enteredIn(
  board: Board,
  since: string | null,
  patience: number,
  signal: AbortSignal,
): Promise<Home> {
  const until = performance.now() + patience * 1000;
  for (;;) {
    let last: Failure;
    try {
      const home = await Home.enter(board, signal);
      if (since === null || home.bootId !== since) return home;
      await home.leave();
      last = notRebooted(board);
    } catch (error) {
      if (!(error instanceof Failure) || !curable.includes(error.code)) throw error;
      last = error;
    }
    if (signal.aborted) throw interrupted();
    if (performance.now() > until) throw last;
    await delay(tryEvery, undefined, { signal }).catch(() => {});
  }
}

/** A board that was told to boot another kernel and runs on. */
export function notRebooted(board: Board): Failure {
  return new Failure("board-unreachable", `${boardName(board)} was not rebooted`, {
    facts: { board: boardName(board) },
    hint: "correct `machine.reboot` in the job (by hand: does it reboot?), then resume",
  });
}

/** A board that boots may refuse for a while what it allows later. */
function asNull(error: unknown): null {
  if (error instanceof Failure) return null;
  throw error;
}
