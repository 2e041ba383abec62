import { describe, expect, it } from "vitest";
import { madeHistory } from "../../bench/made-history.ts";
import { adaptivePolicy } from "../../src/search/adaptive/adaptive-policy.ts";
import { policies, policyNamed } from "../../src/search/policies.ts";
import { coin, Draws } from "../../src/simulate/coin.ts";
import { knownCosts } from "../../src/simulate/costs.ts";
import {
  type Bisected,
  type Simulation,
  type Summary,
  simulate,
} from "../../src/simulate/simulate.ts";
import { cleanWorld, realWorld } from "../../src/simulate/world.ts";

const history = madeHistory(2000);
const git = policyNamed("git");
const syzbot2022 = policyNamed("syzbot-2022");
const syzbot2026 = policyNamed("syzbot-2026");

async function simulated(more: Partial<Simulation> = {}) {
  const every: Bisected[] = [];
  let clock = 0;
  const summaries = await simulate(
    {
      history,
      world: cleanWorld,
      policies: [adaptivePolicy],
      prior: "report",
      bugs: 40,
      seed: 3,
      costs: knownCosts.gce,
      builders: 1,
      confidence: 0.99,
      ...more,
    },
    () => clock++,
    (_, bisected) => {
      every.push(...bisected);
    },
  );
  return { summaries, every, first: summaries[0] as Summary };
}

