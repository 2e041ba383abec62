import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GuestMarkers } from "../../src/crash/guest-markers.ts";

function progressOf(console: string, cuts: readonly number[] = []) {
  const markers = new GuestMarkers();
  const bytes = Buffer.from(console, "latin1");
  const places = [0, ...[...cuts].map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b)];
  places.forEach((place, i) => {
    markers.push(bytes.subarray(place, places[i + 1] ?? bytes.length));
  });
  return markers.progress;
}

const none = {
  init: false,
  waiting: false,
  portless: false,
  started: null,
  refused: false,
  done: false,
  ended: null,
};

describe("our init's lines", () => {
  test.each([
    ["nothing", "", none],
    ["a console that begins with one", "firstbad: init\r\n", { ...none, init: true }],
    ["one without its end", "firstbad: init", none],
    ["one in the middle of a line", "x firstbad: init\n", none],
    ["one that is longer", "firstbad: initial\n", none],
    [
      "a refusal",
      "firstbad: reproducer not started: Exec format error\n",
      { ...none, refused: true },
    ],
    ["its lack of a port", "firstbad: no port\r\n", { ...none, portless: true }],
    ["its wait", "firstbad: waiting\r\n", { ...none, waiting: true }],
    ["the last", "boot\n\nfirstbad: done\n[  1.0] reboot", { ...none, done: true, ended: 21 }],
  ])("are found in %s", (_, console, progress) => {
    expect(progressOf(console)).toEqual(progress);
  });

  test("tell where the console of the reproducer begins: at the first such line", () => {
    const before = "boot\r\nfirstbad: init\r\n\r\nfirstbad: reproducer started\r\n";
    const console = `${before}firstbad: reproducer started\r\n`;
    expect(progressOf(console).started).toBe(before.length);
  });

  test("are found however the console is cut into chunks", () => {
    const before = `${"noise\n".repeat(3)}firstbad: init\r\n\nfirstbad: \nfirstbad: reproducer started\n`;
    const console = `${before}firstbad: ${"x".repeat(500)}\nfirstbad: done\r\n`;
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 30 }), (cuts) => {
        expect(progressOf(console, cuts)).toEqual({
          init: true,
          portless: false,
          waiting: false,
          started: before.length,
          refused: false,
          done: true,
          ended: console.length,
        });
      }),
    );
  });
});
