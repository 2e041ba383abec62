import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DemoHistory, makeDemoHistory } from "../../demo/history.ts";
import { isOutsideBuild } from "../../src/history/graph-compiled.ts";
import { hashOf, parentHashesOf } from "../../src/history/graph-hashes.ts";
import { loadGraph } from "../../src/history/load-graph.ts";
import { openRepository } from "../../src/history/repository.ts";
import { loadTouchedPaths } from "../../src/history/touched-paths.ts";
import { createKernelBuilder } from "../../src/kernel/builder.ts";
import type { BuildResult, KernelBuilder } from "../../src/kernel/kernel.ts";
import { cacheWithoutKernels, keptCache } from "./kept-cache.ts";

const cache = join(cacheWithoutKernels(), "firstbad");
const config = {
  kind: "base",
  base: "allnoconfig",
  fragments: [readFileSync(new URL("../../demo/kernel/uml.config", import.meta.url), "utf8")],
} as const;

let history: DemoHistory;
let builder: KernelBuilder;
beforeAll(async () => {
  const { signal } = new AbortController();
  history = await makeDemoHistory({ folder: join(keptCache, "demo"), signal });
  builder = await open(2);
});
afterAll(async () => {
  await builder?.close();
});

function open(slots: number): Promise<KernelBuilder> {
  return createKernelBuilder({ repository: history.repository, cache, slots });
}

function build(commit: string, clean = false): Promise<BuildResult> {
  return builder.build({ commit, patches: [], arch: "um", config }, { clean });
}

async function signatureOf(commit: string, clean = false): Promise<string> {
  const result = await build(commit, clean);
  if (result.kind === "failed") throw new Error(result.excerpt.join("\n"));
  expect(result.dropped).toEqual([]);
  expect(result.compiler).toMatch(/^gcc .*, GNU ld /);
  return result.signature;
}

test("real kernels come out the same from two slots at once, step by step and clean", async () => {
  const newest = history.crashes;
  const oldest = history.tags[0]!.commit;
  const [a, b] = await Promise.all([signatureOf(newest), signatureOf(oldest)]);
  expect(a).not.toBe(b);
  await builder.close();
  // What was known is forgotten; each slot's folder is now built upon, with the other's commit.
  rmSync(join(cache, "inputs"), { recursive: true });
  rmSync(join(cache, "kernels"), { recursive: true });
  builder = await open(1);
  expect(await signatureOf(oldest)).toBe(b);
  expect(await signatureOf(newest)).toBe(a);
  // Throws `build-not-reproducible` where the clean kernel is another.
  expect(await signatureOf(oldest, true)).toBe(b);
  const files = await builder.files(b);
  expect(readFileSync(files.image).readUInt32BE(0)).toBe(0x7f454c46);
  files.release();
});

test("a commit that touches nothing its build and its parent's have read has its parent's kernel", async () => {
  const signature = await signatureOf(history.crashes);
  const compiled = await filesOf(history.crashes);
  expect([...compiled]).toEqual(
    expect.arrayContaining(["fs/eventfd.c", "include/linux/eventfd.h", "kernel/bounds.c"]),
  );
  // Sources and headers of one architecture: a small part of the tree.
  expect(compiled.size).toBeGreaterThan(1000);
  expect(compiled.size).toBeLessThan(5000);
  expect([...compiled].filter((path) => /^[./]|^arch\/(?!um|x86)/.test(path))).toEqual([]);

  const repository = await openRepository(history.repository);
  const { graph } = await loadGraph(repository, { tip: history.crashes, exclude: [] });
  const { touched } = await loadTouchedPaths(repository, graph);
  const outside = Array.from({ length: graph.count }, (_, i) => i).filter((i) =>
    isOutsideBuild(graph, touched, i, compiled),
  );
  const [commit, parent] = [outside.at(-1)!, parentHashesOf(graph, outside.at(-1)!)[0]!];
  const [one, other] = [await signatureOf(hashOf(graph, commit)), await signatureOf(parent)];
  for (const hash of [hashOf(graph, commit), parent]) {
    expect(isOutsideBuild(graph, touched, commit, await filesOf(hash))).toBe(true);
  }
  expect(one).toBe(other);
  expect(one).not.toBe(signature);
});

async function filesOf(commit: string): Promise<ReadonlySet<string>> {
  const { signal } = new AbortController();
  const spec = { commit, patches: [], arch: "um", config } as const;
  return new Set(await builder.compiledFiles(spec, signal));
}

test("a real commit that does not compile says where", async () => {
  const result = await build(history.unbuildable[0]!);
  expect(result).toMatchObject({
    kind: "failed",
    stage: "build",
    excerpt: expect.arrayContaining([expect.stringMatching(/^[a-z_/]+\.[ch]:\d+:\d+: error: /)]),
  });
});
