import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { makeDemoHistory } from "../../demo/history.ts";
import { demoJob } from "../../demo/job.ts";
import { openRepository } from "../../src/history/repository.ts";
import { resolveCommit } from "../../src/history/resolve-commit.ts";
import { treeFiles } from "../../src/kconfig/tree-files.ts";
import { createKernelBuilder } from "../../src/kernel/builder.ts";
import { parseConfig } from "../../src/kernel/config.ts";
import type { ConfigSource } from "../../src/kernel/kernel.ts";
import { needingOf } from "../../src/minimise/choose.ts";
import { configTextWithout } from "../../src/minimise/compose.ts";
import { prepare } from "../../src/minimise/prepare.ts";
import { cacheWithoutKernels, keptCache } from "../real/kept-cache.ts";

const root = join(import.meta.dirname, "../..");
const { signal } = new AbortController();

/** Options that the demo's crash, a bad pointer in poll() of a pipe, has nothing to do with. */
const more = ["INOTIFY_USER", "FANOTIFY", "DNOTIFY", "POSIX_MQUEUE", "CGROUPS", "NAMESPACES"]
  .concat(["USER_NS", "PID_NS", "UTS_NS", "RELAY", "ADVISE_SYSCALLS", "MEMBARRIER", "RSEQ"])
  .concat(["IO_URING", "BSD_PROCESS_ACCT", "TASKSTATS", "IKCONFIG", "LDT_DUMMY", "KCMP"])
  .map((name) => `CONFIG_${name}=y\n`)
  .join("");

let repository: string;
let fragments: string[];
beforeAll(async () => {
  // The demo's own files are those alone that its configuration needs.
  const tree = "whole";
  ({ repository } = await makeDemoHistory({ folder: join(keptCache, "demo"), signal, tree }));
  const path = join(root, "demo/kernel/uml.config");
  fragments = [readFileSync(path, "utf8").replace(/^CONFIG_INOTIFY_USER.*$/m, ""), more];
});

describe("what our reader makes of a real tree's Kconfig files", () => {
  test("is what make olddefconfig does: with an option goes all that needs it", async () => {
    const cache = join(cacheWithoutKernels(), "firstbad");
    const builder = await createKernelBuilder({ repository, cache });
    try {
      const commit = await resolveCommit(await openRepository(repository), "master", { signal });
      const resolved = (config: ConfigSource) =>
        builder.configOf({ commit, patches: [], arch: "um", config }, signal);
      const full = await resolved({ kind: "base", base: "allnoconfig", fragments });
      const base = await resolved({ kind: "base", base: "allnoconfig", fragments: [] });
      const { candidates } = await builder.withTree(
        commit,
        async (tree) =>
          prepare({ full, base, bootable: false, arch: "um", crash: null, read: treeFiles(tree) }),
        signal,
      );
      expect(candidates.length).toBeGreaterThan(30);
      const needing = needingOf(candidates.map(({ needs }) => needs));
      // What most others need, and some that nothing needs.
      const places = [...candidates.keys()].sort(
        (a, b) => (needing[b]?.length ?? 0) - (needing[a]?.length ?? 0),
      );
      for (const place of [...places.slice(0, 4), ...places.slice(-3)]) {
        const left = (needing[place] ?? []).map((other) => candidates[other]?.name ?? "");
        const now = parseConfig(
          await resolved({ kind: "file", text: configTextWithout(full, left) }),
        );
        const gone = candidates.filter(({ name }) => (now.get(name) ?? "n") === "n");
        expect(gone.map(({ name }) => name)).toEqual(left);
      }
    } finally {
      await builder.close();
    }
  });
});

// A dozen configurations, each a kernel from nothing: an hour of a quiet machine.
test("firstbad minimize finds what a real kernel's crash needs, and it crashes again", async () => {
  const folder = mkdtempSync(join(tmpdir(), "firstbad-minimize-"));
  const paths = fragments.map((text, n) => {
    const path = join(folder, `${n}.config`);
    writeFileSync(path, text);
    return path;
  });
  const job = demoJob(repository, join(root, "demo/repro.c"));
  const config = { base: "allnoconfig", fragments: paths };
  writeFileSync(
    join(folder, "firstbad.yaml"),
    stringify({ ...job, kernel: { ...job.kernel, config } }),
  );
  const { FIRSTBAD_HOME, ...inherited } = process.env;
  const env = { ...inherited, XDG_DATA_HOME: folder, XDG_CACHE_HOME: keptCache };
  const output = join(folder, "small.config");
  const words = ["minimize", join(folder, "firstbad.yaml"), "--output", output, "--json", "-q"];
  const { stdout } = await promisify(execFile)(join(root, "bin/firstbad"), words, { env });
  const { end, config: found } = JSON.parse(stdout);
  expect(end).toBe("minimised");
  expect(found).toMatchObject({ open: 0, crashesAgain: true });
  expect(found.kept).toContain("CONFIG_KASAN");
  for (const line of more.trim().split("\n")) {
    expect(found.kept).not.toContain(line.slice(0, -2));
  }
  expect(readFileSync(output, "utf8")).toMatch(/^# Made smaller by firstbad /);
}, 10_800_000);
