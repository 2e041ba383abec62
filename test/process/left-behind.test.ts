import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { endLeftBehind } from "./left-behind.ts";
import { startProgram } from "./start-program.ts";

test("what tests leave running is killed, and holds their output no longer; nothing else is", async () => {
  const { PATH } = process.env;
  const folder = `/firstbad-left-${process.pid}`;
  // In a session of its own, and without its parent.
  const script = "setsid sh -c 'echo up; sleep 4001' & exit 0";
  const left = startProgram("sh", ["-c", script], { env: { PATH, TMPDIR: folder } });
  const other = startProgram("sleep", ["4002"], { env: { PATH, TMPDIR: `${folder}-not` } });
  let isClosed = false;
  left.once("close", () => {
    isClosed = true;
  });
  await once(left.stdout, "data");
  const killed: string[] = [];
  while (!isClosed) {
    killed.push(...endLeftBehind(folder));
    await delay(10);
  }
  expect(killed.join("\n")).toContain("sleep 4001");
  expect(endLeftBehind(folder)).toEqual([]);
  expect(other.exitCode ?? other.signalCode).toBeNull();
});
