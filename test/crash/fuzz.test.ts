import { expect, it } from "vitest";
import type { Crash } from "../../src/crash/crash.ts";
import { readConsole } from "../../src/crash/read.ts";
import { ConsoleStream } from "../../src/crash/stream.ts";
import { mutated, randomFrom, seedLines, seeds } from "./mutate.ts";

// The whole of it is bench/crash-fuzz.ts: 10 million lines, 10,000 consoles.

it("reads mutated consoles whole as it reads them in chunks", () => {
  const random = randomFrom(7);
  for (let i = 0; i < 1500; i++) {
    const bytes = mutated(seeds[random(seeds.length)] as Buffer, random, seeds);
    const whole = readConsole(bytes);
    const most = 1 + random(3000);
    expect(inChunks(bytes, () => 1 + random(most))).toEqual(whole);
    for (const crash of whole) expectSound(crash, bytes.length);
  }
});

it("reads consoles of mutated lines that flood it", () => {
  const random = randomFrom(11);
  for (let i = 0; i < 5; i++) {
    const bytes = Buffer.concat(
      Array.from({ length: 4000 }, () => {
        const seed = seedLines[random(seedLines.length)] as Buffer;
        return mutated(seed, random, seedLines);
      }),
    );
    const whole = readConsole(bytes);
    expect(whole.length).toBeGreaterThan(0);
    expect(inChunks(bytes, () => 1 + random(100_000))).toEqual(whole);
    for (const crash of whole) expectSound(crash, bytes.length);
  }
});

function inChunks(bytes: Buffer, size: () => number): Crash[] {
  const stream = new ConsoleStream();
  for (let at = 0; at < bytes.length; ) {
    const next = at + size();
    stream.push(bytes.subarray(at, next));
    at = next;
  }
  return stream.finish();
}

function expectSound(crash: Crash, length: number): void {
  expect(crash.title).toMatch(/^[\x21-\x7e][\x20-\x7e]*$/);
  expect(crash.start).toBeLessThan(crash.skip);
  expect(crash.skip).toBeLessThanOrEqual(crash.end);
  expect(crash.end).toBeLessThanOrEqual(length);
  expect(crash.reportEnd).toBeGreaterThanOrEqual(crash.skip);
  expect(crash.reportEnd).toBeLessThanOrEqual(length);
  expect(crash.report.split("\n").length).toBeGreaterThan(crash.headline + 1);
  expect(crash.corrupted).toBe(crash.corruption !== null);
}
