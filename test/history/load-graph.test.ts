import { describe, expect, it } from "vitest";
import { hashOf, indexOf, parentHashesOf } from "../../src/history/graph-hashes.ts";
import { parseGraph } from "../../src/history/graph-text.ts";
import { loadGraph } from "../../src/history/load-graph.ts";
import { openRepository } from "../../src/history/repository.ts";
import { commit, git, madeRepository } from "./made-repository.ts";

describe("loadGraph", () => {
  it("lists a range as git does, and keeps parents outside of it", async () => {
    const folder = madeRepository();
    const old = commit(folder, "old");
    const clean = commit(folder, "clean", old);
    const topic = commit(folder, "topic", old);
    const side = commit(folder, "side", clean);
    const next = commit(folder, "next", clean);
    const octopus = commit(folder, "octopus", next, side, topic);
    const tip = commit(folder, "tip", octopus);

    const range = { tip, exclude: [clean] };
    const { graph, text } = await loadGraph(await openRepository(folder), range);
    const listed = git(folder, "rev-list", "--topo-order", "--reverse", tip, `^${clean}`);
    expect(Array.from({ length: graph.count }, (_, i) => hashOf(graph, i))).toEqual(
      listed.split("\n"),
    );
    expect(parentHashesOf(graph, indexOf(graph, octopus))).toEqual([next, side, topic]);
    expect(parentHashesOf(graph, indexOf(graph, topic))).toEqual([old]);
    expect([...graph.outside].sort()).toEqual([clean, old].sort());
    expect(graph.times[0]).toBe(Date.parse("2022-01-22T04:38:56Z") / 1000);
    expect(parseGraph(text)).toEqual(graph);
  });

  it("reads a repository of longer hashes", async () => {
    const folder = madeRepository("--object-format=sha256");
    const first = commit(folder, "first");
    const tip = commit(folder, "tip", first);
    const { graph } = await loadGraph(await openRepository(folder), { tip, exclude: [first] });
    expect([graph.hashBytes, hashOf(graph, 0), graph.outside]).toEqual([32, tip, [first]]);
  });

  it("is empty where everything is excluded", async () => {
    const folder = madeRepository();
    const tip = commit(folder, "tip");
    const { graph } = await loadGraph(await openRepository(folder), { tip, exclude: [tip] });
    expect(graph.count).toBe(0);
  });

  it("gives git's reason where git fails", async () => {
    const repository = await openRepository(madeRepository());
    const load = loadGraph(repository, { tip: "0".repeat(40), exclude: [] });
    await expect(load).rejects.toMatchObject({
      code: "git-failed",
      message: expect.stringMatching(/could not list the commits.*0{40}/),
    });
  });
});
