import type { Policy } from "../src/search/policy.ts";
import { bisected, scenarioPolicy } from "./bisected.ts";
import { culpritDifferences, differences } from "./compare.ts";
import { type Outcome, outcomeOf, revisionsTested } from "./outcome.ts";
import type { NumberedRepository } from "./repository.ts";
import type { Checked } from "./rules-cases.ts";
import type { Scenario } from "./scenario-file.ts";

/** A scenario that was bisected. */
export interface Bisected extends Checked {
  readonly got: Outcome;
  /** Kernels that were built and run, and those of the other program; null: nobody counted. */
  readonly tested: number;
  readonly peer: number | null;
  /** Bits that say which commit of the range it is; null: there was no range. */
  readonly bits: number | null;
}

/** The policy that has to come to all that a file expects; another one only to the same culprits. */
export const exactPolicy = "syzbot-2026";

/** Bisects `scenario` by a policy, and once more where its start commit is only known by its title. */
export async function runScenario(
  scenario: Scenario,
  policyName: string,
  repository: NumberedRepository,
): Promise<Bisected> {
  const { given, expect } = scenario;
  const policy = scenarioPolicy(policyName);
  const start = repository.hashOf(given.start_commit);
  const { got, tested, bits } = await once(given, start, policy, repository);
  const differ = policyName === exactPolicy ? differences : culpritDifferences;
  const found = differ(expect, got);
  if (given.also_with_unknown_hash && found.length === 0 && policyName === exactPolicy) {
    // The repository lost the hash: a user looks the commit up by its title, which is a number and on master.
    const again = await once(
      given,
      repository.byTitle(String(given.start_commit)),
      policy,
      repository,
    );
    if (JSON.stringify(again.got) !== JSON.stringify(got))
      found.push("another result by its title");
  }
  return {
    name: scenario.name,
    expected: expect,
    got,
    pass: found.length === 0,
    differences: found,
    tested,
    peer: scenario.peer_2024?.revisions_tested ?? null,
    bits,
  };
}

async function once(
  given: Scenario["given"],
  start: string,
  policy: Policy,
  repository: NumberedRepository,
): Promise<{ got: Outcome; tested: number; bits: number | null }> {
  const told = await bisected(given, start, policy, repository);
  const range = told.events.findLast((event) => event.kind === "graph-loaded");
  return {
    got: outcomeOf(told, given, repository),
    tested: revisionsTested(told.events),
    bits: range === undefined ? null : Math.log2(Math.max(1, range.commits)),
  };
}
