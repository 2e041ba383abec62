import { dirname } from "node:path";
import { Failure } from "../failure/failure.ts";
import { isDiskFull } from "../process/disk-room.ts";
import type { ProcessResult } from "../process/process.ts";

/** What a kind of machine says on standard error when the host does not give it what it needs. */
export interface HostNeeds {
  /** A line that says so. */
  readonly said: RegExp;
  readonly message: string;
  readonly hint: string;
}

/** Lines of standard error that are quoted. */
const quoted = 10;

/**
 * Throws where a machine ended because of this host and not because of its kernel: `out-of-memory`,
 * `killed`, `machine-infrastructure`. `silent`: the console is empty.
 */
export function refuseHostTrouble(result: ProcessResult, silent: boolean, needs: HostNeeds): void {
  refuseKill(result);
  const said = saidLines(result);
  if (silent && said.some((line) => needs.said.test(line.slice(0, 1000)))) {
    throw new Failure("machine-infrastructure", needs.message, {
      facts: { said: said.slice(-quoted) },
      hint: needs.hint,
    });
  }
}

/** Throws where a machine's process was killed by this host: `out-of-memory` or `killed`. */
export function refuseKill(result: ProcessResult): void {
  if (result.outOfMemory) {
    throw new Failure("out-of-memory", "a machine took more memory of the host than it may", {
      hint: "give the guest less memory, or look for what else it holds",
    });
  }
  if (result.ending === "exited" && result.killedBy === "SIGKILL") {
    throw new Failure("killed", "a machine was killed by something else than firstbad", {
      facts: { signal: result.killedBy },
      hint: "see the kernel log of this host (dmesg): it may be out of memory",
    });
  }
}

/** What a process said on standard error, for the facts of a failure. */
export function lastWords(result: ProcessResult): readonly string[] {
  return saidLines(result).slice(-quoted);
}

function saidLines(result: ProcessResult): string[] {
  const lines = result.stderr.toString("utf8").split("\n");
  return lines.filter((line) => line.trim() !== "");
}

/**
 * Throws `disk-full` where nothing can be written beside `console`: then the console may lack its end,
 * and what it does not say is no evidence.
 */
export async function refuseFullDisk(console: string): Promise<void> {
  if (await isDiskFull(dirname(console))) throw noRoomFor(console);
}

/** An error of the file system as a failure that names the console. */
export function asDiskFailure(console: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (code === "ENOSPC" || code === "EDQUOT") {
    return noRoomFor(console, error);
  }
  return new Failure("machine-infrastructure", `the console ${console} cannot be kept: ${code}`, {
    facts: { console, error: code || String(error) },
    hint: "check the folder and its rights",
    cause: error,
  });
}

function noRoomFor(console: string, cause?: unknown): Failure {
  return new Failure("disk-full", `no space left for the console ${console}`, {
    facts: { console },
    hint: "free some space, then resume",
    cause,
  });
}
