import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { indexOf } from "../../src/history/graph-hashes.ts";
import { withNewestNames } from "../../src/history/graph-paths.ts";
import { touchersOf } from "../../src/history/graph-touched.ts";
import { loadGraph } from "../../src/history/load-graph.ts";
import { openRepository } from "../../src/history/repository.ts";
import { loadTouchedPaths } from "../../src/history/touched-paths.ts";
import { git, madeRepository } from "./made-repository.ts";

/** Commits everything in the work tree; the hash. */
function commitAll(folder: string, message: string): string {
  git(folder, "add", "--all", ".");
  git(folder, "commit", "--quiet", "--allow-empty", "-m", message);
  return git(folder, "rev-parse", "HEAD");
}

async function touchedBy(folder: string, tip: string, exclude: readonly string[]) {
  const repository = await openRepository(folder);
  const { graph } = await loadGraph(repository, { tip, exclude });
  const touched = withNewestNames((await loadTouchedPaths(repository, graph)).touched);
  const filesOf = (hash: string) => {
    const commit = indexOf(graph, hash);
    const [from, to] = [touched.start[commit], touched.start[commit + 1]];
    return Array.from(touched.files.subarray(from, to), (file) => touched.paths[file]).sort();
  };
  return { graph, touched, filesOf };
}

describe("what commits touch, under the newest names", () => {
  it("lists what each commit changes, and nothing for merges", async () => {
    const folder = madeRepository();
    writeFileSync(join(folder, "a.c"), "a\n");
    const clean = commitAll(folder, "clean");
    writeFileSync(join(folder, "b c\n.c"), "b\n");
    writeFileSync(join(folder, "a.c"), "aa\n");
    const both = commitAll(folder, "both");
    git(folder, "checkout", "--quiet", "-b", "topic", clean);
    writeFileSync(join(folder, "M"), "m\n");
    const topic = commitAll(folder, "a file that is called like a status");
    git(folder, "checkout", "--quiet", "main");
    git(folder, "merge", "--quiet", "--no-ff", "-m", "merge", topic);
    const merge = git(folder, "rev-parse", "HEAD");
    const empty = commitAll(folder, "nothing");

    const { filesOf } = await touchedBy(folder, empty, [clean]);
    expect(filesOf(both)).toEqual(["a.c", "b c\n.c"]);
    expect(filesOf(topic)).toEqual(["M"]);
    expect([filesOf(merge), filesOf(empty)]).toEqual([[], []]);
  });

  it("follows a file through renames inside of the range", async () => {
    const folder = madeRepository();
    const text = Array.from({ length: 40 }, (_, i) => `line ${i}\n`).join("");
    writeFileSync(join(folder, "old.c"), text);
    const clean = commitAll(folder, "clean");
    writeFileSync(join(folder, "old.c"), `${text}more\n`);
    const before = commitAll(folder, "a change under the old name");
    mkdirSync(join(folder, "new"));
    renameSync(join(folder, "old.c"), join(folder, "new/name.c"));
    const renamed = commitAll(folder, "a rename");
    writeFileSync(join(folder, "new/name.c"), `${text}less\n`);
    const after = commitAll(folder, "a change under the new name");

    const { graph, touched, filesOf } = await touchedBy(folder, after, [clean]);
    for (const hash of [before, renamed, after]) expect(filesOf(hash)).toEqual(["new/name.c"]);
    const { start, commits } = touchersOf(touched);
    const place = touched.paths.indexOf("new/name.c");
    expect([...commits.subarray(start[place], start[place + 1])]).toEqual(
      [before, renamed, after].map((hash) => indexOf(graph, hash)),
    );
  });
});
