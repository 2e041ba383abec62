import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withBoard } from "../../src/machine/ssh/lease.ts";
import { freePort, TestBoard } from "../machine/board.ts";
import { BoardRuns } from "../machine/board-runs.ts";

let board: TestBoard;
let runs: BoardRuns;

beforeAll(async () => {
  board = await TestBoard.start();
  runs = new BoardRuns(board);
});
afterAll(async () => {
  await board.close();
  runs.close();
});

describe("a board that is reached with ssh", () => {
  test("boots each kernel once, and its own system after it", async () => {
    const before = board.boots;
    const clean = await runs.run("echo said by the reproducer\n");
    expect(clean).toMatchObject({ ending: "clean", crashes: [] });
    expect(clean.console).toContain("said by the reproducer");
    expect(clean.console).toMatch(/^firstbad: run [0-9a-f]{16}\r?$/m);
    const crashed = await runs.run("echo c > /proc/sysrq-trigger; sleep 100\n");
    expect(crashed.crashes.map(({ title }) => title)).toEqual([
      "kernel panic: sysrq triggered crash",
    ]);
    expect(board.boots - before).toBe(2);
    expect(board.cycles).toBe(0);
  });

  test("has a console of datagrams, of which only its own count", async () => {
    const port = await freePort();
    board.datagrams = port;
    const netconsole = { port, address: "127.0.0.1" };
    const result = await runs.run("echo c > /proc/sysrq-trigger; sleep 100\n", {
      described: { console: { netconsole } },
    });
    board.datagrams = null;
    expect(result.crashes[0]?.title).toBe("kernel panic: sysrq triggered crash");
    // Through the kernel, without the time that it puts before a line else.
    expect(result.console).toMatch(/^firstbad: reproducer started$/m);
    expect(result.console).toMatch(/^Linux version /m);
  });
});

describe("trouble with a board is no ending of a run", () => {
  test("a host key that changed, and one that is not known", async () => {
    board.trust("other-host-key");
    await expect(runs.run("true\n")).rejects.toMatchObject({
      code: "host-key-refused",
      message: expect.stringContaining("is another one than before"),
    });
    writeFileSync(board.path("known-hosts"), "");
    await expect(runs.run("true\n")).rejects.toMatchObject({
      code: "host-key-refused",
      message: expect.stringContaining("is not known"),
    });
    board.trust("host-key");
  });

  test("a key that it does not take, and one that is not there", async () => {
    await expect(
      runs.run("true\n", { described: { key: board.path("other-key") } }),
    ).rejects.toMatchObject({ code: "login-refused" });
    await expect(
      runs.run("true\n", { described: { key: board.path("no-key") } }),
    ).rejects.toMatchObject({ code: "file-not-readable" });
  });

  test("a board that does not answer", async () => {
    const port = await freePort();
    const cycles = board.cycles;
    const described = { port, back: 1 };
    await expect(runs.run("true\n", { described })).rejects.toMatchObject({
      code: "board-unreachable",
      message: expect.stringContaining("Connection refused"),
    });
    expect(board.cycles - cycles).toBe(1);
  });

  test("a health check that fails, after a cycle of the power too", async () => {
    const cycles = board.cycles;
    const described = { health: "echo the disk is full; exit 3", back: 10 };
    await expect(runs.run("true\n", { described })).rejects.toMatchObject({
      code: "board-unhealthy",
      message: expect.stringContaining("the disk is full"),
    });
    expect(board.cycles - cycles).toBe(1);
  });

  test("a kernel that cannot be installed", async () => {
    const described = { install: "echo no room in /boot >&2; exit 1" };
    await expect(runs.run("true\n", { described })).rejects.toMatchObject({
      code: "machine-infrastructure",
      message: expect.stringContaining("no room in /boot"),
    });
  });

  test("a board that somebody else has is waited for", async () => {
    const abort = new AbortController();
    const described = board.described();
    await withBoard(described, abort.signal, async () => {
      const waiting = runs.run("true\n", { signal: abort.signal });
      const outcome = await Promise.race([
        waiting.then(
          () => "ran",
          () => "failed",
        ),
        new Promise((resolve) => setTimeout(resolve, 1000, "waits")),
      ]);
      expect(outcome).toBe("waits");
      abort.abort();
      await expect(waiting).rejects.toMatchObject({ code: "interrupted" });
    });
  });
});
