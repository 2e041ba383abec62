import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileInit } from "../../src/kernel/initramfs/init-program.ts";
import { buildInitramfs, type GuestReproducer } from "../../src/kernel/initramfs/initramfs.ts";
import { compileReproducer } from "../../src/kernel/initramfs/reproducer.ts";
import type { Arch } from "../../src/kernel/kernel.ts";
import type { Machine, MachineResult, MachineRun } from "../../src/machine/machine.ts";
import { findControllers } from "../../src/process/controllers.ts";
import { descendantsOf, send } from "../../src/process/process-tree.ts";

/** A kind of machine, and a kernel with magic SysRq that it can boot. */
export interface MachineSubject {
  readonly arch: Arch;
  readonly image: string;
  /** Guest memory that it boots with, in bytes. */
  readonly memory: number;
  /** Words of the kernel's command line that it cannot do without. */
  readonly cmdline?: string;
  /** How the command line of a machine's process begins; null where the guest is none of ours. */
  readonly command: string | null;
  /** Whether its runs are so long that several tests are made at once. */
  readonly slow: boolean;
  /** A machine with a console bound, in bytes, and what is kept of a longer console. */
  create(bounds?: { consoleLimit?: number; cap?: { head: number; tail: number } }): Machine;
  /** One that may take so little of the host's memory that no kernel can boot. */
  readonly createStarved: (() => Machine) | null;
}

const signal = new AbortController().signal;
const includes = `#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <termios.h>
#include <unistd.h>
static void crash(void) { int f = open("/proc/sysrq-trigger", O_WRONLY); write(f, "c", 1); }
`;

