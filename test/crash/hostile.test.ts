import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readConsole } from "../../src/crash/read.ts";
import { type ConsoleState, ConsoleStream } from "../../src/crash/stream.ts";
import { WordFinder } from "../../src/crash/words.ts";

const pieces = [
  "BUG: KASAN: use-after-free in vela+0x1/0x2\n",
  "[    1.000000][   T7] WARNING: CPU: 0 PID: 7 at a.c:1 vela+0x1/0x2\n",
  "[    1.000000] Kernel panic - not syncing: gone\n",
  "general protection fault",
  "Call Trace:\n",
  " vela+0x1/0x2\n",
  " ? vela+0x1/0x2\n",
  "RIP: 0010:vela+0x1/0x2\n",
  "INFO: task a:1 blocked for more than 1 seconds.\n",
  "=".repeat(60),
  "-".repeat(30),
  "\n",
  "\r\n",
  "\0",
  "\x80\xff",
  " in ",
  "[    1.0",
  "A".repeat(2000),
];
const console = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string()), { maxLength: 60 })
  .map((parts) => Buffer.from(parts.join(""), "latin1"));

describe("any console", () => {
  it("yields crashes with a title, in order, inside of it", () => {
    fc.assert(
      fc.property(console, (bytes) => {
        let last = -1;
        for (const crash of readConsole(bytes)) {
          expect(crash.title).not.toBe("");
          expect(crash.title).toMatch(/^[\x20-\x7e]+$/);
          expect(crash.start).toBeGreaterThan(last);
          expect(crash.end).toBeGreaterThan(crash.start);
          expect(crash.end).toBeLessThanOrEqual(bytes.length);
          expect(crash.report).toMatch(/\n$/);
          expect(crash.stack.length).toBeLessThanOrEqual(32);
          last = crash.start;
        }
      }),
      { numRuns: 500 },
    );
  });

  it("is watched the same way in chunks of any size, and the state never goes back", () => {
    const order: ConsoleState[] = ["quiet", "crashing", "complete"];
    fc.assert(
      fc.property(console, fc.integer({ min: 1, max: 50 }), (bytes, size) => {
        const whole = new ConsoleStream();
        const pieced = new ConsoleStream();
        whole.push(bytes);
        let state: ConsoleState = "quiet";
        for (let at = 0; at < bytes.length; at += size) {
          const next = pieced.push(bytes.subarray(at, at + size));
          expect(order.indexOf(next)).toBeGreaterThanOrEqual(order.indexOf(state));
          state = next;
        }
        expect(state).toBe(whole.state);
      }),
      { numRuns: 500 },
    );
  });
});

describe("bounds", () => {
  it("reads no more than 64 crashes of a kernel that floods its console", () => {
    const line = "BUG: KASAN: use-after-free in vela+0x1/0x2\n";
    expect(readConsole(Buffer.from(line.repeat(100_000)))).toHaveLength(64);
  });

  it("ignores what is far behind in a line too long to be the kernel's", () => {
    const long = Buffer.concat([Buffer.alloc(20_000_000, "x"), Buffer.from(" BUG: vela\n")]);
    expect(readConsole(long)).toEqual([]);
    const watcher = new ConsoleStream();
    for (let at = 0; at < long.length; at += 65_536) watcher.push(long.subarray(at, at + 65_536));
    expect(watcher.state).toBe("quiet");
    expect(watcher.push(Buffer.from("BUG: Bad page map in process vela\n"))).toBe("crashing");
  });

  it.each([
    ["one line", Buffer.alloc(65_536, "x")],
    ["lines", Buffer.alloc(65_536, "vela: quiet\n")],
    ["headlines", Buffer.alloc(65_536, "BUG: Bad page map in process vela\n")],
  ])("keeps little of a stream of %s", (_, chunk) => {
    const stream = new ConsoleStream();
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 700; i++) stream.push(chunk);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 2 ** 20);
  });

  it("goes on after NUL bytes and bytes that are not UTF-8", () => {
    const noise = Buffer.concat([Buffer.alloc(100_000), Buffer.from([0xff, 0xfe, 0x0a])]);
    const crash = Buffer.from("[ 1.0] BUG: Bad page map in process \xffvela\0\n", "latin1");
    const [found] = readConsole(Buffer.concat([noise, crash]));
    expect(found?.title).toBe("BUG: Bad page map");
    expect(found?.start).toBe(noise.length);
    expect(found?.report).toContain("BUG: Bad page map in process \ufffdvela\0\n");
  });

  it("reads a view into larger memory as itself", () => {
    const memory = Buffer.from("BUG: Bad page map\nquiet\n");
    expect(readConsole(new Uint8Array(memory.buffer, memory.byteOffset + 18, 6))).toEqual([]);
  });
});

describe("WordFinder", () => {
  it("finds what a search for each word finds", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", ":"), minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(
        fc.array(letters, { minLength: 1, maxLength: 6 }),
        fc.string({ unit: fc.constantFrom("a", "b", ":", " "), maxLength: 200 }),
        fc.nat({ max: 20 }),
        (words, text, from) => {
          const hits = words.map((word) => text.indexOf(word, from)).filter((at) => at !== -1);
          const first = from >= text.length || hits.length === 0 ? -1 : Math.min(...hits);
          expect(new WordFinder(words).find(Buffer.from(text), from)).toBe(first);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
