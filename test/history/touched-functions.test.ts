import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hashOf, indexOf } from "../../src/history/graph-hashes.ts";
import { loadGraph } from "../../src/history/load-graph.ts";
import { openRepository } from "../../src/history/repository.ts";
import { loadTouchedFunctions } from "../../src/history/touched-functions.ts";
import { loadTouchedPaths } from "../../src/history/touched-paths.ts";
import { git } from "./made-repository.ts";
import { imported, type Made } from "./made-trees.ts";

/** A file of functions; each has thirty lines, the last of which is as given. */
function source(functions: Readonly<Record<string, string>>, head = ""): string {
  const body = Array.from({ length: 30 }, (_, n) => `\tstep(${n});\n`).join("");
  return Object.entries(functions).reduce(
    (text, [name, last]) => `${text}\nstatic int ${name}(void)\n{\n${body}out:\n\t${last}\n}\n`,
    `#include "a.h"\n${head}`,
  );
}

async function functionsOf(
  made: readonly Made[],
  path: string,
  prepare?: (folder: string) => void,
) {
  const { folder, hashes } = imported(made);
  prepare?.(folder);
  const repository = await openRepository(folder);
  const { graph } = await loadGraph(repository, { tip: hashes.at(-1)!, exclude: [] });
  const { touched } = await loadTouchedPaths(repository, graph);
  const functions = await loadTouchedFunctions(repository, graph, touched, path);
  return hashes.map((hash) => functions.get(indexOf(graph, hash)));
}

