import { crc32 } from "node:zlib";
import type { LateReproducer } from "../machine.ts";
import { type ReachProbe, reachWords } from "../reach.ts";

/** Most bytes of a reproducer that is brought in after the boot: `DELIVERY_LIMIT` of `delivery.c`. */
export const largestDelivery = 64 * 1024 ** 2;

/** What tells the runs from one snapshot apart. */
export interface Word {
  /** Milliseconds before the reproducer is started. */
  readonly pause: number;
  /** At most 64 bytes for the guest's random numbers. */
  readonly seed: Buffer;
  /** What the guest looks for while the reproducer runs. */
  readonly reach?: ReachProbe;
}

function lookOf({ reach }: Word): string {
  return reach === undefined ? "" : ` ${reachWords(reach)}`;
}

/**
 * What our init waits for on the console: see `init.c`. The empty lines before it may be lost: QEMU's serial
 * line takes a byte before the state is read.
 */
export function wordFor(word: Word): Buffer {
  const { pause, seed } = word;
  return Buffer.from(`\n\n\n\ngo ${pause} ${seed.toString("hex")}${lookOf(word)}\n`);
}

/** What it waits for on its port, where it has no reproducer: the word, and the reproducer. See `delivery.c`. */
export function deliveryOf(
  word: Word,
  { kind, bytes }: Pick<LateReproducer, "kind" | "bytes">,
  seconds: number,
): Buffer {
  const { pause, seed } = word;
  const crc = crc32(bytes).toString(16);
  const head = ["go", pause, seed.toString("hex"), seconds, kind, bytes.length, crc].join(" ");
  return Buffer.concat([Buffer.from(`${head}${lookOf(word)}\n`), bytes]);
}
