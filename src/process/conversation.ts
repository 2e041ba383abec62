import { PassThrough } from "node:stream";
import type { ProcessResult, ProcessSpec } from "./process.ts";
import { runProcess } from "./run.ts";

/** Bytes of one answer; a program that prints more is ended. */
const answerLimit = 16 * 1024 * 1024;

/** One question to a program that answers in lines. */
export interface Question {
  /** What is written to it. */
  readonly text: string;
  /** Whether a line ends the answer. Later ones are dropped until the next question is asked. */
  readonly isLast: (line: string) => boolean;
  /** Seconds until the program is ended because it has not answered. */
  readonly deadline: number;
  /** Ends the program when it fires. */
  readonly signal?: AbortSignal;
}

/** A program that stays open and is asked one question after the other over its pipes. */
export interface Conversation {
  /**
   * The lines of the answer, the last included; null where the program ended before it had answered: by
   * itself, at the deadline, by the signal, because it printed more than 16 MiB, or by `close`.
   * A question waits until the one before is answered.
   */
  ask(question: Question): Promise<readonly string[] | null>;
  /** False from when the program has ended, or is being ended: nothing will be answered any more. */
  readonly open: boolean;
  /** Ends the program with all that it started, and waits for that. Idempotent. */
  close(): Promise<void>;
  /** How it ended. Rejects with the `Failure` of `runProcess` where it could not be started. */
  readonly ended: Promise<ProcessResult>;
}

/** What of a process is a conversation's own affair. */
type Talker = Omit<ProcessSpec, "stdin" | "stdout" | "deadline" | "signal" | "grace">;

/** Starts a program to talk to. Everything else is as with `runProcess`: sandbox, limits, what is left behind. */
export function converse(spec: Talker): Conversation {
  const stdin = new PassThrough();
  const stop = new AbortController();
  const answers = new AnswerReader(() => stop.abort());
  const ended = runProcess({
    ...spec,
    stdin,
    stdout: { kind: "handed", take: (chunk) => answers.take(chunk) },
    signal: stop.signal,
  }).finally(() => {
    stop.abort();
    answers.end();
    stdin.destroy();
  });
  // Whoever asks is told null; how it ended is told to whoever wants to know.
  ended.catch(() => {});

  async function answer(question: Question): Promise<readonly string[] | null> {
    if (stop.signal.aborted || question.signal?.aborted) return null;
    const timer = setTimeout(() => stop.abort(), question.deadline * 1000);
    const onAbort = () => stop.abort();
    question.signal?.addEventListener("abort", onAbort, { once: true });
    try {
      const lines = answers.next(question.isLast);
      stdin.write(question.text);
      return await lines;
    } finally {
      clearTimeout(timer);
      question.signal?.removeEventListener("abort", onAbort);
    }
  }

  let last: Promise<unknown> = Promise.resolve();
  return {
    ask: (question) => {
      const mine = last.then(() => answer(question));
      last = mine;
      return mine;
    },
    get open() {
      return !stop.signal.aborted;
    },
    close: async () => {
      stop.abort();
      await ended.catch(() => {});
    },
    ended,
  };
}

/** Cuts what a program prints into lines and gives them to whoever waits for an answer. */
class AnswerReader {
  readonly #flood: () => void;
  #rest: Buffer[] = [];
  #bytes = 0;
  #lines: string[] = [];
  #isLast: ((line: string) => boolean) | null = null;
  #give: ((lines: readonly string[] | null) => void) | null = null;
  #ended = false;

  /** `flood` is called when an answer, or what nobody asked for, is too long. */
  constructor(flood: () => void) {
    this.#flood = flood;
  }

  next(isLast: (line: string) => boolean): Promise<readonly string[] | null> {
    if (this.#ended) return Promise.resolve(null);
    this.#lines = [];
    this.#bytes = 0;
    this.#isLast = isLast;
    return new Promise((resolve) => {
      this.#give = resolve;
    });
  }

  take(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > answerLimit) {
      this.#rest = [];
      this.#flood();
      return;
    }
    let from = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      const line = Buffer.concat([...this.#rest, chunk.subarray(from, at)]).toString("utf8");
      this.#rest = [];
      from = at + 1;
      this.#line(line);
    }
    if (from < chunk.length) this.#rest.push(chunk.subarray(from));
  }

  end(): void {
    this.#ended = true;
    this.#give?.(null);
    this.#give = null;
  }

  #line(line: string): void {
    if (this.#give === null || this.#isLast === null) return;
    this.#lines.push(line);
    if (!this.#isLast(line)) return;
    this.#give(this.#lines);
    this.#give = null;
    this.#lines = [];
  }
}
