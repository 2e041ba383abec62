import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runProcess } from "../../src/process/run.ts";
import type { Sandbox } from "../../src/process/sandbox.ts";
import { sandboxAvailability } from "../../src/process/sandbox-available.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "firstbad-sandbox-"));
  writeFileSync(join(folder, "input"), "given\n");
  mkdirSync(join(folder, "work"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function inside(script: string, sandbox: Partial<Sandbox> = {}, cwd?: string) {
  const result = await runProcess({
    command: "sh",
    args: ["-c", script],
    sandbox: { mounts: [], ...sandbox },
    ...(cwd === undefined ? {} : { cwd }),
  });
  return { ...result, out: result.stdout.toString().trim(), err: result.stderr.toString().trim() };
}

describe("what a sandbox shows", () => {
  test("only the system's folders", async () => {
    const { out } = await inside("ls -A /");
    const allowed = "bin dev etc lib lib32 lib64 libx32 proc sbin tmp usr".split(" ");
    expect(out.split("\n").filter((name) => !allowed.includes(name))).toEqual([]);
  });

  test("of /etc only what compilers need", async () => {
    const { out } = await inside("ls -A /etc");
    const allowed = "alternatives group ld.so.cache ld.so.conf ld.so.conf.d passwd".split(" ");
    expect(out.split("\n").filter((name) => !allowed.includes(name))).toEqual([]);
  });

  test("our own accounts", async () => {
    expect((await inside("cat /etc/passwd | cut -d: -f1")).out).toBe("root\nnobody");
    expect((await inside("id -un; hostname")).out).toBe("root\nfirstbad");
  });

  test("mounts, writable only where they are said to be", async () => {
    const mounts = [
      { host: join(folder, "input"), inside: "/given/input", writable: false },
      { host: join(folder, "work"), inside: "/work", writable: true },
    ];
    const { out, err } = await inside(
      "cat /given/input; pwd; echo made > /work/file; echo x > /given/input; echo $?",
      { mounts },
      "/work",
    );
    expect(out).toMatch(/^given\n\/work\n[12]$/);
    expect(err).toMatch(/[Rr]ead-only/);
    expect(readFileSync(join(folder, "work/file"), "utf8")).toBe("made\n");
  });

  test("links and folders in memory", async () => {
    const { out } = await inside("readlink /opt/link; df -k --output=size /scratch | tail -1", {
      links: [{ inside: "/opt/link", target: "/usr/bin" }],
      memoryFolders: [{ inside: "/scratch", bytes: 8 * 1024 ** 2 }],
    });
    expect(out.split(/\s+/)).toEqual(["/usr/bin", "8192"]);
  });

  test("no process of the host, no network, no capability", async () => {
    expect(Number((await inside("ls -d /proc/[0-9]* | wc -l")).out)).toBeLessThan(10);
    expect((await inside("tail -n +3 /proc/net/dev | cut -d: -f1")).out.trim()).toBe("lo");
    expect((await inside("grep CapEff /proc/self/status")).out).toBe("CapEff:\t0000000000000000");
    expect((await inside("ulimit -c")).out).toBe("0");
  });

  test("private /tmp and /dev/shm with a bound, and a root that cannot be written", async () => {
    const word = `firstbad-${process.pid}`;
    await inside(`touch /tmp/${word} /dev/shm/${word}`);
    expect((await inside("ls -A /tmp /dev/shm")).out).not.toContain(word);
    const { out, err } = await inside(
      "head -c 3000000 /dev/zero > /tmp/big; head -c 3000000 /dev/zero > /dev/shm/big; touch /x; " +
        "cat /tmp/big | wc -c; cat /dev/shm/big | wc -c",
      { tmpBytes: 1024 ** 2, shmBytes: 2 * 1024 ** 2 },
    );
    expect(out.split(/\s+/)).toEqual([`${1024 ** 2}`, `${2 * 1024 ** 2}`]);
    expect(err).toMatch(/Read-only/);
  });
});

test("how a program ended is known although we were too busy to hear of it in order", async () => {
  const busy = setInterval(() => {
    const until = performance.now() + 15;
    while (performance.now() < until);
  }, 20);
  try {
    const output = { kind: "file", path: join(folder, "output") } as const;
    const spec = { command: "sh", args: ["-c", "exit 3"], sandbox: { mounts: [] }, stdout: output };
    const inTurn = async () => {
      for (let n = 0; n < 5; n++) {
        expect(await runProcess({ ...spec, stderr: "stdout" })).toMatchObject({ exitCode: 3 });
      }
    };
    await Promise.all(Array.from({ length: 6 }, inTurn));
  } finally {
    clearInterval(busy);
  }
});

describe("a sandbox that cannot be made", () => {
  test("says why", async () => {
    const mounts = [{ host: join(folder, "nothing"), inside: "/x", writable: false }];
    const run = runProcess({ command: "true", args: [], sandbox: { mounts } });
    await expect(run).rejects.toMatchObject({ code: "sandbox-failed" });
    await expect(run).rejects.toThrow(join(folder, "nothing"));
  });

  test("says why although its words went to a file", async () => {
    const mounts = [{ host: join(folder, "nothing"), inside: "/x", writable: false }];
    const stdout = { kind: "file", path: join(folder, "words") } as const;
    await expect(
      runProcess({ command: "true", args: [], sandbox: { mounts }, stdout, stderr: "stdout" }),
    ).rejects.toThrow(join(folder, "nothing"));
  });

  test("names the package where bubblewrap is missing", async () => {
    const path = process.env.PATH;
    process.env.PATH = folder;
    try {
      await expect(
        runProcess({ command: "true", args: [], sandbox: { mounts: [] }, deadline: 5 }),
      ).rejects.toMatchObject({ code: "sandbox-failed", hint: "apt-get install bubblewrap" });
    } finally {
      process.env.PATH = path;
    }
  });
});

test("the sandbox is available where the tests run", async () => {
  expect(await sandboxAvailability()).toEqual({ available: true });
});