describe("simulated bisections", () => {
  it("are the same every time, and of the same bugs whoever bisects them", async () => {
    const all = [adaptivePolicy, ...policies];
    const together = await simulated({ world: realWorld, policies: all, bugs: 8 });
    const again = await simulated({ world: realWorld, policies: all, bugs: 8 });
    expect(again.summaries).toEqual(together.summaries);
    for (const [n, policy] of all.entries()) {
      const alone = await simulated({ world: realWorld, policies: [policy], bugs: 8 });
      expect({ ...alone.first, decisionMsP95: 0 }).toEqual({
        ...together.summaries[n],
        decisionMsP95: 0,
      });
    }
  });

  it("of fixes end right as those of causes do, by every policy, at about the same cost", async () => {
    const all = [adaptivePolicy, git, syzbot2022, syzbot2026];
    const { summaries } = await simulated({ policies: all, find: "fix", bugs: 12 });
    expect(summaries.map(({ correct }) => correct)).toEqual([12, 12, 12, 12]);
    const [adaptive, ...others] = summaries.map(({ builds }) => builds);
    for (const builds of others) expect(adaptive).toBeLessThan(0.75 * builds);
  });

  it("of a certain reproducer all end right, by every policy, at about what each takes", async () => {
    const all = [adaptivePolicy, git, syzbot2022, syzbot2026];
    const { summaries } = await simulated({ policies: all });
    for (const one of summaries) expect([one.policy, one.correct]).toEqual([one.policy, 40]);
    const [ours, bisect, theirs] = summaries as [Summary, Summary, Summary];
    // 11 steps, the two ends, and for syzbot 20 runs of the first and 10 of the others.
    expect(theirs.builds).toBeGreaterThan(11.5);
    expect(theirs.builds).toBeLessThan(14.5);
    expect(theirs.runs / theirs.builds).toBeGreaterThan(10);
    expect(bisect.builds).toBeCloseTo(theirs.builds, 0);
    expect(ours.builds).toBeLessThan(0.65 * theirs.builds);
    expect(ours.runs).toBeLessThan(theirs.runs / 4);
    expect(theirs.minutes).toBeCloseTo(theirs.builds * 6.7 + (theirs.runs / 10) * 4.3, 6);
  });

  it("end right where three runs in ten crash, or one in ten shows something else", async () => {
    for (const world of [
      { ...cleanWorld, crashRate: 0.3 },
      { ...cleanWorld, unrelatedRate: 0.1 },
    ]) {
      const { first, every } = await simulated({ world, bugs: 30 });
      expect(first.correct).toBe(30);
      expect(first.claimedRight).toBe(first.claimed);
      for (const { found, posterior } of every) {
        expect(found).toBe(true);
        expect(posterior).toBeGreaterThan(0.99);
      }
    }
  });

  it("cost at most a fifth more kernels with a report that misleads, and no right answer", async () => {
    const world = { ...cleanWorld, crashRate: 0.9, unrelatedRate: 0.02 };
    const of = { world, bugs: 24, history: madeHistory(13_000) };
    const { first: none } = await simulated({ ...of, prior: "none" });
    const { first: useless } = await simulated({ ...of, prior: "useless" });
    expect([none.correct, useless.correct]).toEqual([24, 24]);
    expect(useless.builds).toBeLessThan(1.2 * none.builds);
    const { first: report } = await simulated(of);
    expect(report.builds).toBeLessThan(0.8 * none.builds);
  });

  it("of the mix of real troubles: what is stated with 0.99 is right", async () => {
    const { first, every } = await simulated({ world: realWorld, bugs: 150 });
    expect(first.correct / 150).toBeGreaterThan(0.85);
    expect(first.claimed).toBeGreaterThan(50);
    expect(first.claimedRight / first.claimed).toBeGreaterThan(0.97);
    // The odds of open ends are true too: about as many are right as they say.
    const open = every.filter(({ found, posterior }) => !found && posterior !== null);
    const said = open.reduce((sum, { posterior }) => sum + (posterior ?? 0), 0);
    const right = open.filter(({ named, bug }) => named === bug.culprit).length;
    expect(Math.abs(said - right)).toBeLessThan(2 + 3 * Math.sqrt(open.length / 4));
  });

  it("take less time with more builders, and on one crowded machine no more kernels", async () => {
    const { first: one } = await simulated();
    const { first: three } = await simulated({ builders: 3 });
    expect(three.minutes).toBeLessThan(0.7 * one.minutes);
    expect(three.builds).toBeGreaterThan(one.builds);
    const { first: laptop } = await simulated({ costs: knownCosts.laptop });
    const { first: crowded } = await simulated({ costs: knownCosts.laptop, builders: 3 });
    expect(crowded.minutes).toBeLessThan(1.15 * laptop.minutes);
  });

  it("end right where the search is asked again after each test, in about the time of whole rounds", async () => {
    const of = { bugs: 40, builders: 3, uneven: 0.5 };
    const { first: rounds } = await simulated(of);
    const { first: anew } = await simulated({ ...of, planning: "anew" });
    expect([rounds.correct, anew.correct]).toEqual([40, 40]);
    expect(anew.minutes).toBeLessThan(1.1 * rounds.minutes);
    const again = await simulated({ ...of, planning: "anew" });
    expect({ ...again.first, decisionMsP95: 0 }).toEqual({ ...anew, decisionMsP95: 0 });
  });

  it("can do without files: then no prior is known", async () => {
    const bare = { ...history, touched: null };
    const { first } = await simulated({ history: bare, bugs: 10 });
    expect([first.correct, first.inconclusive]).toEqual([10, 0]);
  });
});

describe("coins", () => {
  it("fall the same whenever they are flipped, and evenly", () => {
    expect(coin(1, 2, 3)).toBe(coin(1, 2, 3));
    expect(coin(1, 2, 3)).not.toBe(coin(1, 3, 2));
    const draws = new Draws(7, 1);
    const shares = Array.from({ length: 10_000 }, () => draws.share());
    expect(shares.reduce((a, b) => a + b, 0) / 10_000).toBeCloseTo(0.5, 1);
    expect(shares.filter((share) => share < 0.1).length / 10_000).toBeCloseTo(0.1, 1);
  });

  it("are drawn by weight", () => {
    const draws = new Draws(7, 2);
    const counts = [0, 0, 0];
    for (let k = 0; k < 4000; k++) counts[draws.weighted([1, 0, 3])]! += 1;
    expect(counts[1]).toBe(0);
    expect((counts[2] as number) / (counts[0] as number)).toBeCloseTo(3, 0);
  });
});
