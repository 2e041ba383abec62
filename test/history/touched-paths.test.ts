import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashOf, indexOf } from "../../src/history/graph-hashes.ts";
import {
  commitsTouching,
  namesOfPath,
  pathIndexOf,
  type TouchedPaths,
  withNewestNames,
} from "../../src/history/graph-paths.ts";
import { parseTouchedPaths } from "../../src/history/graph-paths-text.ts";
import { loadGraph } from "../../src/history/load-graph.ts";
import { openRepository } from "../../src/history/repository.ts";
import { loadTouchedPaths } from "../../src/history/touched-paths.ts";
import { commit, git, madeRepository } from "./made-repository.ts";
import { imported, type Made } from "./made-trees.ts";

async function touchedOf(folder: string, tip: string, exclude: string[] = []) {
  const repository = await openRepository(folder);
  const { graph } = await loadGraph(repository, { tip, exclude });
  const { touched, text } = await loadTouchedPaths(repository, graph);
  return { graph, touched, text };
}

function pathsOf(touched: TouchedPaths, index: number): string[] {
  return [...touched.files.subarray(touched.start[index], touched.start[index + 1])].map(
    (path) => touched.paths[path]!,
  );
}

/** A text long enough for git to see that it was renamed and changed in one line. */
function long(changed = ""): string {
  return `${Array.from({ length: 30 }, (_, n) => `line ${n}`).join("\n")}\n${changed}\n`;
}

