import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readConsole } from "../../src/crash/read.ts";
import { ConsoleStream } from "../../src/crash/stream.ts";
import { type ExpectedCrash, readFixture } from "./fixture.ts";

const folder = new URL("fixtures/", import.meta.url);
const fixtures = readdirSync(folder).map(
  (name) => [name.replace(".txt", ""), readFixture(readFileSync(new URL(name, folder)))] as const,
);

describe("readConsole", () => {
  it.each(fixtures)("titles %s", (_, { console, crashes }) => {
    expect(readConsole(console).map(seen(crashes))).toEqual(crashes);
  });

  it.each(fixtures)("finds in %s the same from each crash's own offset on", (_, { console }) => {
    for (const crash of readConsole(console)) {
      const again = readConsole(console.subarray(crash.start))[0];
      // The registers that User Mode Linux prints before its headline are out of sight then.
      if (!crash.report.includes("Kernel mode fault")) expect(again?.title).toBe(crash.title);
      expect(again?.start).toBe(0);
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
  });
});

describe("ConsoleStream", () => {
  it.each(fixtures)("sees in %s whether there is a crash, in chunks of any size", (_, fixture) => {
    for (const size of [1, 7, 100, 1_000_000]) {
      const watcher = new ConsoleStream();
      for (let at = 0; at < fixture.console.length; at += size) {
        watcher.push(fixture.console.subarray(at, at + size));
      }
      expect(watcher.state === "quiet").toBe(fixture.crashes.length === 0);
    }
  });
});

/** What a fixture says of a crash; what it does not say is not compared. */
function seen(expected: readonly ExpectedCrash[]) {
  return (crash: ReturnType<typeof readConsole>[number], i: number): ExpectedCrash => {
    const { title, type, frame, stack, corrupted } = crash;
    const compared = expected[i]?.stack === null ? null : stack;
    return { title, type, frame, stack: compared, corrupted };
  };
}
