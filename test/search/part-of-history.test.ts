import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadGraph } from "../../src/history/load-graph.ts";
import { openRepository, type Repository } from "../../src/history/repository.ts";
import { type Answer, BisectedRepository, type GitBisection } from "./bisected.ts";
import { type MadeCommit, randomFrom, randomHistory } from "./random-history.ts";
import { searched } from "./searched.ts";

const histories = Number(process.env.FIRSTBAD_HISTORIES ?? 50);
const seeds = Array.from({ length: histories }, (_, k) => k + 1);

type Part = NonNullable<Parameters<BisectedRepository["bisect"]>[3]>;

/**
 * A random history with dates in order, a file changed by each commit and by a third of the merges; the
 * last one, on which it crashes, changes every path.
 */
function madeHistory(random: (below: number) => number): MadeCommit[] {
  const commits = randomHistory(random, 3 + random([12, 60, 150][random(3)]!));
  return commits.map(({ parents }, i) => {
    const one = ["net/a", "net/b", "fs/c", "doc"][random(4)]!;
    const changes = i === 0 || i === commits.length - 1 ? ["net/a", "net/b", "fs/c"] : [one];
    const merged = parents.length > 1 && random(3) > 0 && i < commits.length - 1;
    return { parents, time: 1_600_000_000 + i * 60, changes: merged ? [] : changes };
  });
}

/** What each commit is, where one that `culprit` names brought the bug and some cannot be tested. */
function answersOf(
  commits: readonly MadeCommit[],
  hashes: readonly string[],
  culprit: string,
  isSkipped: () => boolean,
): Map<string, Answer> {
  const crashing = new Set<number>();
  commits.forEach(({ parents }, i) => {
    const inherits = parents.some((parent) => crashing.has(parent));
    if (inherits || hashes[i] === culprit) crashing.add(i);
  });
  return new Map(
    hashes.map((hash, i) => {
      if (i < hashes.length - 1 && isSkipped()) return [hash, "skip"];
      return [hash, crashing.has(i) ? "bad" : "good"];
    }),
  );
}

describe("a search of a part of history beside git bisect", () => {
  let repository: BisectedRepository;
  let opened: Repository;
  let made: MadeCommit[][];
  let hashes: string[][];
  beforeAll(async () => {
    repository = new BisectedRepository();
    made = seeds.map((seed) => madeHistory(randomFrom(seed)));
    hashes = repository.import(made);
    opened = await openRepository(repository.folder);
  });
  afterAll(() => repository.remove());

  /** Both ways to the end, and which commits are in the part. */
  async function both(
    n: number,
    part: Part,
    skipsIn100: number,
  ): Promise<{ git: GitBisection; ours: GitBisection; listed: readonly string[] }> {
    const random = randomFrom(1000 + n);
    const [commits, own] = [made[n]!, hashes[n]!];
    const [tip, clean] = [own.at(-1)!, own[0]!];
    const { text } = await loadGraph(opened, { tip, exclude: [clean], ...part });
    const listed = text.toString("latin1").match(/(?<=^\d+ )\w+/gm)!;
    const culprit = listed[random(listed.length)]!;
    const answers = answersOf(commits, own, culprit, () => random(100) < skipsIn100);
    const git = repository.bisect(tip, [clean], answers, part);
    return { git, ours: searched(text, tip, answers), listed };
  }

  it("over first parents tests the same commits in the same order", async () => {
    for (const [n, seed] of seeds.entries()) {
      const skips = [0, 0, 5, 30][seed % 4]!;
      const { git, ours, listed } = await both(n, { firstParent: true }, skips);
      // Where only skipped commits are left, git's log lists those off the line of first parents too.
      const culprits = git.culprits.filter((culprit) => listed.includes(culprit)).sort();
      expect({ seed, ...ours, culprits: ours.culprits.sort() }).toEqual({ seed, ...git, culprits });
    }
  });

  it.each([
    { what: "a folder", paths: ["net"] },
    { what: "two files", paths: ["net/a", "fs/c"] },
    { what: "a folder over first parents", firstParent: true, paths: ["net"] },
  ])(
    "of the commits of $what comes to the same one, in as many steps or up to two more",
    async (part) => {
      let [more, steps] = [0, 0];
      for (const [n, seed] of seeds.entries()) {
        const { git, ours, listed } = await both(n, part, 0);
        expect({ seed, culprit: ours.culprits }).toEqual({
          seed,
          culprit: [...new Set(git.culprits)],
        });
        // Git may ask for a merge that changes none of them; we never do.
        expect(ours.tested.filter((hash) => !listed.includes(hash))).toEqual([]);
        expect(ours.tested.length, `seed ${seed}`).toBeLessThanOrEqual(git.tested.length + 2);
        steps += git.tested.length;
        more += ours.tested.length - git.tested.length;
      }
      expect(Math.abs(more) / steps).toBeLessThan(0.03);
    },
  );
});
