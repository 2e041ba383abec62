import type { Crash } from "./crash.ts";
import { ConsoleStream } from "./stream.ts";
import { Tape } from "./tape.ts";

/**
 * All crashes in a console, in order; none where the kernel was fine. The search begins at byte `from`;
 * lines before it may be shown with the first crash.
 *
 * The same as a {@link ConsoleStream} of these bytes, with its bounds, and without a copy of them.
 */
export function readConsole(bytes: Uint8Array, from = 0): Crash[] {
  return new ConsoleStream(Tape.of(bytes), from).finish();
}
