import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readConsole } from "../../src/crash/read.ts";
import { ConsoleStream } from "../../src/crash/stream.ts";
import { asExpected, readFixture } from "./fixture.ts";

const folder = new URL("fixtures/", import.meta.url);
const fixtures = readdirSync(folder).map(
  (name) => [name.replace(".txt", ""), readFixture(readFileSync(new URL(name, folder)))] as const,
);

describe("readConsole", () => {
  it.each(fixtures)("reads %s", (_, { console, crashes }) => {
    const found = readConsole(console).map((crash, i) => asExpected(crash, crashes[i]));
    expect(found).toEqual(crashes);
  });

  it.each(fixtures)("finds in %s the same from each crash's own offset on", (_, { console }) => {
    for (const crash of readConsole(console)) {
      const [again] = readConsole(console, crash.start);
      expect([again?.title, again?.start]).toEqual([crash.title, crash.start]);
      expect(readConsole(console, crash.end)[0]?.start ?? -1).not.toBe(crash.start);
    }
  });

  it.each(fixtures)("finds in %s the same in chunks of any size", (_, { console }) => {
    const whole = readConsole(console);
    for (const size of [1, 7, 100, 1_000_000]) {
      const stream = new ConsoleStream();
      for (let at = 0; at < console.length; at += size) {
        stream.push(console.subarray(at, at + size));
      }
      expect(stream.state === "quiet").toBe(whole.length === 0);
      const { provisional } = stream;
      expect(provisional?.title ?? whole[0]?.title).toBe(whole[0]?.title);
      expect(stream.finish()).toEqual(whole);
    }
  });

  it("gives offsets in bytes of the console and a report without prefixes", () => {
    const before = Buffer.from("größer \u00ff \0 \n[    1.5][   T9] ok\n", "utf8");
    const crash = Buffer.from("[    2.0][   T7] WARNING: CPU: 0 PID: 7 at a.c:1 f+0x1/0x2\n");
    const after = Buffer.from("[    2.1][   T8] other\n[    2.2][   T7] RIP: 0010:vela+0x1/0x2\n");
    const [found] = readConsole(Buffer.concat([before, crash, after]));
    expect(found?.start).toBe(before.length);
    expect(found?.end).toBe(before.length + crash.length - 1);
    expect(found?.skip).toBe(before.length + crash.length - 1);
    expect(found?.reportEnd).toBe(before.length + crash.length + after.length - 1);
    expect(found?.report).toBe(
      "WARNING: CPU: 0 PID: 7 at a.c:1 f+0x1/0x2\nRIP: 0010:vela+0x1/0x2\n",
    );
    expect(found?.headline).toBe(0);
  });

  it("keeps to 1 MiB before a headline and 128 KiB after it", () => {
    const stamp = (task: number) => `[    2.0][   T${task}] `;
    const far = `${stamp(7)}far before\n${`${stamp(8)}x\n`.repeat(70_000)}`;
    const crash = `${stamp(7)}near\n${stamp(7)}BUG: Bad page map in process vela\n`;
    const after = `${`${stamp(8)}x\n`.repeat(8_000)}${stamp(7)}far behind\n`;
    const [found] = readConsole(Buffer.from(far + crash + after));
    expect(found?.report).toBe("near\nBUG: Bad page map in process vela\n");
  });
});

describe("ConsoleStream", () => {
  it("holds a provisional crash from the moment on when its report is complete", () => {
    const stream = new ConsoleStream();
    stream.push(Buffer.from("kernel BUG at vela.c:1!\nRIP: 0010:vela_tick+0x1/0x2\n"));
    expect(stream.provisional).toBeNull();
    stream.push(Buffer.from("---[ end trace 0000000000000000 ]---\n"));
    expect(stream.provisional?.title).toBe("kernel BUG in vela_tick");
    expect(stream.provisional?.panicked).toBe(false);
    stream.push(Buffer.from("Kernel panic - not syncing: Fatal exception\n"));
    const [final] = stream.finish();
    expect([final?.title, final?.panicked]).toEqual(["kernel BUG in vela_tick", true]);
    expect(final?.end).toBeGreaterThan(stream.provisional?.skip ?? 0);
  });
});
