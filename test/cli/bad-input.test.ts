import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { history } from "../bisection/kernels.ts";
import { firstbad } from "./firstbad.ts";

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "firstbad-cli-"));
  await writeFile(join(home, "good.c"), "int main(void) { return 0; }\n");
  await writeFile(join(home, "bad.c"), "int main(void) { return nothing_of_that_name; }\n");
  await writeFile(join(home, "good.config"), "CONFIG_PRINTK=y\n");
  await writeFile(join(home, "bad.config"), "CONFIG_PRINTK=y\nthis is no option\n");
});

const job = (kernel: object, rest: object = {}) =>
  JSON.stringify({
    version: 1,
    kernel: {
      repo: history.folder,
      crashes: history.hash("a9"),
      clean: history.hash("a0"),
      config: "good.config",
      arch: "um",
      ...kernel,
    },
    reproducer: { c: "good.c" },
    machine: { type: "uml" },
    ...rest,
  });

describe("words that are wrong end with 129 and a suggestion", () => {
  test.each([
    [["bisetc"], "Did you mean bisect?"],
    [["bisect", "--claen", "v6.1"], "Did you mean --clean?"],
    [["bisect", "--runs", "0"], "whole number from 1 on"],
    [["bisect", "--runs", "four"], "whole number from 1 on"],
    [["log", "last", "--format", "xml"], "syzbot-2022"],
    [["show"], "missing required argument"],
    [["explain"], "missing required argument"],
    [["bisect", "--term-old", "fast", "--term-good", "quick"], "cannot be used with"],
    [["terms", "--term-old", "--term-new"], "cannot be used with"],
  ])("%j", async (words, said) => {
    const { code, stdout, stderr } = await firstbad(home, ...words);
    expect(code).toBe(129);
    expect(stderr).toContain(said);
    expect(stdout).toBe("");
  });
});

describe("a job that cannot be bisected says why, leaves nothing behind", () => {
  test.each([
    ["no job file", null, 1, "job-not-readable", "firstbad.yaml"],
    ["an unknown key", job({ crashs: "x" }), 1, "job-invalid", "did you mean `crashes`?"],
    [
      "a policy that there is none of",
      job({}, { policy: "syzbot-2020" }),
      1,
      "job-invalid",
      "policy",
    ],
    ["no repository", job({ repo: "nowhere" }), 1, "repository-not-found", "nowhere"],
    ["a commit that is not there", job({ crashes: "v9.9" }), 1, "commit-not-found", "v9.9"],
    [
      "a branch name like an option",
      job({ crashes: "--upload-pack=x" }),
      1,
      "commit-not-found",
      "--upload-pack=x",
    ],
    ["ends exchanged", job({ crashes: "v6.0", clean: "v6.2" }), 3, "ends-swapped", "find"],
    ["one commit twice", job({ clean: history.hash("a9") }), 3, "clean-is-crashing", "same commit"],
    [
      "a reproducer that does not compile",
      job({}, { reproducer: { c: "bad.c" } }),
      1,
      "reproducer-not-compiling",
      "nothing_of_that_name",
    ],
    [
      "a reproducer that is not there",
      job({}, { reproducer: { c: "none.c" } }),
      1,
      "reproducer-not-readable",
      "none.c",
    ],
    [
      "a config that is not there",
      job({ config: "none.config" }),
      1,
      "config-not-readable",
      "none.config",
    ],
    [
      "a config with a line that is none",
      job({ config: "bad.config" }),
      1,
      "config-invalid",
      "this is no option",
    ],
    [
      "a disk image that is none",
      job({ arch: "x86_64" }, { machine: { type: "qemu", image: "good.c" } }),
      1,
      "image-not-usable",
      "neither a partition table nor a file system",
    ],
    [
      "a disk image that is not there",
      job({ arch: "x86_64" }, { machine: { type: "qemu", image: "nothing.img" } }),
      1,
      "image-not-usable",
      "ENOENT",
    ],
    [
      "an architecture that the machine cannot boot",
      job({ arch: "x86_64" }),
      1,
      "config-not-for-machine",
      "x86_64",
    ],
  ])("%s", async (_, text, code, reason, said) => {
    const path = join(home, "firstbad.yaml");
    await writeFile(path, text ?? "");
    const words = text === null ? ["bisect", "none/firstbad.yaml"] : ["bisect"];
    const ended = await firstbad(home, ...words, "--json");
    expect({ code: ended.code, ...JSON.parse(ended.stdout) }).toMatchObject({
      code,
      reason,
      end: null,
    });
    expect(ended.stderr).toContain(said === "find" ? "ancestor" : said);
    expect(ended.stderr).toContain(`docs/errors.md#${reason}`);
    expect((await firstbad(home, "list", "--json")).stdout).toBe("[]\n");
  });
});

test("a dry run prints the plan and begins nothing", async () => {
  await writeFile(join(home, "firstbad.yaml"), job({}));
  const { code, stdout } = await firstbad(home, "bisect", "--dry-run", "--runs", "5");
  expect(code).toBe(0);
  expect(stdout).toContain("15 commits, about 4 steps");
  expect(stdout).toContain("5 of each commit");
  expect((await firstbad(home, "list")).stdout).toContain("no bisections yet");
});

test("a dry run prints the machine's command line, flags over the job", async () => {
  const text = job({}).replace('"arch":"um"', '"arch":"x86_64"').replace('"uml"', '"qemu"');
  await writeFile(join(home, "firstbad.yaml"), text);
  const flags = ["--memory", "300M", "--smp", "2", "--cmdline", "quiet a='b c'"];
  const { code, stdout } = await firstbad(home, "bisect", "--dry-run", ...flags);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^machine +qemu, 300 MiB, quiet/m);
  const [, command] = /^command +(qemu-system-x86_64 .+)$/m.exec(stdout) ?? [];
  expect(command).toContain(" -smp 2 -m size=300M ");
  expect(command).toContain(` -append 'quiet a='\\''b c'\\'' console=ttyS0 `);
});

test("a machine is refused kernels that it cannot boot", async () => {
  await writeFile(join(home, "firstbad.yaml"), job({}).replace('"uml"', '"qemu"'));
  const { code, stderr } = await firstbad(home, "bisect", "--dry-run");
  expect(code).toBe(1);
  expect(stderr).toContain("boots kernels of ARCH=x86_64, arm64,");
});

test("a dry run says how the policy would run commits, and which releases it would walk", async () => {
  await writeFile(join(home, "firstbad.yaml"), job({ clean: undefined }));
  const plan = async (policy: string) =>
    (await firstbad(home, "bisect", "--dry-run", "--policy", policy)).stdout;
  expect(await plan("git")).toContain("4 or more of each commit, by its crash rate");
  const theirs = await plan("syzbot-2022");
  expect(theirs).toContain("10 of each commit, 20 of the first");
  expect(theirs).toContain("walking back releases until one is clean: v6.2 v6.1 v6.0");
  const suspecting = ["--suspect", "a3.c", "--suspect", "a6.c", "--dry-run"];
  const ours = await firstbad(home, "bisect", ...suspecting, "--policy", "adaptive");
  expect(ours.stdout).toContain("none is needed: releases back to v6.0 may be searched");
  expect(ours.stdout).toMatch(/^suspects +a3\.c a6\.c$/m);
  const others = await firstbad(home, "bisect", ...suspecting, "--policy", "git");
  expect(others.stdout).toMatch(/^suspects +the policy git weighs none$/m);
  const misspelt = await firstbad(home, "bisect", "--suspect", "a3.cc", "--dry-run");
  expect(misspelt.stderr).toContain("docs/errors.md#path-matches-nothing");
});
