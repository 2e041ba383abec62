import { expect, test } from "vitest";
import { decideOnce } from "../../src/bisection/decide-once.ts";
import { parseGraph } from "../../src/history/graph-text.ts";
import { gitPolicy } from "../../src/search/git/git-policy.ts";
import type { Policy, SearchState } from "../../src/search/policy.ts";

const hash = (n: number) => `${n}`.padStart(40, "0");
const graph = parseGraph(Buffer.from(`1700000000 ${hash(2)} ${hash(1)}\n`));

test("a policy is asked once for the same, and again where anything differs", () => {
  let asked = 0;
  const policy: Policy = {
    ...gitPolicy,
    next() {
      asked += 1;
      return { kind: "stuck", why: `answer ${asked}` };
    },
  };
  const state: SearchState = { graph, after: 0, evidence: [], crashMeans: "after", runs: 1 };
  const prior = { commits: Float64Array.of(1), outside: 0.1 };
  const answers = [
    state,
    { ...state, evidence: [] },
    { ...state, pending: [0] },
    { ...state, pending: [0], cached: new Set([0]) },
    { ...state, pending: [0], cached: new Set([0]), prior },
    { ...state, pending: [0], cached: new Set([0]), prior },
    { ...state, pending: [0], cached: new Set([0]), prior: { ...prior } },
  ].map((one) => {
    const decision = decideOnce(policy, one);
    return decision.kind === "stuck" ? decision.why : "";
  });
  expect(answers.map((why) => why.replace("answer ", ""))).toEqual([
    "1",
    "1",
    "2",
    "3",
    "4",
    "4",
    "5",
  ]);
});
