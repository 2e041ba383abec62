import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findControllers } from "../../src/process/controllers.ts";
import type { ProcessSpec } from "../../src/process/process.ts";
import { isRunning } from "../../src/process/process-tree.ts";
import { runProcess } from "../../src/process/run.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "firstbad-run-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The program is `sh` with a constant script: a test needs programs that misbehave in many ways. */
function sh(script: string, more: Partial<ProcessSpec> = {}): ProcessSpec {
  return { command: "sh", args: ["-c", script], ...more };
}

/** The ids of running processes whose command line has this word. */
function running(word: string): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => pid !== process.pid && isRunning(pid) && commandLine(pid).includes(word));
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1");
  } catch {
    return "";
  }
}

const places = [
  { name: "without a sandbox", sandbox: {} },
  { name: "in a sandbox", sandbox: { sandbox: { mounts: [] } } },
] as const;

describe.each(places)("a program $name", ({ sandbox }) => {
  test.each([
    ["exit 0", 0, null],
    ["exit 7", 7, null],
    ["kill -SEGV $$", null, "SIGSEGV"],
    ["kill -KILL $$", null, "SIGKILL"],
  ])("%s is data: exit code %s, signal %s", async (script, exitCode, killedBy) => {
    expect(await runProcess(sh(script, sandbox))).toMatchObject({
      exitCode,
      killedBy,
      ending: "exited",
      truncated: false,
      outOfMemory: false,
    });
  });

  test("is found by name, and gets its arguments as they are", async () => {
    const args = ["%s|", "a b", "$HOME", "; true", "--", "*"];
    const result = await runProcess({ command: "printf", args, ...sandbox });
    expect(result.stdout.toString()).toBe("a b|$HOME|; true|--|*|");
  });

  test("that is not there is a missing tool", async () => {
    await expect(
      runProcess({ command: "firstbad-no-such-program", args: [], ...sandbox }),
    ).rejects.toMatchObject({
      code: "tool-missing",
      facts: { program: "firstbad-no-such-program" },
    });
  });

  test("has an empty environment but for PATH and what is given", async () => {
    process.env.FIRSTBAD_TEST_LEAK = "leaked";
    const result = await runProcess({
      command: "env",
      args: [],
      env: { GIVEN: "yes" },
      ...sandbox,
    });
    delete process.env.FIRSTBAD_TEST_LEAK;
    const names = result.stdout
      .toString()
      .trim()
      .split("\n")
      .map((line) => line.split("=")[0]);
    // bubblewrap tells a program its working folder.
    expect(names.filter((name) => name !== "PWD").sort()).toEqual(["GIVEN", "PATH"]);
  });

  test("reads the standard input it is given, else the end of file", async () => {
    const given = await runProcess({ command: "cat", args: [], stdin: "words\n", ...sandbox });
    expect(given.stdout.toString()).toBe("words\n");
    expect((await runProcess({ command: "cat", args: [], ...sandbox })).exitCode).toBe(0);
  });

  test("may end without reading its standard input", async () => {
    const stdin = Buffer.alloc(1024 ** 2);
    expect(await runProcess({ command: "true", args: [], stdin, ...sandbox })).toMatchObject({
      exitCode: 0,
    });
  });

  test("keeps the order of both outputs in one place", async () => {
    const script = "i=0; while [ $i -lt 200 ]; do echo o$i; echo e$i >&2; i=$((i+1)); done";
    const expected = Array.from({ length: 200 }, (_, i) => `o${i}\ne${i}\n`).join("");
    const captured = await runProcess(sh(script, { stderr: "stdout", ...sandbox }));
    expect(captured.stdout.toString()).toBe(expected);
    expect(captured.stderr).toHaveLength(0);
    const path = join(folder, "both");
    await runProcess(sh(script, { stdout: { kind: "file", path }, stderr: "stdout", ...sandbox }));
    expect(readFileSync(path, "utf8")).toBe(expected);
  });

  test("writes into a file of its own, over what was there", async () => {
    const path = join(folder, "out");
    writeFileSync(path, "something longer from before");
    const result = await runProcess(
      sh("echo new; echo no >&2", {
        stdout: { kind: "file", path },
        stderr: { kind: "discard" },
        ...sandbox,
      }),
    );
    expect(readFileSync(path, "utf8")).toBe("new\n");
    expect(result.stdout.length + result.stderr.length).toBe(0);
  });

  test("that prints more than is kept loses the middle only", async () => {
    const script = "echo first; head -c 5000000 /dev/zero; echo last";
    const result = await runProcess(
      sh(script, { stdout: { kind: "capture", limit: 1000 }, ...sandbox }),
    );
    expect(result.truncated).toBe(true);
    expect(result.stdout).toHaveLength(1000);
    expect(result.stdout.subarray(0, 6).toString()).toBe("first\n");
    expect(result.stdout.subarray(-5).toString()).toBe("last\n");
  });

  test("and all below it end at the deadline, in a session of their own too", async () => {
    const word = `80${process.pid}1`;
    const script = `setsid sleep ${word} & sleep ${word} & sleep ${word}`;
    const result = await runProcess(sh(script, { deadline: 0.3, ...sandbox }));
    expect(result).toMatchObject({ ending: "deadline", exitCode: null, killedBy: "SIGKILL" });
    expect(running(word)).toEqual([]);
  });

  test("ends when its signal fires", async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 50);
    const result = await runProcess(sh("sleep 600", { signal: abort.signal, ...sandbox }));
    expect(result).toMatchObject({ ending: "aborted", exitCode: null });
  });

  test("is not started when its signal has fired", async () => {
    const path = join(folder, "never");
    const result = await runProcess(
      sh("true", { signal: AbortSignal.abort(), stdout: { kind: "file", path }, ...sandbox }),
    );
    expect(result.ending).toBe("aborted");
    expect(readdirSync(folder)).not.toContain("never");
  });

  test("may tidy up in its grace, and no longer", async () => {
    const polite = await runProcess(
      sh("trap 'echo bye; exit 5' TERM; echo up; while :; do sleep 0.01; done", {
        deadline: 1,
        grace: 20,
        ...sandbox,
      }),
    );
    expect(polite).toMatchObject({ ending: "deadline", exitCode: 5 });
    expect(polite.stdout.toString()).toBe("up\nbye\n");
    const deaf = await runProcess(
      sh("trap '' TERM; while :; do sleep 0.01; done", { deadline: 1, grace: 0.1, ...sandbox }),
    );
    expect(deaf).toMatchObject({ ending: "deadline", killedBy: "SIGKILL" });
  });

  test("leaves no child behind when it ends by itself", async () => {
    const word = `80${process.pid}2`;
    expect(await runProcess(sh(`sleep ${word} & exit 0`, sandbox))).toMatchObject({ exitCode: 0 });
    expect(running(word)).toEqual([]);
  });

  test("cannot make a file longer than its bound", async () => {
    const path = join(folder, "long");
    const result = await runProcess({
      command: "head",
      args: ["-c", "100000", "/dev/zero"],
      stdout: { kind: "file", path },
      limits: { fileBytes: 5000 },
      ...sandbox,
    });
    expect(result.exitCode).not.toBe(0);
    expect(readFileSync(path)).toHaveLength(5000);
  });

  test("runs with the priority it is given", async () => {
    const result = await runProcess({ command: "nice", args: [], nice: 7, ...sandbox });
    expect(Number(result.stdout.toString())).toBeGreaterThanOrEqual(7);
  });

  test("can run beside others", async () => {
    const results = await Promise.all(
      Array.from({ length: 12 }, (_, i) => runProcess(sh(`echo ${i}; exit ${i}`, sandbox))),
    );
    expect(results.map((result) => result.exitCode)).toEqual(
      Array.from({ length: 12 }, (_, i) => i),
    );
    expect(results.map((result) => Number(result.stdout))).toEqual(results.map((_, i) => i));
  });
});

