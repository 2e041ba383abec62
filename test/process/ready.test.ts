import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ProcessSpec } from "../../src/process/process.ts";
import { runProcess } from "../../src/process/run.ts";
import { startProgram } from "./start-program.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "firstbad-ready-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a file into the folder, in a sandbox or on the host, and prints what is in the folder. */
function lister(isolation: string): ProcessSpec {
  const sandbox = { mounts: [{ host: folder, inside: "/work", writable: true }] };
  const limits = { memoryBytes: 1e9, processes: 16 };
  const script = ["-c", "touch started; ls"];
  return isolation === "sandbox"
    ? { command: "sh", args: script, cwd: "/work", sandbox, limits }
    : { command: "sh", args: script, cwd: folder, limits };
}

describe.each(["sandbox", "host"])("a program (%s) that is started when all is ready", (where) => {
  test("sees what was made ready, and its time counts from then", async () => {
    const ready = delay(700).then(() => writeFileSync(join(folder, "made"), ""));
    const result = await runProcess({ ...lister(where), ready, deadline: 0.6 });
    expect(result).toMatchObject({ exitCode: 0, ending: "exited" });
    expect(result.stdout.toString()).toBe("made\nstarted\n");
    expect(result.seconds).toBeLessThan(0.6);
  });

  test("is never started where it cannot be made ready", async () => {
    const ready = delay(50).then(() => Promise.reject(new Error("no room")));
    await expect(runProcess({ ...lister(where), ready })).rejects.toThrow("no room");
    expect(existsSync(join(folder, "started"))).toBe(false);
  });

  test("is not started after a signal, and what makes it ready is waited for", async () => {
    const stop = new AbortController();
    const ready = delay(300).then(() => writeFileSync(join(folder, "made"), ""));
    setTimeout(() => stop.abort(), 100);
    const result = await runProcess({ ...lister(where), ready, signal: stop.signal });
    expect(result.ending).toBe("aborted");
    expect(existsSync(join(folder, "made"))).toBe(true);
    expect(existsSync(join(folder, "started"))).toBe(false);
  });
});

test("a firstbad that is killed meanwhile starts nothing", async () => {
  const run = new URL("../../src/process/run.ts", import.meta.url).href;
  const spec = { ...lister("sandbox"), args: ["-c", "touch started"] };
  const script = `import { runProcess } from ${JSON.stringify(run)};
    import { setTimeout as delay } from "node:timers/promises";
    const ready = delay(60_000);
    setTimeout(() => process.stdout.write("held back"), 500);
    await runProcess({ ...${JSON.stringify(spec)}, ready });`;
  const firstbad = startProgram(process.execPath, ["--input-type=module", "-e", script]);
  firstbad.stderr.pipe(process.stderr, { end: false });
  await once(firstbad.stdout, "data");
  firstbad.kill("SIGKILL");
  await once(firstbad, "exit");
  await delay(300);
  expect(existsSync(join(folder, "started"))).toBe(false);
});
