import { type ChildProcessWithoutNullStreams, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";

/**
 * Starts a program within a test, which is killed with it at the latest, however the test ends. Its streams are
 * pipes: whoever reads what the tests print would wait for the program as well, had it theirs.
 */
export function startProgram(
  command: string,
  words: readonly string[],
  options: Omit<SpawnOptions, "stdio"> = {},
): ChildProcessWithoutNullStreams {
  const child = spawn(command, words, { ...options, stdio: "pipe" });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  });
  return child;
}
