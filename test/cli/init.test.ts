import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, realpath, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { readJob } from "../../src/job/read.ts";
import { history } from "../bisection/kernels.ts";
import { kernelJob } from "../job/kernel-job.ts";
import { firstbad, program } from "./firstbad.ts";
import { TerminalSession } from "./terminal-session.ts";

const { hash } = history;

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "firstbad-init-")));
});

/** A clone in which a9 is checked out, with a config and a reproducer, as one has it after a crash. */
async function tree(): Promise<void> {
  execFileSync("git", ["clone", "-q", "--no-checkout", history.folder, folder]);
  execFileSync("git", ["-C", folder, "update-ref", "--no-deref", "HEAD", hash("a9")]);
  await writeFile(join(folder, ".config"), "CONFIG_PRINTK=y\n");
  await writeFile(join(folder, "crash-it.c"), "int main(void) {}\n");
}

const init = (...words: readonly string[]) => firstbad(folder, "init", ...words);

describe("without a terminal", () => {
  test("everything that looking around finds is taken", async () => {
    await tree();
    const { code, stdout } = await init();
    expect(code).toBe(0);
    expect(stdout).toBe(
      "firstbad.yaml is written. Next:\n  firstbad bisect --dry-run\n  firstbad bisect\n",
    );
    expect(await readJob(join(folder, "firstbad.yaml"))).toMatchObject({
      kernel: {
        repo: folder,
        crashes: hash("a9"),
        clean: "v6.2",
        config: join(folder, ".config"),
        arch: "um",
      },
      reproducer: { c: join(folder, "crash-it.c") },
      machine: { type: "uml" },
    });
    const text = await readFile(join(folder, "firstbad.yaml"), "utf8");
    expect(text).not.toContain(folder);
    expect((await firstbad(folder, "bisect", "--dry-run")).code).toBe(0);
  });

  test("what counts as the bug may be told, and then no reproducer is needed", async () => {
    await tree();
    expect((await init("--expect", "test: list.move, is: failing")).code).toBe(0);
    const job = await readJob(join(folder, "firstbad.yaml"));
    expect(job).toMatchObject({
      reproducer: { none: true },
      expect: { test: "list.move", is: "failing" },
    });
    expect((await firstbad(folder, "bisect", "--dry-run")).stdout).toContain(
      "the bug     the test list.move is failing\n",
    );
    const crash = await init("--force", "--expect", "{crash: any}", "--reproducer", "crash-it.c");
    expect(crash.code).toBe(0);
    expect(await readJob(join(folder, "firstbad.yaml"))).toMatchObject({
      expect: { crash: "any" },
    });
  });

  test.each(["boot: slow", "boot: [", "{number: fast, worse: lower}"])(
    "an expectation that is none is refused: %s",
    async (said) => {
      await tree();
      const { code, stderr } = await init("--expect", said);
      expect(code).toBe(1);
      expect(stderr).toContain(`--expect ${said}: `);
      expect(existsSync(join(folder, "firstbad.yaml"))).toBe(false);
    },
  );

  test("a build that fails has no machine, and the architecture of its configuration", async () => {
    await tree();
    const built = ["--force", "--expect", "build: fails"];
    expect((await init(...built)).code).toBe(0);
    const text = await readFile(join(folder, "firstbad.yaml"), "utf8");
    expect(text).not.toContain("machine:");
    const { machine, kernel } = kernelJob(await readJob(join(folder, "firstbad.yaml")));
    expect([machine, kernel.arch]).toEqual([{ type: "none" }, "x86_64"]);
    await writeFile(join(folder, ".config"), "# Linux/arm64 6.1.0 Kernel Configuration\n");
    expect((await init(...built)).code).toBe(0);
    const other = kernelJob(await readJob(join(folder, "firstbad.yaml")));
    expect(other.kernel.arch).toBe("arm64");
    await writeFile(join(folder, ".config"), "CONFIG_PRINTK=y\n");
    expect((await init(...built, "--machine", "uml", "--arch", "um")).code).toBe(0);
    const named = await readJob(join(folder, "firstbad.yaml"));
    expect(named).toMatchObject({ machine: { type: "uml" }, kernel: { arch: "um" } });
    const crash = await init("--force", "--machine", "none");
    expect([crash.code, crash.stderr]).toEqual([1, expect.stringContaining("of the type")]);
  });

  test("flags go over what is found, and a file elsewhere names whole paths", async () => {
    await tree();
    await mkdir(join(folder, "jobs"));
    await writeFile(join(folder, "trigger"), "#!/bin/sh\necho c > /proc/sysrq-trigger\n");
    const given = ["--crashes", "v6.2", "--clean", "none", "--config", "defconfig"];
    const more = ["--reproducer", "trigger", "--machine", "uml", "--arch", "um"];
    const { code, stdout } = await init("jobs/it's.yaml", ...given, ...more);
    expect(code).toBe(0);
    expect(stdout).toContain(`firstbad bisect 'jobs/it'\\''s.yaml' --dry-run`);
    const job = kernelJob(await readJob(join(folder, "jobs/it's.yaml")));
    expect(job.kernel).toMatchObject({ crashes: "v6.2", config: { base: "defconfig" } });
    expect(job.kernel.clean).toBeUndefined();
    expect(job.reproducer).toMatchObject({ shell: join(folder, "trigger") });
  });

  test("all that is missing is told at once, and nothing is written", async () => {
    const { code, stderr } = await init("--machine", "uml");
    expect(code).toBe(1);
    for (const flag of ["--repo FOLDER", "--config FILE", "--reproducer FILE"]) {
      expect(stderr).toContain(`${flag} is missing`);
    }
    expect(existsSync(join(folder, "firstbad.yaml"))).toBe(false);
  });

  test.each([
    [["--crashes", "v9.9"], "commit-not-found", "v9.9"],
    [["--clean", "v6.1", "--crashes", "v6.0"], "ends-swapped", "ancestor"],
    [["--config", "none.config", "--repo", "."], "config-not-readable", "none.config"],
    [["--config", "broken"], "config-invalid", "this is no option"],
    [["--config", "foreign"], "config-not-for-machine", "is for kernels of x86"],
    [["--config", "oldconfig"], "config-invalid", "no base"],
    [["--config", "/dev/zero"], "config-not-readable", "it is no file"],
    [["--arch", "x86_64"], "config-not-for-machine", "boots no kernels"],
    [["--machine", "cray"], "job-invalid", "cray"],
    [["--reproducer", ".config"], "reproducer-not-readable", "C source or a shell script"],
    [["--reproducer", "none.c"], "reproducer-not-readable", "none.c"],
  ])("%j is refused: %s", async (words, reason, said) => {
    await tree();
    await writeFile(join(folder, "broken"), "this is no option\n");
    await writeFile(join(folder, "foreign"), "# Linux/x86 6.1.0 Kernel Configuration\n");
    const uml = words.includes("--machine") ? [] : ["--machine", "uml"];
    const { code, stderr } = await init(...words, ...uml);
    expect(code).not.toBe(0);
    expect(stderr).toContain(said);
    expect(stderr).toContain(`(${reason}: see`);
    expect(existsSync(join(folder, "firstbad.yaml"))).toBe(false);
  });

  test("a file that is there stays, unless it is to go", async () => {
    await tree();
    await writeFile(join(folder, "firstbad.yaml"), "mine\n");
    const { code, stderr } = await init("--machine", "uml");
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("(file-exists: see"),
    });
    expect(await readFile(join(folder, "firstbad.yaml"), "utf8")).toBe("mine\n");
    expect((await init("--machine", "uml", "--force")).code).toBe(0);
    expect((await readJob(join(folder, "firstbad.yaml"))).version).toBe(1);
  });
});

