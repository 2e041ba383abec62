import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseGraph } from "../../src/history/graph-text.ts";
import { gitPolicy } from "../../src/search/git/git-policy.ts";
import type { Evidence, SearchState } from "../../src/search/policy.ts";
import { type Answer, BisectedRepository, type GitBisection } from "./bisected.ts";
import { type MadeCommit, randomFrom, randomHistory } from "./random-history.ts";
import { searched } from "./searched.ts";

/**
 * FIRSTBAD_HISTORIES=5000 compares more. In about one of a thousand the dates are so wrong that git
 * itself errs (see `gitPolicy`), and both must differ.
 */
const histories = Number(process.env.FIRSTBAD_HISTORIES ?? 150);
const firstSeed = Number(process.env.FIRSTBAD_SEED ?? 1);
const batch = 50;

/** What is to be bisected: the clean commits, and what each commit would be found to be. */
interface Bug {
  readonly good: string[];
  readonly answers: Map<string, Answer>;
}

/** A culprit anywhere that the clean commits do not contain, and a share of untestable commits. */
function randomBug(
  random: (below: number) => number,
  commits: readonly MadeCommit[],
  hashes: readonly string[],
): Bug {
  const contains = commits.map(() => new Set<number>());
  commits.forEach((commit, i) => {
    contains[i]!.add(i);
    for (const parent of commit.parents) for (const p of contains[parent]!) contains[i]!.add(p);
  });
  const head = commits.length - 1;
  const goods = Array.from({ length: 1 + random(3) }, () =>
    random(Math.ceil(head / (1 + random(4)))),
  );
  const clean = new Set(goods.flatMap((good) => [...contains[good]!]));
  const suspects = commits.map((_, i) => i).filter((i) => contains[head]!.has(i) && !clean.has(i));
  const culprit = suspects[random(suspects.length)]!;
  const skipsIn100 = [0, 0, 5, 30, 90, 100][random(6)]!;
  // Broken stretches as well as scattered ones.
  const stretch = random(2) === 0 ? 1 : 1 + random(8);
  let broken = false;
  const answers = new Map<string, Answer>();
  for (const i of suspects) {
    if (i % stretch === 0) broken = random(100) < skipsIn100;
    const answer = contains[i]!.has(culprit) ? "bad" : "good";
    answers.set(hashes[i]!, broken && i !== head ? "skip" : answer);
  }
  return { good: [...new Set(goods)].map((i) => hashes[i]!), answers };
}

describe("gitPolicy beside git bisect", () => {
  let repository: BisectedRepository;
  beforeAll(() => {
    repository = new BisectedRepository();
  });
  afterAll(() => repository.remove());

  /** Both ways to the end, which must be the same but for the order of several culprits. */
  const compare = (what: object, bad: string, { good, answers }: Bug): GitBisection => {
    const git = repository.bisect(bad, good, answers);
    const ours = searched(repository.graphText(bad, good), bad, answers);
    expect({ ...what, ...ours, culprits: ours.culprits.sort() }).toEqual({
      ...what,
      ...git,
      culprits: git.culprits.sort(),
    });
    return git;
  };

  for (let from = firstSeed; from < firstSeed + histories; from += batch) {
    it(`tests the same commits, in histories ${from} to ${from + batch - 1}`, () => {
      const seeds = Array.from({ length: batch }, (_, k) => from + k);
      const random = seeds.map(randomFrom);
      const made = random.map((draw) => randomHistory(draw, 3 + draw([12, 60, 150][draw(3)]!)));
      const hashes = repository.import(made);
      seeds.forEach((seed, n) => {
        compare({ seed }, hashes[n]!.at(-1)!, randomBug(random[n]!, made[n]!, hashes[n]!));
      });
    });
  }

  it("halves thousands of commits roughly, and draws the one before the last", () => {
    const suspects = 24_886;
    const made = Array.from({ length: suspects + 1 }, (_, i) => ({
      parents: i === 0 ? [] : [i - 1],
      time: 1_600_000_000 + i,
    }));
    const [hashes] = repository.import([made]) as [string[]];
    const middle = suspects / 2;
    // The first whose weight is less than 0.1 % away from half, not the exact one.
    const nearly = middle - Math.floor(suspects / 1024) / 2 + 1;
    const answers = new Map<string, Answer>(
      hashes.map((hash, i) => [hash, i < 20_000 ? "good" : "bad"]),
    );
    answers.set(hashes[nearly]!, "skip");
    answers.set(hashes[middle]!, "skip");
    const { tested } = compare({}, hashes.at(-1)!, { good: [hashes[0]!], answers });
    expect(tested.slice(0, 2)).toEqual([hashes[nearly], hashes[middle]]);
    // Of the 24,884 commits left git draws the last, the one known to be bad, and takes its neighbour.
    expect([hashes[1], hashes[suspects - 1]]).toContain(tested[2]);
  });
});

describe("gitPolicy", () => {
  // Four commits in a line, the last one crashing.
  const hash = (i: number) => `${i}`.repeat(40);
  const line = parseGraph(
    Buffer.from([1, 2, 3, 4].map((i) => `${i} ${hash(i)} ${hash(i - 1)}\n`).join("")),
  );
  const nothing = { crashed: 0, clean: 0, foreign: 0, missing: 0 };
  const state = (evidence: readonly Evidence[], more: Partial<SearchState> = {}): SearchState => ({
    graph: line,
    after: 3,
    evidence,
    crashMeans: "after",
    runs: 10,
    ...more,
  });

  it("asks for as many runs as it is told, and says why", () => {
    expect(gitPolicy.next(state([]))).toEqual({
      kind: "probe",
      probes: [{ commit: 1, runs: 10 }],
      why: "2 of 4 suspects are it or its ancestors",
      left: { suspects: 1, steps: 1 },
    });
  });

  it("goes by the verdict and not by the runs", () => {
    const crashed = { ...nothing, commit: 1, crashed: 1, clean: 9 };
    const after = gitPolicy.next(state([{ ...crashed, verdict: "after" }]));
    const before = gitPolicy.next(state([{ ...crashed, verdict: "before" }]));
    expect([after, before]).toMatchObject([
      { kind: "probe", probes: [{ commit: 0 }] },
      { kind: "probe", probes: [{ commit: 2 }] },
    ]);
  });

  it("ends with all suspects where none but the last can be tested", () => {
    const evidence = [0, 1, 2].map(
      (commit): Evidence => ({ ...nothing, commit, foreign: 10, verdict: "untestable" }),
    );
    expect(gitPolicy.next(state(evidence))).toEqual({ kind: "ties", commits: [0, 1, 2, 3] });
  });

  it("does not count runs of the crashing end against it", () => {
    const evidence: Evidence[] = [
      { ...nothing, commit: 3, missing: 10, verdict: "untestable" },
      { ...nothing, commit: 2, clean: 10, verdict: "before" },
    ];
    expect(gitPolicy.next(state(evidence))).toEqual({ kind: "found", commit: 3 });
  });

  it("is stuck where a clean commit contains the crashing one", () => {
    const evidence: Evidence[] = [
      { ...nothing, commit: 1, crashed: 1, verdict: "after" },
      { ...nothing, commit: 2, clean: 1, verdict: "before" },
    ];
    expect(gitPolicy.next(state(evidence))).toMatchObject({ kind: "stuck" });
  });
});
