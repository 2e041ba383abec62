import { dirname } from "node:path";
import { Failure } from "../../failure/failure.ts";
import { type Conversation, converse } from "../../process/conversation.ts";
import { runProcess } from "../../process/run.ts";
import type { Sandbox } from "../../process/sandbox.ts";
import { builtAt } from "../built-at.ts";
import { readSymbols, type Symbols } from "../symbol-table.ts";
import { addressQuestion, readAnswer, type SourceLine } from "./addr2line.ts";

/** Where the sandbox shows the binary. */
const inside = "/kernel/vmlinux";

/** Seconds for the table of symbols, and for one question: the first one reads the debug information. */
const deadline = 120;
/** Bytes of the table of symbols that are read; a kernel of a distribution has 10 MiB. */
const tableLimit = 256 * 1024 * 1024;
/** Bytes of memory for each tool; addr2line takes about twice the debug information. */
const memoryBytes = 6 * 1024 ** 3;
/** Addresses that are remembered. */
const maxKnown = 100_000;

/** Why a binary tells nothing: a sentence for people. */
export class Unreadable {
  readonly why: string;
  constructor(why: string) {
    this.why = why;
  }
}

/**
 * One kernel binary that is asked for source lines: its table of symbols, read once, and an `addr2line` that
 * is started with the first question and stays open. Both run in a sandbox: the binary may be hostile.
 */
export class Symbolizer {
  readonly #vmlinux: string;
  readonly #folders: readonly string[];
  readonly #known = new Map<bigint, readonly SourceLine[]>();
  #symbols: Promise<Symbols | Unreadable> | null = null;
  #talk: Conversation | null = null;

  /** `vmlinux`: absolute path. */
  constructor(vmlinux: string) {
    this.#vmlinux = vmlinux;
    // A kernel that somebody built by hand lies at the top of its tree.
    this.#folders = [builtAt, `${dirname(vmlinux)}/`];
  }

  /** Its functions. A binary that cannot be read is not tried again, unless the question was called off. */
  async symbols(signal?: AbortSignal): Promise<Symbols | Unreadable> {
    this.#symbols ??= this.#readSymbols(signal);
    const symbols = await this.#symbols;
    if (signal?.aborted) this.#symbols = null;
    return symbols;
  }

  /** The source lines of each address that has any, innermost first. */
  async lookup(
    addresses: readonly bigint[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<bigint, readonly SourceLine[]> | Unreadable> {
    const asked = new Set(addresses.filter((address) => !this.#known.has(address)));
    if (asked.size > 0) {
      const problem = await this.#ask(asked, signal);
      if (problem !== null) return problem;
    }
    return new Map(addresses.map((address) => [address, this.#known.get(address) ?? []]));
  }

  /** Ends what runs. It can be asked again, and starts anew then. */
  async close(): Promise<void> {
    await this.#talk?.close();
    this.#talk = null;
  }

  async #ask(asked: ReadonlySet<bigint>, signal?: AbortSignal): Promise<Unreadable | null> {
    if (this.#known.size > maxKnown) this.#known.clear();
    if (this.#talk === null || !this.#talk.open) this.#talk = this.#start();
    const talk = this.#talk;
    const lines = await talk.ask({
      ...addressQuestion([...asked]),
      deadline,
      ...(signal === undefined ? {} : { signal }),
    });
    if (lines === null) return new Unreadable(await whyEnded(talk, signal));
    const found = readAnswer(lines, asked, this.#folders);
    for (const address of asked) this.#known.set(address, found.get(address) ?? []);
    return null;
  }

  #start(): Conversation {
    return converse({
      command: "addr2line",
      args: ["-a", "-f", "-i", "-C", `--exe=${inside}`],
      stderr: { kind: "capture", limit: 4096 },
      sandbox: this.#sandbox(),
      limits: { memoryBytes },
    });
  }

  async #readSymbols(signal?: AbortSignal): Promise<Symbols | Unreadable> {
    try {
      const result = await runProcess({
        command: "nm",
        args: ["-n", "-S", "--defined-only", "--", inside],
        sandbox: this.#sandbox(),
        limits: { memoryBytes },
        deadline,
        stdout: { kind: "capture", limit: tableLimit },
        ...(signal === undefined ? {} : { signal }),
      });
      if (result.ending === "exited" && result.exitCode === 0 && !result.truncated) {
        return readSymbols(result.stdout.toString("latin1"));
      }
      if (result.ending === "aborted") return new Unreadable("it was called off");
      return new Unreadable(`nm cannot read the table of symbols of ${this.#vmlinux}`);
    } catch (error) {
      return new Unreadable(whyNotStarted(error));
    }
  }

  #sandbox(): Sandbox {
    return {
      mounts: [{ host: this.#vmlinux, inside, writable: false }],
      tmpBytes: 1024 * 1024,
      shmBytes: 4096,
    };
  }
}

async function whyEnded(talk: Conversation, signal?: AbortSignal): Promise<string> {
  if (signal?.aborted) return "it was called off";
  await talk.close();
  try {
    const { killedBy, exitCode, ending, outOfMemory } = await talk.ended;
    if (outOfMemory) return "addr2line ran out of memory";
    if (ending !== "exited") return `addr2line did not answer within ${deadline} seconds`;
    return `addr2line ended with ${killedBy ?? `exit status ${exitCode}`}`;
  } catch (error) {
    return whyNotStarted(error);
  }
}

/** A tool or a sandbox that is not there is told; anything else is a defect of ours. */
function whyNotStarted(error: unknown): string {
  if (error instanceof Failure) return error.message;
  throw error;
}