describe("bounds by control group", () => {
  const sandbox = { mounts: [] };
  const controllers = findControllers();

  function groups(): string[] {
    return controllers.flatMap(({ parent }) =>
      readdirSync(parent).filter((entry) => entry.startsWith(`firstbad-${process.pid}-`)),
    );
  }

  test("memory: what passes it is killed, and said to be; no group is left", async () => {
    const script = "head -c 300000000 /dev/zero | tail -c 290000000 | wc -c";
    const result = await runProcess(sh(script, { sandbox, limits: { memoryBytes: 60_000_000 } }));
    const enforced = controllers.some(({ name }) => name === "memory");
    expect(result.outOfMemory).toBe(enforced);
    expect(result.stdout.toString()).toBe(enforced ? "0\n" : "290000000\n");
    expect(groups()).toEqual([]);
  });

  test("memory: files in /tmp count", async () => {
    const script = "head -c 200000000 /dev/zero > /tmp/big; echo $?";
    const result = await runProcess(sh(script, { sandbox, limits: { memoryBytes: 60_000_000 } }));
    expect(result.outOfMemory).toBe(controllers.some(({ name }) => name === "memory"));
  });

  test("processes: what passes them cannot be started", async () => {
    const script = "for i in 1 2 3 4 5 6 7 8; do sleep 0.2 & done; wait; echo all";
    const few = await runProcess(sh(script, { sandbox, limits: { processes: 5 } }));
    const many = await runProcess(sh(script, { sandbox, limits: { processes: 50 } }));
    expect(many.stdout.toString()).toBe("all\n");
    if (controllers.some(({ name }) => name === "pids")) {
      expect(few.stderr.toString()).toContain("fork");
    }
    expect(groups()).toEqual([]);
  });
});
