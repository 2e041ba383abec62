import { writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSshMachine } from "../../src/machine/ssh/ssh.ts";
import { descendantsOf } from "../../src/process/process-tree.ts";
import { TestBoard } from "../machine/board.ts";
import { BoardRuns } from "../machine/board-runs.ts";
import { commandLine, machineContract } from "../machine/contract.ts";

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

machineContract("ssh", {
  arch: "um",
  image: "/usr/bin/linux.uml",
  memory: 0,
  command: null,
  slow: false,
  create: (bounds) => createSshMachine({ ...bounds, board: board.described(), arch: "um" }),
  createStarved: null,
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
    while (board.staysOff) await delay(20);
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
