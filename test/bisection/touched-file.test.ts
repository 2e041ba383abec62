import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readStoredTouched, storeTouched } from "../../src/bisection/touched-file.ts";
import { loadGraph } from "../../src/history/load-graph.ts";
import { openRepository } from "../../src/history/repository.ts";
import { madeFolder } from "../history/made-repository.ts";
import { imported } from "../history/made-trees.ts";

it("keeps which paths the commits touch; without git afterwards, and only as they were", async () => {
  const { folder, hashes } = imported([
    { files: { a: "1" } },
    { parents: [0], files: { "b\n": "1" } },
  ]);
  const kept = madeFolder();
  const repository = await openRepository(folder);
  const { graph } = await loadGraph(repository, { tip: hashes[1]!, exclude: [] });
  const { signal } = new AbortController();
  const { stored, touched } = await storeTouched(repository, kept, graph, signal);
  rmSync(folder, { recursive: true });
  expect(touched.paths).toEqual(["a", "b\n"]);
  expect(await readStoredTouched(kept, stored, graph)).toEqual(touched);

  appendFileSync(join(kept, stored.file), "M\0c\0");
  const damaged = { code: "graph-damaged", message: expect.stringContaining(kept) };
  await expect(readStoredTouched(kept, stored, graph)).rejects.toMatchObject(damaged);
  rmSync(join(kept, stored.file));
  await expect(readStoredTouched(kept, stored, graph)).rejects.toMatchObject(damaged);
});
