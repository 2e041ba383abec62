import { writeFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { withBoard } from "../../src/machine/ssh/lease.ts";
import { createSshMachine } from "../../src/machine/ssh/ssh.ts";
import { descendantsOf } from "../../src/process/process-tree.ts";
import { freePort, TestBoard } from "../machine/board.ts";
import { BoardRuns } from "../machine/board-runs.ts";
import { commandLine, machineContract } from "../machine/contract.ts";

let board: TestBoard;
let runs: BoardRuns;

beforeAll(async () => {
  board = await TestBoard.start();
  runs = new BoardRuns(board);
});
afterEach(() => board.settled());
afterAll(async () => {
  await board.close();
  runs.close();
});

machineContract("ssh", {
  arch: "um",
  image: "/usr/bin/linux.uml",
  memory: 0,
  command: null,
  slow: false,
  create: (bounds) => createSshMachine({ ...bounds, board: board.described(), arch: "um" }),
  createStarved: null,
});

describe("a board that is reached with ssh", () => {
  test("boots each kernel once, and its own system after it", async () => {
    const { boots, cycles } = board;
    const clean = await runs.run("echo said by the reproducer\n");
    expect(clean).toMatchObject({ ending: "clean", crashes: [] });
    expect(clean.console).toContain("said by the reproducer");
    expect(clean.console).toMatch(/^firstbad: run [0-9a-f]{16}\r?$/m);
    const crashed = await runs.run("echo c > /proc/sysrq-trigger; sleep 100\n");
    expect(crashed.crashes.map(({ title }) => title)).toEqual([
      "kernel panic: sysrq triggered crash",
    ]);
    expect(board.boots - boots).toBe(2);
    expect(board.cycles).toBe(cycles);
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

describe("a board that is lost", () => {
  test("after it said that it would go down, is cycled, and its run was none", async () => {
    const cycles = board.cycles;
    board.staysOff = true;
    const result = await runs.run("true\n", { described: { back: 3 } });
    board.staysOff = false;
    expect(result).toMatchObject({ ending: "hung", crashes: [] });
    expect(board.cycles - cycles).toBe(1);
  });

  test("while it boots, is cycled at the deadline", async () => {
    const cycles = board.cycles;
    const result = await runs.run("true\n", {
      request: { cmdline: "rdinit=/bin/sh", seconds: 1, deadline: 6 },
    });
    expect(result.ending).toBe("boot-failed");
    expect(board.cycles - cycles).toBe(1);
  });

  test("without a way to cycle its power, is trouble and no ending", async () => {
    board.staysOff = true;
    const { powerCycle, ...described } = board.described({ back: 2 });
    const machine = createSshMachine({ board: described, arch: "um" });
    await expect(runs.run("true\n", { machine })).rejects.toMatchObject({
      code: "board-unreachable",
    });
    writeFileSync(board.path("power"), "");
    await board.settled();
    expect(powerCycle).toBeDefined();
  });

  test("where its reboot does nothing, is trouble and no ending", async () => {
    board.ignoresReboot = true;
    const running = runs.run("true\n", { request: { deadline: 4 } });
    await expect(running).rejects.toMatchObject({
      code: "board-unreachable",
      message: expect.stringContaining("was not rebooted"),
    });
    board.ignoresReboot = false;
  });

  test("by whoever interrupts, is cycled, and leaves no process behind", async () => {
    const abort = new AbortController();
    const cycles = board.cycles;
    const running = runs.run("sleep 1000\n", { signal: abort.signal, request: { seconds: 1000 } });
    const outcome = expect(running).rejects.toMatchObject({ code: "interrupted" });
    await board.guestSays("reproducer started");
    abort.abort();
    await outcome;
    await expect.poll(() => board.cycles - cycles, { timeout: 10_000 }).toBe(1);
    const left = descendantsOf(process.pid).map(commandLine);
    expect(left.filter((words) => /^(ssh|tail)\0/.test(words))).toEqual([]);
  });
});

test("what a console repeats of an earlier run is none of this one", async () => {
  const old = [
    "Linux version 6.1",
    "firstbad: run 0123456789abcdef",
    "firstbad: init",
    "firstbad: reproducer started",
    "BUG: KASAN: slab-use-after-free in f+0x1/0x2",
    "firstbad: reproducer exited with status 0",
    "firstbad: done",
  ];
  writeFileSync(board.path("old"), `${old.join("\n")}\n`);
  const program = `cat ${board.path("old")}; exec tail -c +1 -F ${board.path("serial")}`;
  const result = await runs.run("sleep 1; echo o > /proc/sysrq-trigger; sleep 5\n", {
    described: { console: { command: ["sh", "-c", program] } },
  });
  expect(result.console).toContain("0123456789abcdef");
  expect(result.console).toContain("firstbad: reproducer started");
  expect(["lost", "clean"]).toContain(result.ending);
});

test("a console's program that ends is trouble and no ending", async () => {
  const program = "echo the line is taken >&2; exit 1";
  const described = { console: { command: ["sh", "-c", program] } };
  await expect(runs.run("sleep 20\n", { described })).rejects.toMatchObject({
    code: "machine-infrastructure",
    message: expect.stringContaining("the line is taken"),
  });
});