describe("loadTouchedFunctions", () => {
  it("tells functions by where the changed lines lie, not by git's headings", async () => {
    const start = { one: "return 1;", two: "return 2;", three: "return 3;" };
    const functions = await functionsOf(
      [
        { files: { "a.c": source(start), "b.c": "1" } },
        { parents: [0], files: { "a.c": source({ ...start, two: "return 4;" }) } },
        // After a label, in two functions, and a new one between them.
        { parents: [1], files: { "a.c": source({ one: "return 5;", new: "x;", three: "y;" }) } },
        { parents: [2], files: { "b.c": "2" } },
        {
          parents: [2],
          files: { "a.c": source({ one: "return 5;", new: "x;", three: "y;" }, "//\n") },
        },
        { parents: [4, 3], files: { "b.c": "3" } },
        // The head of a function alone.
        {
          parents: [5],
          files: { "a.c": source({ head: "return 5;", new: "x;", three: "y;" }, "//\n") },
        },
      ],
      "a.c",
    );
    expect(functions).toEqual([
      ["one", "two", "three"],
      ["two"],
      ["one", "two", "new", "three"],
      undefined,
      [],
      undefined,
      ["one", "head"],
    ]);
  });

  it("follows a file that is moved and changed, whichever of its names is asked for", async () => {
    const made: Made[] = [
      { files: { "fs/ring.c": source({ one: "1;", two: "2;" }) } },
      { parents: [0], files: { "fs/ring.c": source({ one: "1;", two: "3;" }) } },
      {
        parents: [1],
        files: { "fs/ring.c": null, "ring/ring.c": source({ one: "4;", two: "3;" }) },
      },
      { parents: [2], files: { "ring/ring.c": source({ one: "5;", two: "3;" }) } },
    ];
    const expected = [["one", "two"], ["two"], ["one"], ["one"]];
    expect(await functionsOf(made, "ring/ring.c")).toEqual(expected);
    expect(await functionsOf(made, "fs/ring.c")).toEqual(expected);
  });

  it("knows nothing of files that are no C or have no name in text, and of paths that nobody touches", async () => {
    const made = [{ files: { Makefile: "all:\n" } }];
    expect(await functionsOf(made, "Makefile")).toEqual([undefined]);
    expect(await functionsOf(made, "mm/slub.c")).toEqual([undefined]);
    const unnamed = new Map([[Buffer.from([0xff, 0x2e, 0x63]), source({ one: "1;" })]]);
    expect(await functionsOf([{ files: unnamed }], "\ufffd.c")).toEqual([undefined]);
  });

  it("knows nothing of a commit whose patch is too long, and all of the others", async () => {
    const filler = `/* ${"x".repeat(100)} */\n`.repeat(330_000);
    const made: Made[] = [
      { files: { "a.c": source({ one: "1;" }) } },
      { parents: [0], files: { "a.c": source({ one: "1;" }, filler) } },
      { parents: [1], files: { "a.c": source({ one: "2;" }, filler) } },
    ];
    expect(await functionsOf(made, "a.c")).toEqual([["one"], undefined, ["one"]]);
  });

  it("takes names that look like options or patterns as they are", async () => {
    for (const path of ["-p.c", ":(top)a.c", "*.c", 'qu"ote\n.c', "schön.c"]) {
      const made: Made[] = [
        { files: { [path]: source({ one: "1;" }), "other.c": source({ other: "1;" }) } },
        { parents: [0], files: { "other.c": source({ other: "2;" }) } },
      ];
      expect(await functionsOf(made, path)).toEqual([["one"], undefined]);
    }
  });

  it("is not deceived by lines that look like a patch", async () => {
    const trap = (n: number) => `\n${"0".repeat(40)}\n@@ -1 +1 @@ f(void)\n--- a\n+++ b ${n}\n`;
    const functions = await functionsOf(
      [
        { files: { "a.c": source({ one: "1;" }) + trap(0) } },
        { parents: [0], files: { "a.c": source({ one: "2;" }) + trap(1) } },
        { parents: [1], files: { "a.c": source({ one: "2;" }) + trap(2) } },
      ],
      "a.c",
    );
    expect(functions).toEqual([["one"], ["one"], []]);
  });

  it("runs nothing of a hostile repository, and obeys none of its attributes", async () => {
    let proof = "";
    const functions = await functionsOf(
      [
        {
          files: {
            "a.c": source({ one: "1;", two: "2;" }),
            ".gitattributes": "* -diff\n",
          },
        },
        { parents: [0], files: { "a.c": source({ one: "1;", two: "3;" }) } },
      ],
      "a.c",
      (folder) => {
        proof = join(folder, "proof");
        const program = join(folder, ".git/program");
        writeFileSync(program, `#!/bin/sh\ntouch ${proof}\ncat\n`, { mode: 0o755 });
        for (const key of ["diff.external", "diff.made.command", "diff.made.textconv"]) {
          git(folder, "config", key, program);
        }
        git(folder, "config", "diff.made.xfuncname", "^\tstep");
        git(folder, "config", "diff.made.binary", "true");
        git(folder, "config", "diff.noprefix", "true");
        writeFileSync(join(folder, ".git/info/attributes"), "*.c diff=made\n");
      },
    );
    expect(functions).toEqual([["one", "two"], ["two"]]);
    expect(existsSync(proof)).toBe(false);
  });

  it("works in a worktree, in a shallow clone, and with longer hashes", async () => {
    const made: Made[] = [
      { files: { "a.c": source({ one: "1;" }) } },
      { parents: [0], files: { "a.c": source({ one: "2;" }) } },
      { parents: [1], files: { "a.c": source({ one: "2;", two: "1;" }) } },
    ];
    const { folder, hashes } = imported(made, "--object-format=sha256");
    git(folder, "worktree", "add", "--quiet", "--detach", "tree\nof two lines", hashes[2]!);
    git(folder, "update-ref", "refs/heads/main", hashes[2]!);
    git(folder, "clone", "--quiet", "--depth=2", `file://${folder}`, "shallow");
    for (const place of ["tree\nof two lines", "shallow"]) {
      const repository = await openRepository(join(folder, place));
      const { graph } = await loadGraph(repository, { tip: hashes[2]!, exclude: [] });
      const { touched } = await loadTouchedPaths(repository, graph);
      const functions = await loadTouchedFunctions(repository, graph, touched, "a.c");
      expect(hashOf(graph, graph.count - 1)).toBe(hashes[2]);
      expect(functions.get(graph.count - 1)).toEqual(["two"]);
      expect(functions.size).toBe(graph.count);
    }
  });
});