describe("loadTouchedPaths", () => {
  it("tells what each commit adds, changes, removes and renames; of merges nothing", async () => {
    const { folder, hashes } = imported([
      { files: { "a.c": "1", "b.c": "1", "dir/c.c": long() } },
      { parents: [0], files: { "a.c": "2", "b.c": null } },
      { parents: [0], files: { "dir/c.c": null, "dir/d.c": long("new") } },
      // A merge that changes a file which neither of its parents changed.
      { parents: [1, 2], files: { "dir/c.c": null, "dir/d.c": long("new"), "a.c": "evil" } },
      { parents: [3], files: {} },
      { parents: [4], files: { e: "1" } },
    ]);
    const { graph, touched, text } = await touchedOf(folder, hashes[5]!);
    const byCommit = hashes.map((hash) => pathsOf(touched, indexOf(graph, hash)));
    expect(byCommit).toEqual([
      ["a.c", "b.c", "dir/c.c"],
      ["a.c", "b.c"],
      ["dir/c.c", "dir/d.c"],
      [],
      [],
      ["e"],
    ]);
    const [from, to] = ["dir/c.c", "dir/d.c"].map((name) => pathIndexOf(touched, name));
    expect(touched.renames).toEqual([{ commit: indexOf(graph, hashes[2]!), from, to }]);
    expect(parseTouchedPaths(text, graph)).toEqual(touched);
  });

  it("compares the first commits of a range with parents outside of it", async () => {
    const { folder, hashes } = imported([
      { files: { a: "1", b: "1" } },
      { parents: [0], files: { b: "2" } },
    ]);
    const { touched } = await touchedOf(folder, hashes[1]!, [hashes[0]!]);
    expect([touched.count, touched.paths]).toEqual([1, ["b"]]);
  });

  it("keeps paths apart whatever bytes they have", async () => {
    const names = [
      Buffer.from("line\nbreak"),
      Buffer.from('quote"\\\t'),
      Buffer.from("-M"),
      Buffer.from("R100"),
      Buffer.from("0123456789abcdef0123456789abcdef01234567"),
      Buffer.from("schön.c"),
      Buffer.from([0x61, 0xff]),
      Buffer.from([0x61, 0xfe]),
      Buffer.from(" "),
    ];
    const { folder, hashes } = imported([
      { files: new Map(names.map((name) => [name, "x"])) },
      { parents: [0], files: new Map([[names[4]!, "y"]]) },
      { parents: [1], files: new Map([[names[6]!, "y"]]) },
    ]);
    const { graph, touched } = await touchedOf(folder, hashes[2]!);
    const sorted = names.toSorted(Buffer.compare).map((name) => name.toString("utf8"));
    expect(touched.paths).toEqual(sorted);
    expect(pathsOf(touched, indexOf(graph, hashes[1]!))).toEqual([names[4]!.toString()]);
    // Two look alike: `a` and a byte that is no character.
    expect([...touched.files.subarray(touched.start[2])]).toEqual([sorted.lastIndexOf("a\ufffd")]);
  });

  it("reads a repository of longer hashes", async () => {
    const { folder, hashes } = imported(
      [{ files: { a: "1" } }, { parents: [0], files: { a: "2" } }],
      "--object-format=sha256",
    );
    const { touched } = await touchedOf(folder, hashes[1]!);
    expect([...touched.start]).toEqual([0, 1, 2]);
  });

  it("is empty for a graph without commits, and for one of merges and empty commits", async () => {
    const folder = madeRepository();
    const first = commit(folder, "first");
    const other = commit(folder, "other");
    const merge = commit(folder, "merge", first, other);
    expect((await touchedOf(folder, merge)).touched).toMatchObject({ count: 3, paths: [] });
    expect((await touchedOf(folder, merge, [merge])).touched).toMatchObject({
      count: 0,
      paths: [],
    });
  });

  it("runs nothing of a hostile repository", async () => {
    const { folder, hashes } = imported([
      { files: { "a.c": long(), ".gitattributes": "* diff=made\n" } },
      { parents: [0], files: { "a.c": null, "b.c": long("changed") } },
    ]);
    const proof = join(folder, "proof");
    const program = join(folder, ".git/program");
    writeFileSync(program, `#!/bin/sh\ntouch ${proof}\ncat\n`, { mode: 0o755 });
    for (const key of ["diff.external", "diff.made.command", "diff.made.textconv"]) {
      git(folder, "config", key, program);
    }
    git(folder, "config", "alias.diff-tree", `!${program}`);
    git(folder, "config", "diff.renames", "false");
    writeFileSync(join(folder, ".git/info/attributes"), "* diff=made\n");
    const { touched } = await touchedOf(folder, hashes[1]!);
    expect(touched.renames).toHaveLength(1);
    expect(existsSync(proof)).toBe(false);
  });

  it("stops when it is told to, and gives git's reason where git fails", async () => {
    const { folder, hashes } = imported([{ files: { a: "1" } }]);
    const repository = await openRepository(folder);
    const { graph } = await loadGraph(repository, { tip: hashes[0]!, exclude: [] });
    const stopped = loadTouchedPaths(repository, graph, { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ code: "interrupted" });
    const empty = await openRepository(madeRepository());
    await expect(loadTouchedPaths(empty, graph)).rejects.toMatchObject({
      code: "graph-damaged",
      message: expect.stringContaining("commits are missing"),
    });
  });

  it("tells the same as git log, for any history", async () => {
    const name = fc.constantFrom("a", "b", "dir/c", "dir/d", "e\nf");
    const step = fc.record({
      back: fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 3 }),
      files: fc.dictionary(name, fc.option(fc.constantFrom("1", "2", long("3"), long("4")))),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const made: Made[] = steps.map(({ back, files }, n) => ({
          parents: [...new Set(back.map((k) => n - 1 - k).filter((parent) => parent >= 0))],
          files,
        }));
        const { folder, hashes } = imported(made);
        const { graph, touched } = await touchedOf(folder, hashes.at(-1)!);
        for (let i = 0; i < graph.count; i++) {
          const listed = git(
            folder,
            ...["show", "--format=", "--name-only", "-z", "--diff-merges=off", "--no-renames"],
            hashOf(graph, i),
          );
          expect(pathsOf(touched, i).sort()).toEqual(listed.split("\0").slice(0, -1).sort());
        }
        for (const [path, name] of touched.paths.entries()) {
          const commits = Array.from({ length: graph.count }, (_, i) => i);
          const touching = commits.filter((i) => pathsOf(touched, i).includes(name));
          expect([...commitsTouching(touched, path)]).toEqual(touching);
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe("namesOfPath", () => {
  const text = (n: number) => long(`version ${n}`);
  const { folder, hashes } = imported(
    [
      { files: { "fs/ring.c": text(0), "fs/other.c": "other" } },
      { parents: [0], files: { "fs/ring.c": null, "ring/ring.c": text(1) } },
      { parents: [1], files: { "ring/ring.c": null, "ring/core.c": text(2) } },
      // The first name comes back with another file, which is moved too.
      { parents: [2], files: { "fs/other.c": null, "fs/ring.c": "other" } },
      { parents: [3], files: { "ring/core.c": text(4) } },
    ],
    "--bare",
  );

  it("follows a file from any of its names, the given one first", async () => {
    const { touched } = await touchedOf(folder, hashes[4]!);
    expect(namesOfPath(touched, "ring/core.c")).toEqual([
      "ring/core.c",
      "ring/ring.c",
      "fs/ring.c",
    ]);
    expect(namesOfPath(touched, "ring/ring.c")).toEqual([
      "ring/ring.c",
      "fs/ring.c",
      "ring/core.c",
    ]);
    expect(namesOfPath(touched, "fs/other.c")).toEqual(["fs/other.c", "fs/ring.c"]);
  });

  it("knows nothing of renames outside of the range, and of what is not touched", async () => {
    const { touched } = await touchedOf(folder, hashes[4]!, [hashes[1]!]);
    expect(namesOfPath(touched, "ring/core.c")).toEqual(["ring/core.c", "ring/ring.c"]);
    expect(namesOfPath(touched, "mm/slub.c")).toEqual(["mm/slub.c"]);
    expect([...commitsTouching(touched, pathIndexOf(touched, "mm/slub.c"))]).toEqual([]);
  });
});

describe("withNewestNames", () => {
  const text = (n: number) => long(`version ${n}`);

  it("puts what a file was called under what it is called in the end, once a commit", async () => {
    const { folder, hashes } = imported([
      { files: { "a.c": text(0), "x.c": "other" } },
      { parents: [0], files: { "a.c": null, "b.c": text(1) } },
      // A branch that forked before the rename, merged after it.
      { parents: [0], files: { "a.c": text(2) } },
      { parents: [1, 2], files: {} },
      { parents: [3], files: { "b.c": null, "c.c": text(3) } },
      // Another file takes over the first name.
      { parents: [4], files: { "x.c": null, "y.c": "other" } },
    ]);
    const { graph, touched } = await touchedOf(folder, hashes[5]!);
    const named = withNewestNames(touched);
    const byCommit = hashes.map((hash) => {
      const i = indexOf(graph, hash);
      const files = named.files.subarray(named.start[i], named.start[i + 1]);
      return [...files].map((path) => named.paths[path]);
    });
    expect(byCommit).toEqual([["c.c", "y.c"], ["c.c"], ["c.c"], [], ["c.c"], ["y.c"]]);
  });

  it("leaves a name to the file that took it over, and a file that was moved back where it is", async () => {
    const { folder, hashes } = imported([
      { files: { "a.c": text(0), "x.c": "other" } },
      { parents: [0], files: { "a.c": null, "b.c": text(1) } },
      { parents: [1], files: { "x.c": null, "a.c": "other" } },
      { parents: [2], files: { "b.c": null, "d.c": text(2) } },
      { parents: [3], files: { "d.c": null, "b.c": text(2) } },
    ]);
    const { touched } = await touchedOf(folder, hashes[4]!);
    const named = withNewestNames(touched);
    const byCommit = hashes.map((_, i) =>
      [...named.files.subarray(named.start[i], named.start[i + 1])].map((p) => named.paths[p]),
    );
    expect(byCommit).toEqual([["a.c"], ["a.c", "b.c"], ["a.c"], ["b.c"], ["b.c"]]);
  });
});

describe("parseTouchedPaths", () => {
  it("refuses whatever git would not have printed", async () => {
    const { folder, hashes } = imported([
      { files: { a: long() } },
      { parents: [0], files: { a: null, b: long("changed") } },
    ]);
    const { graph, text } = await touchedOf(folder, hashes[1]!);
    // A cut before a path of the last commit cannot be seen; the file's recorded hash tells of it.
    const unseen = text.indexOf(hashes[1]!) + 41;
    for (let end = 0; end < text.length; end++) {
      if (end === unseen) continue;
      expect(() => parseTouchedPaths(text.subarray(0, end), graph)).toThrow(/damaged at byte \d+/);
    }
    const [first, second] = hashes;
    for (const bad of [
      `A\0a\0`,
      `${first}\0A\0a\0${first}\0A\0a\0`,
      `${first}\0A\0a\0`,
      `${second}\0A\0a\0${first}\0A\0a\0`,
      `${"0".repeat(40)}\0A\0a\0`,
      `${"g".repeat(40)}\0A\0a\0`,
      `${first}\0X\0a\0`,
      `${first}\0A\0\0`,
      `${first}\0Added\0a\0`,
    ]) {
      expect(() => parseTouchedPaths(Buffer.from(bad), graph)).toThrow(/damaged at byte \d+/);
    }
  });
});
