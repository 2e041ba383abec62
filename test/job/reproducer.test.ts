import { describe, expect, test } from "vitest";
import { parseJob } from "../../src/job/read.ts";
import { kernelJob } from "./kernel-job.ts";

const jobWith = (reproducer: string) =>
  kernelJob(
    parseJob(
      `version: 1
kernel: {repo: linux, crashes: v6.3, config: a.config, arch: um}
reproducer: ${reproducer}
machine: {type: uml}
`,
      { path: "/jobs/firstbad.yaml" },
    ),
  ).reproducer;

describe("a reproducer", () => {
  test.each([
    ["{c: a.c}", { c: "/jobs/a.c", seconds: 30 }],
    [
      "{c: a.c, flags: [-lm, -DN=2], repeat: 5}",
      { c: "/jobs/a.c", flags: ["-lm", "-DN=2"], repeat: 5, seconds: 30 },
    ],
    [
      "{shell: a.sh, seconds: 5, reached: false}",
      { shell: "/jobs/a.sh", seconds: 5, reached: false },
    ],
    ["{program: a, repeat: 0}", { program: "/jobs/a", repeat: 0, seconds: 30 }],
    [
      "{syz: a.syz, syzkaller: ../syzkaller@9021e0c9}",
      { syz: "/jobs/a.syz", syzkaller: "/syzkaller@9021e0c9", seconds: 360 },
    ],
    [
      "{syz: a.syz, syzkaller: /s@ky@v1, seconds: 10}",
      { syz: "/jobs/a.syz", syzkaller: "/s@ky@v1", seconds: 10 },
    ],
  ])("%s", (text, reproducer) => {
    expect(jobWith(text)).toEqual(reproducer);
  });

  test.each([
    ["{c: a.c, program: a}", "needs exactly one of `c`, `shell`, `program`, `syz` and `none`"],
    ["{seconds: 3}", "needs exactly one of `c`, `shell`, `program`, `syz` and `none`"],
    ["{syz: a.syz}", "`syz` and `syzkaller` go together"],
    ["{c: a.c, syzkaller: s@v1}", "`syz` and `syzkaller` go together"],
    ["{shell: a.sh, flags: [-lm]}", "only `c` is compiled"],
    ["{c: a.c, flags: [-o/tmp/x]}", "the program's place is firstbad's"],
    ["{c: a.c, flags: ['@file']}", "expected an argument such as"],
    ["{syz: a.syz, syzkaller: https://example.org/s@v1}", "clone the repository first"],
    ["{syz: a.syz, syzkaller: checkout}", "expected FOLDER@COMMIT"],
    ["{syz: a.syz, syzkaller: checkout@-f}", "expected FOLDER@COMMIT"],
    ["{c: a.c, repeat: -1}", "reproducer.repeat"],
    ["{c: a.c, sekonds: 3}", "did you mean `seconds`?"],
  ])("%s is refused: %s", (text, why) => {
    expect(() => jobWith(text)).toThrow(why);
  });
});
