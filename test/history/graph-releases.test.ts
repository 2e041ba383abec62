import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashOf, indexOf } from "../../src/history/graph-hashes.ts";
import { releaseAges } from "../../src/history/graph-releases.ts";
import { parseGraph } from "../../src/history/graph-text.ts";
import { ancestorMask } from "../../src/history/graph-walk.ts";
import { listReleases } from "../../src/history/list-releases.ts";
import { loadGraph } from "../../src/history/load-graph.ts";
import { openRepository } from "../../src/history/repository.ts";
import { commit, git, madeRepository } from "./made-repository.ts";

describe("releaseAges", () => {
  it("tells in which release a commit came out, of real tags and topic branches", async () => {
    const folder = madeRepository();
    const first = commit(folder, "first");
    const topic = commit(folder, "topic", first);
    const two = commit(folder, "two", first);
    const merge = commit(folder, "merge", two, topic);
    const stable = commit(folder, "stable", two);
    const late = commit(folder, "late", first);
    const tip = commit(folder, "tip", merge, late);
    for (const [tag, hash] of [
      ["v5.1", first],
      ["v5.2", two],
      ["v5.2.1", stable],
      ["v5.3-rc1", merge],
      ["v5.10", merge],
    ] as const) {
      git(folder, "tag", "-a", "-m", tag, tag, hash);
    }
    const repository = await openRepository(folder);
    const releases = await listReleases(repository, tip);
    const { graph } = await loadGraph(repository, { tip, exclude: [] });
    const ages = releaseAges(graph, releases);
    expect(ages.releases.map(({ tag }) => tag)).toEqual(["v5.10", "v5.2", "v5.1"]);
    const ageOf = (hash: string) => ages.age[indexOf(graph, hash)];
    expect([first, two, topic, merge, late, tip].map(ageOf)).toEqual([3, 2, 1, 1, 0, 0]);

    // With the second release as the clean end, there is one release left, and nothing of the first.
    const { graph: range } = await loadGraph(repository, { tip, exclude: [two] });
    const some = releaseAges(range, releases);
    expect(some.releases.map(({ tag }) => tag)).toEqual(["v5.10"]);
    expect(some.age[indexOf(range, topic)]).toBe(1);
  });

  it("says the same as asking each release for all that it contains", () => {
    const history = fc.record({
      parents: fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 40 }),
      tips: fc.array(fc.nat(), { maxLength: 6 }),
    });
    const name = (n: number) => (n + 1).toString(16).padStart(40, "0");
    fc.assert(
      fc.property(history, ({ parents, tips }) => {
        const lines = parents.map((of, n) => {
          const earlier = n === 0 ? [] : [...new Set(of.map((parent) => parent % n))];
          return `1 ${[n, ...earlier].map(name).join(" ")}\n`;
        });
        const graph = parseGraph(Buffer.from(lines.join("")));
        const releases = tips.map((tip, n) => ({
          tag: `v${tips.length - n}.0`,
          hash: hashOf(graph, tip % graph.count),
        }));
        const { age } = releaseAges(graph, releases);
        const masks = releases.map(({ hash }) => ancestorMask(graph, [indexOf(graph, hash)]));
        const expected = parents.map((_, n) => masks.findLastIndex((mask) => mask[n] === 1) + 1);
        expect([...age]).toEqual(expected);
      }),
    );
  });
});
