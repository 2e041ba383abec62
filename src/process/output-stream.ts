import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { OutputPlace } from "./output.ts";

/** Seconds that captured output may stay open after the end. */
const lingeringOutput = 2;

/** A stream that is being captured or handed on. */
export interface FollowedOutput {
  readonly stream: Readable;
  readonly ended: Promise<unknown>;
}

/** Captures or hands on what `place` asks for: from our own end of it, or else from the stream that `spawn` made. */
export function follow(place: OutputPlace, own: Readable | null): FollowedOutput | null {
  const stream = place.reader ?? own;
  const { capture } = place;
  const take = capture === null ? place.take : (chunk: Buffer) => capture.add(chunk);
  if (stream === null || take === null) return null;
  stream.on("data", take);
  stream.on("error", () => {});
  return { stream, ended: new Promise((resolve) => stream.once("close", resolve)) };
}

/** Waits until all streams have ended, but not for processes out of our sight that hold them open. */
export async function allEnded(outputs: readonly (FollowedOutput | null)[]): Promise<void> {
  const streams = outputs.filter((output) => output !== null);
  const limit = new AbortController();
  await Promise.race([
    Promise.all(streams.map(({ ended }) => ended)),
    delay(lingeringOutput * 1000, undefined, { signal: limit.signal }).catch(() => {}),
  ]);
  limit.abort();
  for (const { stream } of streams) stream.destroy();
}
