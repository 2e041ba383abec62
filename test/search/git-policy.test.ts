import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashOf, indexOf } from "../../src/history/graph-hashes.ts";
import { parseGraph } from "../../src/history/graph-text.ts";
import { gitPolicy } from "../../src/search/git/git-policy.ts";
import type { Evidence, SearchState } from "../../src/search/policy.ts";
import { type Answer, BisectedRepository, type GitBisection } from "./bisected.ts";
import { type MadeCommit, randomFrom, randomHistory } from "./random-history.ts";

/** More histories for a long private run: FIRSTBAD_HISTORIES=5000. */
const histories = Number(process.env.FIRSTBAD_HISTORIES ?? 300);
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

/** The same bisection with our policy, in the words of git. */
function searched(text: Buffer, bad: string, answers: ReadonlyMap<string, Answer>): GitBisection {
  const graph = parseGraph(text);
  const evidence: Evidence[] = [];
  const tested: string[] = [];
  const said: string[] = [];
  for (;;) {
    const state: SearchState = {
      graph,
      after: indexOf(graph, bad),
      evidence,
      crashMeans: "after",
      runs: 3,
    };
    const decision = gitPolicy.next(state);
    if (decision.kind === "stuck") throw new Error(decision.why);
    if (decision.kind !== "probe") {
      const commits = decision.kind === "found" ? [decision.commit] : decision.commits;
      return { tested, said, culprits: commits.map((commit) => hashOf(graph, commit)).sort() };
    }
    const { suspects, steps } = decision.left;
    said.push(
      `Bisecting: ${suspects} revision${suspects === 1 ? "" : "s"} left to test after this ` +
        `(roughly ${steps} step${steps === 1 ? "" : "s"})`,
    );
    expect(decision.probes).toHaveLength(1);
    const [{ commit, runs }] = decision.probes as [{ commit: number; runs: number }];
    expect(runs).toBe(3);
    const hash = hashOf(graph, commit);
    tested.push(hash);
    evidence.push(evidenceOf(commit, answers.get(hash)!));
  }
}

function evidenceOf(commit: number, answer: Answer): Evidence {
  return {
    commit,
    crashed: answer === "bad" ? 1 : 0,
    clean: answer === "skip" ? 0 : 2,
    foreign: 0,
    missing: answer === "skip" ? 3 : 0,
    untestable: answer === "skip",
  };
}

describe("gitPolicy", () => {
  let repository: BisectedRepository;
  beforeAll(() => {
    repository = new BisectedRepository();
  });
  afterAll(() => repository.remove());

  for (let from = firstSeed; from < firstSeed + histories; from += batch) {
    it(`tests what git bisect tests, in histories ${from} to ${from + batch - 1}`, () => {
      const seeds = Array.from({ length: batch }, (_, k) => from + k);
      const random = seeds.map(randomFrom);
      const made = random.map((draw) => randomHistory(draw, 3 + draw([12, 60, 150][draw(3)]!)));
      const hashes = repository.import(made);
      seeds.forEach((seed, n) => {
        const bug = randomBug(random[n]!, made[n]!, hashes[n]!);
        const bad = hashes[n]!.at(-1)!;
        const git = repository.bisect(bad, bug.good, bug.answers);
        const ours = searched(repository.graphText(bad, bug.good), bad, bug.answers);
        expect({ seed, ...ours }).toEqual({ seed, ...git, culprits: [...git.culprits].sort() });
      });
    });
  }
});
