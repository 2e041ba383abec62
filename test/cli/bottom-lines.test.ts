import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { BottomLines } from "../../src/cli/bottom-lines.ts";
import { Screen } from "./screen.ts";

// The screen needs timers, too: time passes by itself, and a frame's at once where a test says so.
beforeEach(() => {
  const toFake = ["setTimeout", "clearTimeout", "performance"] as const;
  vi.useFakeTimers({ toFake: [...toFake], shouldAdvanceTime: true });
});
afterEach(() => void vi.useRealTimers());

/** Time for a frame. */
const frame = () => vi.advanceTimersByTime(100);

/** Two lines that reach from edge to edge, and a counter. */
function begin(screen: Screen) {
  const state = { count: 0 };
  const bottom = new BottomLines(
    screen,
    ({ columns }) => ["=".repeat(columns), "-".repeat(columns), `count ${state.count}`],
    (text) => text,
  );
  return { bottom, state };
}

test("stands below the log, is drawn in its place again, and goes without a trace", async () => {
  const screen = new Screen(20, 8);
  const { bottom, state } = begin(screen);
  for (let n = 0; n < 12; n++) {
    bottom.log(`line ${n}, longer than the screen is wide`);
    state.count = n;
    frame();
  }
  const logged = Array.from({ length: 12 }, (_, n) => `line ${n}, longer than the screen is wide`);
  const window = ["=".repeat(20), "-".repeat(20), "count 11"];
  expect(await screen.lines()).toEqual([...logged, ...window]);
  bottom.log("last words");
  bottom.end();
  bottom.log("afterwards");
  bottom.change();
  frame();
  expect(await screen.lines()).toEqual([...logged, "last words", "afterwards"]);
  expect(screen.listeners).toBe(0);
});

test.each([
  ["narrower", [40, 25, 7]],
  ["wider", [7, 40]],
  ["to and fro", [40, 9, 30, 8, 40]],
])("a terminal that is made %s keeps the log and one window", async (_, widths) => {
  const screen = new Screen(widths[0] ?? 0, 12);
  const { bottom, state } = begin(screen);
  bottom.log("something that is known");
  for (const [n, columns] of widths.entries()) {
    await screen.resize(columns);
    state.count = n;
    frame();
    const window = ["=".repeat(columns), "-".repeat(columns), `count ${n}`];
    expect(await screen.lines()).toEqual(["something that is known", ...window]);
  }
  bottom.end();
  expect(await screen.lines()).toEqual(["something that is known"]);
});

test("is drawn ten times a second at most, and not at all where nothing changes", () => {
  const screen = new Screen(40, 10);
  const { bottom, state } = begin(screen);
  for (let n = 0; n < 2000; n++) {
    state.count = n;
    bottom.log(`line ${n}`);
    bottom.change();
    vi.advanceTimersByTime(1);
  }
  expect(screen.writes.length).toBeGreaterThan(10);
  expect(screen.writes.length).toBeLessThanOrEqual(21);
  frame();
  const written = screen.writes.length;
  for (let n = 0; n < 10; n++) {
    bottom.change();
    frame();
  }
  expect(screen.writes.length).toBe(written);
  bottom.end();
});

test("a line that the terminal takes for wider than it is does not wrap", async () => {
  const screen = new Screen(10, 6);
  const bottom = new BottomLines(
    screen,
    () => ["0123456789abcdef", "end"],
    (text) => text,
  );
  bottom.change();
  frame();
  expect(await screen.lines()).toEqual(["012345678f", "end"]);
  bottom.end();
  expect(await screen.lines()).toEqual([]);
});

test("after a stop and `fg`, what the shell wrote stays", async () => {
  const screen = new Screen(20, 20);
  const { bottom } = begin(screen);
  bottom.log("known");
  frame();
  screen.write("\n\n\n[1]+  Stopped\n");
  process.emit("SIGCONT");
  frame();
  expect((await screen.lines()).filter((line) => /^[a-z[]/.test(line))).toEqual([
    "known",
    "count 0",
    "[1]+  Stopped",
    "count 0",
  ]);
  bottom.end();
});
