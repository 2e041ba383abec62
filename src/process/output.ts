import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { closeSync, constants, openSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import type { Readable } from "node:stream";
import { Capture } from "./capture.ts";
import type { Output, ProcessSpec } from "./process.ts";

const defaultLimit = 1024 ** 2;

/** Where a process writes: what to give to `spawn`, and what was captured of it. */
export interface OutputPlace {
  readonly stdio: "pipe" | "ignore" | number | Socket;
  readonly capture: Capture | null;
  /** Gets what comes where nothing is captured. */
  readonly take: ((chunk: Buffer) => void) | null;
  /** Our end, where the capture is fed by a stream that `spawn` does not make. */
  readonly reader: Readable | null;
  /** Gives up our copy of what the process writes to; to be called once it is started or failed to. */
  release(): void;
}

/** The places for standard output and standard error of `spec`. Throws what opening a file throws. */
export async function openOutputs(
  spec: ProcessSpec,
): Promise<{ stdout: OutputPlace; stderr: OutputPlace }> {
  const output = spec.stdout ?? { kind: "capture" };
  if (spec.stderr !== "stdout") {
    const stdout = openOutput(output);
    try {
      return { stdout, stderr: openOutput(spec.stderr ?? { kind: "capture" }) };
    } catch (error) {
      stdout.release();
      throw error;
    }
  }
  const stdout = output.kind === "capture" ? await openShared(output.limit) : openOutput(output);
  const stderr = { ...stdout, capture: null, take: null, reader: null, release: () => {} };
  return { stdout, stderr };
}

function openOutput(output: Output): OutputPlace {
  const release = () => {};
  switch (output.kind) {
    case "discard":
      return { stdio: "ignore", capture: null, take: null, reader: null, release };
    case "handed":
      return { stdio: "pipe", capture: null, take: output.take, reader: null, release };
    case "capture": {
      const capture = new Capture(output.limit ?? defaultLimit);
      return { stdio: "pipe", capture, take: null, reader: null, release };
    }
    case "file": {
      // Appending, so that processes which open it again (/dev/stdout) do not overwrite each other.
      const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND } = constants;
      const fd = openSync(output.path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o644);
      const close = () => closeSync(fd);
      return { stdio: fd, capture: null, take: null, reader: null, release: close };
    }
  }
}

/**
 * One place for both outputs, so that their order is kept. `spawn` makes a pipe for each descriptor and
 * cannot give one to two, so this makes its own: a connected pair of sockets, which is what `spawn`'s
 * "pipes" are as well.
 */
async function openShared(limit = defaultLimit): Promise<OutputPlace> {
  // An abstract address (unix(7)): no file that could be left behind, and a name nobody can guess.
  const address = `\0firstbad-${randomUUID()}`;
  const server = createServer().listen(address);
  try {
    const accepted = once(server, "connection");
    const writer = connect(address);
    const [[reader]] = (await Promise.all([accepted, once(writer, "connect")])) as [
      [Socket],
      unknown,
    ];
    return {
      stdio: writer,
      capture: new Capture(limit),
      take: null,
      reader,
      release: () => writer.destroy(),
    };
  } finally {
    server.close();
  }
}