describe.each([
  [80, 24],
  [50, 15],
])("on a terminal of %d columns and %d rows", (columns, rows) => {
  let session: TerminalSession;

  function start(): void {
    const env = { FIRSTBAD_HOME: folder };
    session = new TerminalSession(`"${program}" init`, { env, cwd: folder, columns, rows });
  }

  test("asks until every answer is good, and offers what it found", async () => {
    await tree();
    start();
    await session.shows(/^repo \[.*\]: ?$/m);
    session.press("nowhere\r");
    await session.shows(/there is no folder nowhere/);
    session.press("\r");
    await session.shows(new RegExp(`^crashes \\[${hash("a9").slice(0, 12)}\\]: ?$`, "m"));
    session.press("\r");
    await session.shows(/^clean \[v6.2\]: ?$/m);
    session.press("v6.1\r");
    await session.shows(/^config \[.config\]: ?$/m);
    session.press("\r");
    await session.shows(/^machine \[uml\]: ?$/m);
    session.press("\r");
    await session.shows(/^arch \[um\]: ?$/m);
    session.press("x86_64\r");
    await session.shows(/boots no kernels of "x86_64"\n {2}one of: um\narch \[um\]: ?$/);
    session.press("\r");
    await session.shows(/^reproducer \[crash-it.c\]: ?$/m);
    session.press("\r");
    expect(await session.ended).toBe(0);
    const lines = await session.screen.lines();
    expect(lines.slice(-3)).toEqual([
      "firstbad.yaml is written. Next:",
      "  firstbad bisect --dry-run",
      "  firstbad bisect",
    ]);
    const { kernel } = kernelJob(await readJob(join(folder, "firstbad.yaml")));
    expect(kernel).toMatchObject({ crashes: hash("a9"), clean: "v6.1" });
  });

  test("takes answers that are pasted all at once", async () => {
    await tree();
    start();
    session.press(`.\r\rv6.0\rdefconfig\ruml\r\rcrash-it.c\r`);
    expect(await session.ended).toBe(0);
    const { kernel } = kernelJob(await readJob(join(folder, "firstbad.yaml")));
    expect(kernel).toMatchObject({ crashes: hash("a9"), clean: "v6.0", arch: "um" });
  });

  test.each([
    ["Ctrl-C", "\u0003"],
    ["Ctrl-D", "\u0004"],
  ])("%s ends it, and nothing is written", async (_, key) => {
    await tree();
    start();
    await session.shows(/^repo \[.*\]: ?$/m);
    session.press(key);
    expect(await session.ended).toBe(130);
    expect((await session.screen.lines()).join("\n")).toContain("nothing was written");
    expect(existsSync(join(folder, "firstbad.yaml"))).toBe(false);
  });
});
