/**
 * Reads mutated console lines and mutated consoles, and looks for exceptions, pauses and growth.
 *
 *     node --expose-gc bench/crash-fuzz.ts [--lines 10000000] [--consoles 10000] [--seed 1]
 *
 * A pause is a call that takes longer than 50 ms whenever it is made with these bytes: the shortest of
 * three counts, since other programs run here, too.
 */
import { parseArgs } from "node:util";
import { readConsole } from "../src/crash/read.ts";
import { ConsoleStream } from "../src/crash/stream.ts";
import { mutated, randomFrom, seedLines, seeds } from "../test/crash/mutate.ts";

/** Milliseconds of the processor. */
const longestPause = 50;
/** Lines that one console gets. */
const linesOfConsole = 2000;

const { values } = parseArgs({
  options: {
    lines: { type: "string", default: "10000000" },
    consoles: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
  },
});
const random = randomFrom(Number(values.seed));
const collect = (globalThis as { gc?: () => void }).gc ?? (() => {});
let slowest = 0;
let pauses = 0;
let crashes = 0;

const early = await settled();
for (let done = 0; done < Number(values.lines); done += linesOfConsole) readLines();
console.log(`${values.lines} lines: ${crashes} crashes, slowest push ${slowest.toFixed(1)} ms`);
slowest = 0;
for (let done = 0; done < Number(values.consoles); done++) readWhole();
console.log(`${values.consoles} consoles: slowest ${slowest.toFixed(1)} ms`);

const growth = (await settled()) - early;
console.log(`${pauses} pauses over ${longestPause} ms, ${(growth / 2 ** 20).toFixed(1)} MiB more`);
process.exitCode = pauses === 0 && growth < 16 * 2 ** 20 ? 0 : 1;

/** A console of mutated lines, each pushed on its own. */
function readLines(): void {
  const stream = new ConsoleStream();
  const lines: Buffer[] = [];
  for (let i = 0; i < linesOfConsole; i++) {
    const seed = seedLines[random(seedLines.length)] as Buffer;
    const line = mutated(seed, random, seedLines);
    note(
      timed(() => stream.push(line)),
      () => pushLast(lines, line),
    );
    lines.push(line);
  }
  crashes += stream.finish().length;
}

function readWhole(): void {
  const bytes = mutated(seeds[random(seeds.length)] as Buffer, random, seeds);
  const read = () => timed(() => readConsole(bytes));
  note(read(), read);
}

/** Milliseconds that pushing `line` takes after `lines`. */
function pushLast(lines: readonly Buffer[], line: Buffer): number {
  const stream = new ConsoleStream();
  for (const each of lines) stream.push(each);
  return timed(() => stream.push(line));
}

/** Of the processor: that other programs run here says nothing. */
function timed(work: () => void): number {
  const begin = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(begin);
  return (user + system) / 1000;
}

function note(took: number, again: () => number): void {
  let shortest = took;
  for (let i = 0; i < 2 && shortest > longestPause; i++) {
    shortest = Math.min(shortest, again());
  }
  slowest = Math.max(slowest, shortest);
  if (shortest > longestPause) pauses++;
}

/** Bytes of the heap after everything that can go has gone. */
async function settled(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
}
