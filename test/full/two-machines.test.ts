import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { losesReference } from "../../demo/culprit.ts";
import { type DemoHistory, makeDemoHistory } from "../../demo/history.ts";
import { demoJob } from "../../demo/job.ts";
import { keptCache } from "../real/kept-cache.ts";

const root = join(import.meta.dirname, "../..");

let history: DemoHistory;
let folder: string;

beforeAll(async () => {
  const { signal } = new AbortController();
  history = await makeDemoHistory({ folder: join(keptCache, "demo"), signal, tree: "whole" });
  folder = await mkdtemp(join(tmpdir(), "firstbad-two-machines-"));
});

/** The end of a bisection of the demo's bug, in a history of the whole source, with `changes` to its job. */
async function bisected(name: string, changes: object) {
  const { kernel, ...rest } = demoJob(history.repository, join(root, "demo/repro.c"));
  const job = join(folder, `${name}.yaml`);
  const { kernel: changed = {}, ...others } = changes as { kernel?: object };
  await writeFile(job, JSON.stringify({ ...rest, ...others, kernel: { ...kernel, ...changed } }));
  const env = { ...process.env, XDG_DATA_HOME: folder, XDG_CACHE_HOME: keptCache };
  const words = ["bisect", job, "--json"];
  const { stdout } = await promisify(execFile)(join(root, "bin/firstbad"), words, {
    env,
    maxBuffer: 64 * 1024 ** 2,
  });
  return JSON.parse(stdout);
}

test("one bug ends the same whether its kernels are run as UML or in QEMU", async () => {
  const um = await bisected("um", {});
  const qemu = await bisected("qemu", {
    kernel: {
      arch: "x86_64",
      config: { base: "allnoconfig", fragments: [join(import.meta.dirname, "x86_64.config")] },
    },
    reproducer: { c: join(root, "demo/repro.c"), seconds: 30 },
    machine: { type: "qemu", memory: "256M" },
  });
  expect(um.end).toBe("found");
  expect(qemu).toMatchObject({ end: "found", culprit: um.culprit });
  expect(await losesReference(history.repository, um.culprit)).toBe(true);
});
