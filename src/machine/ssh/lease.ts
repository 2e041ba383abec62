import { setTimeout as delay } from "node:timers/promises";
import { type HeldName, holdName } from "../../process/held-name.ts";
import type { Board } from "./board.ts";
import { interrupted } from "./connection.ts";

/** Milliseconds between two tries. */
const tryEvery = 200;

/**
 * Calls `use` when no other run of this host has the board, in this process or another. Whoever has it gives
 * it back by ending, too. Throws `interrupted` where `signal` fires before.
 */
export async function withBoard<T>(
  { host, port }: Board,
  signal: AbortSignal,
  use: () => Promise<T>,
): Promise<T> {
  const name = `board:${host.toLowerCase()}:${port}`;
  let held: HeldName | null = null;
  while (held === null) {
    if (signal.aborted) throw interrupted();
    held = await holdName(name);
    if (held === null) await delay(tryEvery, undefined, { signal }).catch(() => {});
  }
  try {
    return await use();
  } finally {
    await held.release();
  }
}
