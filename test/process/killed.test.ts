import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { findControllers } from "../../src/process/controllers.ts";
import { isRunning } from "../../src/process/process-tree.ts";
import { runProcess } from "../../src/process/run.ts";

const run = new URL("../../src/process/run.ts", import.meta.url).href;

/** Ids of running processes with this word on their command line. */
function running(word: string): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => {
      try {
        return isRunning(pid) && readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(word);
      } catch {
        return false;
      }
    });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(10);
}

test("a sandbox ends with a firstbad that is killed, and its group is swept by the next", async () => {
  const seconds = `80${process.pid}9`;
  const script = `import { runProcess } from ${JSON.stringify(run)};
    await runProcess({ command: "sleep", args: ["${seconds}"], sandbox: { mounts: [] },
      limits: { memoryBytes: 1e9 } });`;
  const firstbad = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: "ignore",
    env: { PATH: process.env.PATH },
  });
  const inside = () => running(seconds).filter((pid) => pid !== firstbad.pid);
  await until(() => inside().length > 0);
  firstbad.kill("SIGKILL");
  await once(firstbad, "exit");
  await until(() => inside().length === 0);

  await runProcess({
    command: "true",
    args: [],
    sandbox: { mounts: [] },
    limits: { memoryBytes: 1e9 },
  });
  const groups = findControllers().flatMap(({ parent }) => readdirSync(parent));
  expect(groups.filter((name) => name.startsWith(`firstbad-${firstbad.pid}-`))).toEqual([]);
});
