import { describe, expect, test } from "vitest";
import { isBuildInput, isOutsideBuild } from "../../src/history/graph-compiled.ts";
import { indexOf } from "../../src/history/graph-hashes.ts";
import { loadGraph } from "../../src/history/load-graph.ts";
import { openRepository } from "../../src/history/repository.ts";
import { loadTouchedPaths } from "../../src/history/touched-paths.ts";
import { imported } from "./made-trees.ts";

describe("isOutsideBuild", () => {
  test("is true only for commits whose every path is known to be nothing to the build", async () => {
    const { folder, hashes } = imported([
      { files: { "fs/one.c": "1", "drivers/two.c": "1", "fs/Makefile": "1" } },
      { parents: [0], files: { "drivers/two.c": "2", "Documentation/two.rst": "1" } },
      { parents: [1], files: { "fs/one.c": "2", "drivers/two.c": "3" } },
      { parents: [2], files: { "fs/Makefile": "2" } },
      // A file that was compiled goes away.
      { parents: [3], files: { "fs/one.c": null, "fs/uno.c": "2" } },
      { parents: [4], files: {} },
      { parents: [5, 1], files: {} },
    ]);
    const repository = await openRepository(folder);
    const { graph } = await loadGraph(repository, { tip: hashes[6]!, exclude: [] });
    const { touched } = await loadTouchedPaths(repository, graph);
    const compiled = new Set(["fs/one.c", "include/one.h"]);
    const outside = hashes.map((hash) =>
      isOutsideBuild(graph, touched, indexOf(graph, hash), compiled),
    );
    expect(outside).toEqual([false, true, false, false, false, true, false]);
  });
});

describe("isBuildInput", () => {
  test.each([
    "Kconfig",
    "fs/Kconfig",
    "fs/Makefile",
    "drivers/Kbuild",
    "kernel/configs/debug.config",
    "scripts/link-vmlinux.sh",
    "scripts/mod/modpost.c",
    "tools/objtool/check.c",
    "arch/x86/entry/syscalls/syscall_64.tbl",
    "drivers/tty/vt/defkeymap.c_shipped",
    "kernel/time/timeconst.bc",
    "firmware/one.bin.ihex",
  ])("%s may matter to any build", (path) => {
    expect(isBuildInput(path)).toBe(true);
  });

  test.each([
    "fs/one.c",
    "include/linux/one.h",
    "arch/arm64/kernel/entry.S",
    "arch/arm/boot/dts/board.dts",
    "Documentation/Makefile",
    "Documentation/one.rst",
    "rust/kernel/lib.rs",
    "MAINTAINERS",
    "fs/.gitignore",
    "tools/testing/selftests/Makefile",
    "tools/perf/builtin-top.c",
  ])("%s matters only to what reads it", (path) => {
    expect(isBuildInput(path)).toBe(false);
  });
});
