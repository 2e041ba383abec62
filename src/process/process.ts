import type { Readable } from "node:stream";
import type { Sandbox } from "./sandbox.ts";

/** Where the bytes that a process prints go. */
export type Output =
  /** Kept in memory: the first and the last half of `limit` bytes (default 1 MiB). */
  | { readonly kind: "capture"; readonly limit?: number }
  /** Written by the process itself to this file (created, truncated), never through this process. */
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "discard" }
  /** Handed on as it comes; nothing is kept. */
  | { readonly kind: "handed"; readonly take: (chunk: Buffer) => void };

/** Bounds a process and all that it starts may not pass. Absent: no bound of ours. */
export interface Limits {
  /** Bytes that one file may grow to (RLIMIT_FSIZE). */
  readonly fileBytes?: number;
  /** Bytes of memory of all processes together (a control group where one can be made, else none). */
  readonly memoryBytes?: number;
  /** Processes and threads at once (a control group where one can be made, else none). */
  readonly processes?: number;
}

/** One program to run. */
export interface ProcessSpec {
  /** A program's name, searched on PATH, or its absolute path; never given to a shell. */
  readonly command: string;
  readonly args: readonly string[];
  /** Working folder; inside the sandbox a path of the sandbox. */
  readonly cwd?: string;
  /** The whole environment; nothing is inherited but PATH, where it is not given here. */
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input, or a stream of it; absent: end of file at once. */
  readonly stdin?: Uint8Array | string | Readable;
  /** Default: captured. */
  readonly stdout?: Output;
  /** Default: captured. `"stdout"`: the same place as standard output, in order. */
  readonly stderr?: Output | "stdout";
  /** Seconds until the whole process tree is killed; absent: none. */
  readonly deadline?: number;
  /** Ends the process tree when it fires. */
  readonly signal?: AbortSignal;
  /** Seconds between SIGTERM and SIGKILL at a deadline or an abort; 0 (the default) kills at once. */
  readonly grace?: number;
  /** Absent: it runs as this user, on this machine, in a process group of its own. */
  readonly sandbox?: Sandbox;
  /**
   * The program is started when this resolves, and its deadline counts from then; a sandbox is set up
   * meanwhile, and what of its mounts is a folder may still be filled. Where it rejects, the program is
   * never started. A program that a sandbox does not have ends with exit code 127 then.
   */
  readonly ready?: Promise<unknown>;
  readonly limits?: Limits;
  /** Scheduling priority, 0 to 19. */
  readonly nice?: number;
}

/** How a process ended. A failed process is data, not an exception. */
export interface ProcessResult {
  /**
   * Null where a signal ended it. In a sandbox an exit code of 128 + N is read as signal N, as a shell
   * would report it.
   */
  readonly exitCode: number | null;
  /** Name of the signal that ended it, or null. */
  readonly killedBy: NodeJS.Signals | null;
  readonly ending: "exited" | "deadline" | "aborted";
  /** Wall seconds from start to end. */
  readonly seconds: number;
  /** Captured bytes; empty where the output went elsewhere. */
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** True where captured output had to be cut in its middle. */
  readonly truncated: boolean;
  /** True where the kernel killed a process of it because of `Limits.memoryBytes`. */
  readonly outOfMemory: boolean;
}
