import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { canShowWindow } from "../../src/cli/live-window.ts";
import { TerminalSession } from "./terminal-session.ts";

describe("a live window is shown", () => {
  test.each([
    ["on a terminal", true, {}, true],
    ["in no file", false, {}, false],
    ["on no terminal without a cursor", true, { TERM: "dumb" }, false],
    ["in no continuous integration", true, { CI: "true" }, false],
    ["where that is switched off", true, { CI: "false" }, true],
    ["whatever the wish for colour", true, { NO_COLOR: "1" }, true],
    ["in no file, whatever the wish for colour", false, { FORCE_COLOR: "1" }, false],
  ])("%s", (_, isTTY, env, shown) => {
    expect(canShowWindow({ isTTY }, { TERM: "xterm", ...env })).toBe(shown);
  });
});

/** A session of a slow bisection on a terminal of its own. */
function slowBisection(
  times: readonly [build: number, run: number],
  env: NodeJS.ProcessEnv = {},
): TerminalSession {
  const program = join(import.meta.dirname, "slow-bisection.ts");
  const command = `"$NODE" "${program}" ${times.join(" ")}`;
  return new TerminalSession(command, { env: { NODE: process.execPath, ...env } });
}

describe("a session on a terminal", () => {
  let session: TerminalSession | null = null;

  const interrupt = "\u0003";
  const ofWindow = /^──|^(build|run) +(idle|[0-9a-f]{12})|elapsed$/;

  /** The lines of the screen, none of which may be of the window. */
  async function clean({ screen }: TerminalSession): Promise<string[]> {
    const lines = await screen.lines();
    expect(lines.filter((line) => ofWindow.test(line))).toEqual([]);
    return lines;
  }

  test("shows the window, and at the end the log and the result alone", async () => {
    session = slowBisection([300, 100]);
    await session.shows(/^build {2}[0-9a-f]{12} .* compiling \d+\/495 files █+/m);
    await session.shows(/^run {4}[0-9a-f]{12}#\d .* running [✓×]+ \d\/4$/m);
    expect(await session.ended).toBe(0);
    const lines = await clean(session);
    expect(lines[0]).toMatch(/looking for the commit that introduced/);
    expect(lines).toContain("Bisecting: 6 revisions left to test after this (roughly 3 steps)");
    expect(lines.filter((line) => / is the first bad commit$/.test(line))).toHaveLength(1);
    expect(session.screen.writes.join("")).toContain("\u001b[32m✓");
  });

  test("shows whom an adaptive search suspects, by its subject though it was never tested", async () => {
    session = slowBisection([300, 300], { SLOW_POLICY: "adaptive" });
    await session.shows(/^confidence 0\.\d\d of 0\.99, /m);
    await session.shows(/^likeliest [\d.]+ %: [0-9a-f]{12} \w+: a commit$/m);
    await session.shows(/^\w+ │[ ▁▂▃▄▅▆▇█]+│ \w+$/m);
    expect(await session.ended).toBe(0);
    const lines = await clean(session);
    expect(lines.filter((line) => /│|^likeliest \d/.test(line))).toEqual([]);
  });

  test("without colours where none are wanted", async () => {
    session = slowBisection([0, 300], { NO_COLOR: "1" });
    await session.shows(/^run {4}[0-9a-f]{12}#\d .* running [✓×]+ \d\/4$/m);
    expect(await session.ended).toBe(0);
    expect(session.screen.writes.join("")).not.toMatch(/\u001b\[[\d;]*m/);
  });

  test("the first Ctrl-C finishes what runs, above a window that goes on", async () => {
    session = slowBisection([0, 1500]);
    await session.shows(/^run .*#0 .* running/m);
    session.press(interrupt);
    await session.shows(/^finishing what runs; press Ctrl-C again to kill it\n── /m);
    expect(await session.ended).toBe(130);
    const lines = await clean(session);
    expect(lines.filter((line) => line.startsWith("resume with:")).length).toBeGreaterThan(0);
    expect(lines.join("\n")).toMatch(/\d of 4 +×/);
  });

  test("the second kills it", async () => {
    session = slowBisection([600_000, 0]);
    await session.shows(/^build .* compiling 0\/495 files/m);
    session.press(interrupt);
    await session.shows(/^finishing what runs/m);
    session.press(interrupt);
    expect(await session.ended).toBe(130);
    const lines = await clean(session);
    expect(lines).toContain("killing what runs; what was finished is saved");
    expect(lines.filter((line) => line.startsWith("resume with:")).length).toBeGreaterThan(0);
  });

  test("plain lines where the terminal has no cursor to move", async () => {
    session = slowBisection([0, 0], { TERM: "dumb", NO_COLOR: "1" });
    expect(await session.ended).toBe(0);
    expect(session.screen.writes.join("")).not.toContain("\u001b");
    await clean(session);
  });
});
