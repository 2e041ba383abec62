import { Failure } from "../failure/failure.ts";
import { runProcess } from "./run.ts";

/** Whether programs can be isolated here, and if not, why. */
export type SandboxAvailability =
  | { readonly available: true }
  | { readonly available: false; readonly why: Failure };

let known: Promise<SandboxAvailability> | null = null;

/**
 * Makes a sandbox once, with a program that does nothing in it, and remembers for this process whether it
 * worked. Never throws.
 */
export function sandboxAvailability(): Promise<SandboxAvailability> {
  known ??= trySandbox();
  return known;
}

async function trySandbox(): Promise<SandboxAvailability> {
  try {
    const result = await runProcess({
      command: "true",
      args: [],
      sandbox: { mounts: [] },
      deadline: 10,
    });
    if (result.exitCode === 0) return { available: true };
    const ended = result.killedBy ?? `exit code ${result.exitCode}`;
    return {
      available: false,
      why: new Failure("sandbox-failed", `a sandbox that does nothing ended with ${ended}`),
    };
  } catch (error) {
    if (error instanceof Failure) return { available: false, why: error };
    throw error;
  }
}