/** What every machine must do, with real kernels; `subject` says which machine. */
export function machineContract(name: string, subject: MachineSubject): void {
  let folder: string;
  let init: string;
  let serial = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "firstbad-machine-"));
    init = await compileInit(subject.arch, join(folder, "cache"), signal);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** A run of the kernel with a reproducer: the body of a C `main`, or anything else. */
  async function prepare(
    reproducer: string | GuestReproducer,
    more: Partial<MachineRun> = {},
  ): Promise<MachineRun> {
    const base = join(folder, `${serial++}`);
    await buildInitramfs({
      init,
      reproducer: typeof reproducer === "string" ? await compiled(reproducer) : reproducer,
      modules: null,
      out: `${base}.cpio`,
    });
    return {
      image: subject.image,
      initramfs: `${base}.cpio`,
      console: `${base}.txt`,
      memory: subject.memory,
      seconds: 20,
      deadline: 120,
      ...more,
      cmdline: `${subject.cmdline ?? ""} ${more.cmdline ?? ""}`,
    };
  }

  async function compiled(body: string): Promise<GuestReproducer> {
    const path = await compileReproducer({
      source: Buffer.from(`${includes}int main(void) { ${body} }\n`),
      name: "repro.c",
      arch: subject.arch,
      cacheFolder: join(folder, "cache"),
      signal,
    });
    return { kind: "program", path };
  }

  async function run(
    reproducer: string | GuestReproducer,
    more: Partial<MachineRun> = {},
    machine = subject.create(),
  ): Promise<MachineResult & { console: string; lines: string[] }> {
    const request = await prepare(reproducer, more);
    const result = await machine.run(request, signal);
    const console = readFileSync(request.console, "latin1");
    const lines = console.split(/\r?\n/).filter((line) => line.startsWith("firstbad: "));
    const words = lines.map((line) => line.slice("firstbad: ".length));
    // A console that others speak on, too, has the name of the run first.
    return { ...result, console, lines: words.filter((said) => !/^run [0-9a-f]+$/.test(said)) };
  }

  describe(`${name}: endings`, { concurrent: subject.slow }, () => {
    test.each([
      ["ends at once", "return 0;", "reproducer exited with status 0"],
      ["fails", "return 7;", "reproducer exited with status 7"],
      ["is killed", "raise(SIGSEGV);", "reproducer killed by signal 11"],
      ["never ends", "for (;;);", "time is up"],
      [
        "never ends and has children that nothing reaches",
        deafChildren("for (;;) pause();"),
        "time is up",
      ],
      ["leaves children behind", deafChildren("return 3;"), "reproducer exited with status 3"],
      ["stops the terminal", "tcflow(1, TCOOFF); return 4;", "reproducer exited with status 4"],
      ["kills all it can", "kill(-1, SIGKILL); return 5;", "reproducer exited with status 5"],
      ["closes the terminal", "close(1); close(2); return 6;", "reproducer exited with status 6"],
    ])("clean where the reproducer %s", async (_, body, said) => {
      const result = await run(body, { seconds: body.includes("for (;;)") ? 1 : 20 });
      expect(result).toMatchObject({ ending: "clean", crashes: [], truncated: false });
      expect(result.lines).toEqual(["init", "reproducer started", said, "done"]);
      expect(result.consoleBytes).toBe(result.console.length);
    });

    test("clean where the reproducer prints without ending its lines", async () => {
      const body = 'write(1, "half a line", 11); return 0;';
      const result = await run(body);
      expect(result.ending).toBe("clean");
      expect(result.console).toMatch(/^half a line\r?$/m);
      expect(result.lines.at(-1)).toBe("done");
    });

    test("clean where a script is the reproducer", async () => {
      const script = Buffer.from("echo in $PWD; cat /proc/mounts | grep -c tmpfs; exit 9\n");
      const result = await run({ kind: "shell", script });
      expect(result.ending).toBe("clean");
      expect(result.console).toContain("in /tmp");
      expect(result.lines).toContain("reproducer exited with status 9");
    });

    test("crashed where the kernel does so after the reproducer's start", async () => {
      const result = await run("crash(); pause();");
      expect(result.ending).toBe("crashed");
      expect(result.crashes.map((crash) => crash.title)).toEqual([
        "kernel panic: sysrq triggered crash",
      ]);
      const { start } = result.crashes[0]!;
      expect(result.console.slice(start).split("\n")[0]).toContain("sysrq triggered crash");
      expect(result.lines).toEqual(["init", "reproducer started"]);
    });

    test("crashed where a child that outlives the reproducer's first process does it", async () => {
      const body = "if (fork() == 0) { setsid(); crash(); } sleep(10);";
      expect((await run(body)).ending).toBe("crashed");
    });

    test("boot-failed where the kernel panics before", async () => {
      const result = await run("return 0;", { cmdline: "rdinit=/there/is/none" });
      expect(result.ending).toBe("boot-failed");
      expect(result.crashes).not.toEqual([]);
    });

    test("boot-failed where the kernel cannot start the reproducer", async () => {
      const path = join(folder, "garbage");
      writeFileSync(path, "\x7fnothing that runs");
      const result = await run({ kind: "program", path });
      expect(result.ending).toBe("boot-failed");
      expect(result.lines).toContain("reproducer not started: Exec format error");
    });

    test("no-output where the image is no program", async () => {
      const image = join(folder, "image");
      writeFileSync(image, "\x7fnot a kernel");
      chmodSync(image, 0o755);
      expect(await run("return 0;", { image })).toMatchObject({
        ending: "no-output",
        consoleBytes: 0,
        console: "",
      });
    });

    test("lost where the guest goes away without a word", async () => {
      const result = await run("reboot(RB_POWER_OFF); return 0;");
      expect(result).toMatchObject({ ending: "lost", crashes: [] });
    });

    test("hung where the deadline passes", async () => {
      const deadline = subject.slow ? 25 : 8;
      const result = await run("for (;;) pause();", { seconds: 500, deadline });
      expect(result).toMatchObject({ ending: "hung", crashes: [] });
    });

    test("flooded where the console passes its limit", async () => {
      const machine = subject.create({ consoleLimit: 300_000 });
      const result = await run('for (;;) puts("again and again");', {}, machine);
      expect(result.ending).toBe("flooded");
      expect(result.consoleBytes).toBeGreaterThan(300_000);
    });
  });

  describe(`${name}: consoles`, { concurrent: subject.slow }, () => {
    test("a long one is cut in its middle, which says so, and keeps its crash", async () => {
      const machine = subject.create({ cap: { head: 20_000, tail: 10_000 } });
      const body =
        'for (int i = 0; i < 5000; i++) printf("number %d\\n", i); fflush(stdout); crash(); pause();';
      const result = await run(body, {}, machine);
      expect(result).toMatchObject({ ending: "crashed", truncated: true });
      expect(result.consoleBytes).toBeGreaterThan(50_000);
      expect(result.console.length).toBeLessThan(40_000);
      expect(result.console).toMatch(/^\[firstbad: \d+ bytes cut here\]$/m);
      expect(result.console).toContain("number 4999");
      const { start } = result.crashes[0]!;
      expect(result.console.slice(start).split("\n")[0]).toContain("sysrq triggered crash");
    });

    test("what was in the file before is gone", async () => {
      const request = await prepare("return 0;");
      writeFileSync(request.console, "old ".repeat(100_000));
      await subject.create().run(request, signal);
      expect(readFileSync(request.console, "latin1")).not.toContain("old old");
    });
  });

  describe(`${name}: trouble of this host is no ending`, () => {
    test("an image that is not there", async () => {
      const request = await prepare("return 0;", { image: join(folder, "no-image") });
      await expect(subject.create().run(request, signal)).rejects.toMatchObject({
        isInfrastructure: true,
      });
    });

    test("a console that cannot be made", async () => {
      writeFileSync(join(folder, "file"), "");
      const request = await prepare("return 0;", { console: join(folder, "file/console") });
      await expect(subject.create().run(request, signal)).rejects.toMatchObject({
        code: "machine-infrastructure",
      });
    });

    test("interrupted", async () => {
      const abort = new AbortController();
      const request = await prepare("for (;;) pause();", { seconds: 500 });
      const running = subject.create().run(request, abort.signal);
      await said(request.console, "reproducer started");
      abort.abort();
      await expect(running).rejects.toMatchObject({ code: "interrupted" });
    });

    test.runIf(subject.command !== null)("killed from outside", async () => {
      const request = await prepare("for (;;) pause();", { seconds: 500 });
      const running = subject.create().run(request, signal);
      await said(request.console, "reproducer started");
      for (const pid of descendantsOf(process.pid)) {
        if (commandLine(pid).startsWith(subject.command ?? "")) send(pid, "SIGKILL");
      }
      await expect(running).rejects.toMatchObject({ code: "killed" });
    });

    test.runIf(subject.createStarved !== null)("not enough memory", async () => {
      const bounded = findControllers().some((controller) => controller.name === "memory");
      const running = subject.createStarved!().run(await prepare("return 0;"), signal);
      if (bounded) await expect(running).rejects.toMatchObject({ code: "out-of-memory" });
      else await expect(running).resolves.toMatchObject({ ending: "clean" });
    });
  });

  test(`${name}: four at once do not meet, and leave nothing behind`, async () => {
    const home = () =>
      existsSync(join(homedir(), ".uml")) ? readdirSync(join(homedir(), ".uml")) : [];
    const before = home();
    const machine = subject.create();
    const bodies = ["return 0;", "crash(); pause();", "reboot(RB_POWER_OFF);", "return 1;"];
    const results = await Promise.all(bodies.map((body) => run(body, {}, machine)));
    expect(results.map((result) => result.ending)).toEqual(["clean", "crashed", "lost", "clean"]);
    const left = descendantsOf(process.pid).map(commandLine);
    const ours = (words: string) => subject.command !== null && words.startsWith(subject.command);
    expect(left.filter(ours)).toEqual([]);
    expect(home()).toEqual(before);
    const files = readdirSync(folder).filter((file) => /^\d/.test(file));
    expect(files.filter((file) => !/^\d+\.(cpio|txt)$/.test(file))).toEqual([]);
    for (const { parent } of findControllers()) {
      const groups = readdirSync(parent).filter((entry) =>
        entry.startsWith(`firstbad-${process.pid}-`),
      );
      expect(groups).toEqual([]);
    }
  });
}

/** Children in sessions of their own that ignore what can be ignored, and would crash the kernel later. */
function deafChildren(then: string): string {
  return `for (int i = 1; i < 65; i++) signal(i, SIG_IGN);
    for (int i = 0; i < 3; i++) if (fork() == 0) { setsid(); if (fork()) _exit(0); sleep(5); crash(); }
    for (int i = 1; i < 65; i++) signal(i, SIG_DFL);
    ${then}`;
}

/** Waits until a console has these words. */
async function said(console: string, words: string): Promise<void> {
  while (!existsSync(console) || !readFileSync(console, "latin1").includes(words)) await delay(20);
}

/** The words of a process, each with a NUL behind it; empty where it is gone. */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1");
  } catch {
    return "";
  }
}
