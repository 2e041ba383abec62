import type { BisectionEvent } from "../event/index.ts";
import { policyNamed } from "../search/policies.ts";
import type { Policy } from "../search/policy.ts";
import { startOf, stateOf } from "./state.ts";

/** The policy with which a bisection began, however its job was changed since. */
export function policyOf(events: readonly BisectionEvent[]): Policy {
  return policyNamed(startOf(stateOf(events.slice(0, 1))).policy);
}
