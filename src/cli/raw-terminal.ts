import { PassThrough } from "node:stream";
import { Failure } from "../failure/failure.ts";
import type { Terminal } from "../machine/talk.ts";
import { EscapeKeys } from "./escape-keys.ts";

/** Throws `shell-not-possible` where nobody sits at a terminal. */
export function refuseNoTerminal(): void {
  const { stdin, stdout } = process;
  if (stdin.isTTY && stdout.isTTY) return;
  const which = stdin.isTTY ? "output" : "input";
  throw new Failure("shell-not-possible", `standard ${which} is no terminal`, {
    facts: { which },
    hint: "a shell needs somebody who types: call it without a pipe or a file",
  });
}

/**
 * Calls `use` with the terminal that this process has: every key goes there as it is, Ctrl-C too, but for
 * Ctrl-A X, which calls `leave`; so does a terminal that goes away. The terminal is as it was afterwards,
 * however `use` or this process ends, but for SIGKILL.
 */
export async function withRawTerminal<T>(
  leave: () => void,
  use: (terminal: Terminal) => Promise<T>,
): Promise<T> {
  const { stdin, stdout } = process;
  const input = new PassThrough();
  const keys = new EscapeKeys();
  const take = (bytes: Buffer) => {
    const typed = keys.push(bytes);
    input.write(typed.send);
    if (typed.leave) leave();
  };
  const restore = () => stdin.setRawMode(false);
  stdin.setRawMode(true);
  process.once("exit", restore);
  stdin.on("data", take).once("end", leave);
  try {
    const { columns = 80, rows = 24 } = stdout;
    return await use({ columns, rows, input, output: (chunk) => void stdout.write(chunk) });
  } finally {
    stdin.off("data", take).off("end", leave).pause();
    process.off("exit", restore);
    restore();
    input.destroy();
  }
}
