import { readdirSync, readFileSync } from "node:fs";

/** Numbers that look random and are the same for the same seed. */
export type Random = (below: number) => number;

export function randomFrom(seed: number): Random {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const folder = new URL("fixtures/", import.meta.url);

/** The consoles of all fixtures, without their headers. */
export const seeds: readonly Buffer[] = readdirSync(folder).map((name) => {
  const bytes = readFileSync(new URL(name, folder));
  return bytes.subarray(bytes.indexOf("\n\n") + 2);
});

/** All lines of them, with their ends. */
export const seedLines: readonly Buffer[] = seeds.flatMap((bytes) =>
  bytes
    .toString("latin1")
    .split(/(?<=\n)/)
    .map((line) => Buffer.from(line, "latin1")),
);

/** What consoles break on: words that announce crashes, halves of prefixes and frames, odd bytes. */
const pieces = [
  "BUG: ",
  "BUG: KASAN: use-after-free in ",
  "WARNING: CPU: 0 PID: 1 at ",
  "INFO: task ",
  "INFO: rcu_sched detected stalls on CPUs/tasks:\n",
  "Kernel panic - not syncing: ",
  "general protection fault",
  "Call Trace:\n",
  "backtrace:\n",
  "RIP: 0010:",
  "+0x1/0x2",
  " in ",
  "] at: [<",
  "is trying to acquire lock",
  "** replaying previous printk message **\n",
  "Sending NMI from CPU 0 to CPUs 1:\n",
  "login: ",
  "[    1.0",
  "[ T1] ",
  " ".repeat(300),
  "a".repeat(3000),
  "(((((((((",
  "((((\n",
  "\n",
  "\r\n",
  "\0\0",
  "\xff\x80",
].map((text) => Buffer.from(text, "latin1"));

/** `bytes` with one to four things done to them that go wrong on consoles. */
export function mutated(bytes: Buffer, random: Random, others: readonly Buffer[]): Buffer {
  let result = bytes;
  for (let count = 1 + random(4); count > 0; count--) result = once(result, random, others);
  return result;
}

/** Longer ones do not get longer. */
const longest = 256 * 1024;

function once(bytes: Buffer, random: Random, others: readonly Buffer[]): Buffer {
  const at = random(bytes.length + 1);
  const to = Math.min(bytes.length, at + random(random(4) === 0 ? bytes.length + 1 : 40));
  const [before, part, after] = [bytes.subarray(0, at), bytes.subarray(at, to), bytes.subarray(to)];
  const piece = pieces[random(pieces.length)] as Buffer;
  const other = others[random(others.length)] as Buffer;
  switch (bytes.length > longest ? 0 : random(6)) {
    case 0:
      return Buffer.concat([before, after]);
    case 1:
      return Buffer.concat([before, Buffer.of(random(256)), bytes.subarray(at + 1)]);
    case 2:
      return Buffer.concat([before, piece, bytes.subarray(at)]);
    case 3:
      return Buffer.concat([before, ...Array<Buffer>(1 + random(20)).fill(part), after]);
    case 4:
      return Buffer.concat([before, other.subarray(random(other.length)), after]);
    default:
      return Buffer.concat([before, ...Array<Buffer>(1 + random(50)).fill(piece), after]);
  }
}
