import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseJob } from "../../src/job/read.ts";
import { givenProgram } from "../../src/kernel/initramfs/given-program.ts";
import { buildInitramfs } from "../../src/kernel/initramfs/initramfs.ts";
import { compileReproducer } from "../../src/kernel/initramfs/reproducer.ts";
import { guestProgramsOf } from "../../src/lab/job-inputs.ts";
import { createUmlMachine } from "../../src/machine/uml.ts";
import { kernelJob } from "../job/kernel-job.ts";
import { standInCheckout } from "../kernel/syzkaller/stand-in.ts";

const { signal } = new AbortController();
let folder: string;
let serial = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "firstbad-reproducers-"));
  writeFileSync(
    join(folder, "a.c"),
    '#include <math.h>\n#include <stdio.h>\nint main(int n, char **w) { printf("turn of %d, %g\\n", N, sqrt(n * 16)); return 0; }\n',
  );
  writeFileSync(join(folder, "a.sh"), "echo $$ >> /tmp/turns; wc -l < /tmp/turns; sleep 1000 &\n");
  writeFileSync(
    join(folder, "a.syz"),
    '# https://example.org/bug?id=1\n#{"threaded":true,"procs":3,"sandbox":"none"}\nmmap(0x20000000)\n',
  );
  standInCheckout(join(folder, "syzkaller"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the console of Debian's UML kernel says from the start of the job's reproducer on. */
async function ran(reproducer: string): Promise<{ ending: string; lines: string[] }> {
  const job = kernelJob(
    parseJob(
      `version: 1
kernel: {repo: linux, crashes: v6.1, config: a.config, arch: um}
reproducer: ${reproducer}
machine: {type: uml}
`,
      { path: join(folder, "firstbad.yaml") },
    ),
  );
  const base = join(folder, `${serial++}`);
  const programs = await guestProgramsOf(job, join(folder, "cache"), signal);
  await buildInitramfs({ ...programs, modules: null, out: `${base}.cpio` });
  const { seconds } = job.reproducer;
  const { ending } = await createUmlMachine().run(
    {
      image: "/usr/bin/linux.uml",
      initramfs: `${base}.cpio`,
      console: `${base}.txt`,
      ...{ cmdline: "", memory: 128 * 1024 ** 2, seconds, deadline: seconds + 60 },
    },
    signal,
  );
  const lines = readFileSync(`${base}.txt`, "latin1").split(/\r?\n/);
  return { ending, lines: lines.slice(lines.indexOf("firstbad: reproducer started") + 1) };
}

const ended = ["firstbad: reproducer exited with status 0", "firstbad: done"];
const said = (lines: readonly string[]) => lines.filter((line) => /^(?!\[|$)/.test(line));

describe("a guest runs", () => {
  test("C with flags, as often as it is asked", async () => {
    const { ending, lines } = await ran("{c: a.c, flags: [-DN=3, -lm], repeat: 3}");
    expect(ending).toBe("clean");
    expect(said(lines).slice(0, 5)).toEqual([...Array(3).fill("turn of 3, 4"), ...ended]);
  });

  test("a script until its time is over, each time without what the last one left running", async () => {
    const { ending, lines } = await ran("{shell: a.sh, seconds: 3, repeat: 0}");
    expect(ending).toBe("clean");
    const turns = said(lines)
      .filter((line) => /^\d+$/.test(line))
      .map(Number);
    expect(turns.length).toBeGreaterThan(1);
    expect(turns).toEqual(turns.map((_, n) => n + 1));
    expect(lines.filter((line) => line === "firstbad: reproducer started")).toEqual([]);
  });

  test("any static program", async () => {
    const source = Buffer.from(
      '#include <unistd.h>\nint main(void) { write(1, "given\\n", 6); }\n',
    );
    const compiled = {
      name: "b.c",
      source,
      arch: "um",
      cacheFolder: join(folder, "other"),
      signal,
    } as const;
    const path = await givenProgram(await compileReproducer(compiled), "um", join(folder, "given"));
    const { lines } = await ran(`{program: ${path}}`);
    expect(said(lines).slice(0, 3)).toEqual(["given", ...ended]);
  });

  test.each([
    ["old", ["-collide=true", "-cover=0"]],
    ["new", ["-os=linux", "-collide=false", "-optional=slowdown=1:sandbox_arg=0"]],
  ])("a syz program by the tools of an %s checkout", async (age, flags) => {
    const { lines } = await ran(`{syz: a.syz, syzkaller: syzkaller@${age}, seconds: 20}`);
    expect(lines).toEqual(
      expect.arrayContaining([
        ...["-executor=/syz-executor", "-arch=amd64", "-sandbox=none", "-procs=3", "-repeat=0"],
        ...["-threaded=true", ...flags, "executing program: mmap(0x20000000)", ...ended],
      ]),
    );
  });
});
