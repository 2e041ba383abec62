import type { Readable } from "node:stream";
import type { FollowedOutput } from "./output-stream.ts";

/** No more of bubblewrap's status is kept than this; it writes two short lines. */
const statusLimit = 64 * 1024;

/** What bubblewrap said on its status descriptor: one JSON object a line (bwrap(1), `--json-status-fd`). */
export interface SandboxStatus {
  /** Id, seen from here, of the namespace's first process. It ends after all others in there. */
  readonly firstProcess: number | null;
  /** Exit code of the program, 128 + N for signal N; null where it was never started, or not yet ended. */
  readonly exitCode: number | null;
}

/** Follows bubblewrap's status descriptor. */
export class SandboxStatusReader {
  /** Its end: bubblewrap has said its last word. */
  readonly output: FollowedOutput;
  #text = "";

  constructor(stream: Readable) {
    this.output = { stream, ended: new Promise((resolve) => stream.once("close", resolve)) };
    stream.setEncoding("utf8").on("data", (text: string) => {
      if (this.#text.length < statusLimit) this.#text += text;
    });
    // An error here is an end without a status, which is told apart by what is missing.
    stream.on("error", () => {});
  }

  get current(): SandboxStatus {
    return {
      firstProcess: this.#number(/"child-pid": *(\d+)/),
      exitCode: this.#number(/"exit-code": *(\d+)/),
    };
  }

  #number(pattern: RegExp): number | null {
    const found = pattern.exec(this.#text)?.[1];
    return found === undefined ? null : Number(found);
  }
}
