import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { test, vi } from "vitest";
import { findControllers } from "../../src/process/controllers.ts";
import { isRunning } from "../../src/process/process-tree.ts";
import { startProgram } from "./start-program.ts";

const run = new URL("../../src/process/run.ts", import.meta.url).href;

/** Ids of running processes with this word on their command line. */
function running(word: string): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => isRunning(pid) && commandLine(pid).includes(word));
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1");
  } catch {
    return "";
  }
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(10);
}

// Killed as soon as bubblewrap is there, while it still sets the sandbox up, and again when it has.
test.each([
  ["while its sandbox is made", "/"],
  ["while its program runs", "sleep\0"],
])("nothing is left of a firstbad that was killed %s when the next one runs", async (_, first) => {
  const seconds = `80${process.pid}9`;
  const script = `import { runProcess } from ${JSON.stringify(run)};
    await runProcess({ command: "sleep", args: ["${seconds}"], sandbox: { mounts: [] },
      limits: { memoryBytes: 1e9 } });`;
  const firstbad = startProgram(process.execPath, ["--input-type=module", "-e", script], {
    env: { PATH: process.env.PATH },
  });
  const inside = () => running(seconds).filter((pid) => pid !== firstbad.pid);
  await until(() => inside().some((pid) => commandLine(pid).startsWith(first)));
  firstbad.kill("SIGKILL");
  await once(firstbad, "exit");
  // The kernel may be about to end some of it, so that not the very next one finds nothing left.
  await until(async () => {
    await runNext();
    return inside().length === 0 && groupsOf(firstbad.pid).length === 0;
  });
});

/** Runs a program as a new firstbad process would: what is done once per process is done again. */
async function runNext(): Promise<void> {
  vi.resetModules();
  const { runProcess } = await import("../../src/process/run.ts");
  const limits = { memoryBytes: 1e9 };
  await runProcess({ command: "true", args: [], sandbox: { mounts: [] }, limits });
}

function groupsOf(pid: number | undefined): string[] {
  return findControllers()
    .flatMap(({ parent }) => readdirSync(parent))
    .filter((name) => name.startsWith(`firstbad-${pid}-`));
}
