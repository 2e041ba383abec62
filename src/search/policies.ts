import { Failure } from "../failure/failure.ts";
import { adaptivePolicy } from "./adaptive/adaptive-policy.ts";
import { gitPolicy } from "./git/git-policy.ts";
import type { Policy } from "./policy.ts";
import { syzbot2022, syzbot2026 } from "./syzbot/syzbot-policies.ts";

/** Every policy there is; a test holds the job file to their names. */
export const policies: readonly Policy[] = [adaptivePolicy, gitPolicy, syzbot2022, syzbot2026];

/** The policy called `name`. Throws `policy-not-known` where there is none. */
export function policyNamed(name: string): Policy {
  const policy = policies.find((one) => one.name === name);
  if (policy !== undefined) return policy;
  throw new Failure("policy-not-known", `there is no policy called ${JSON.stringify(name)}`, {
    facts: { policy: name, policies: policies.map((one) => one.name) },
    hint: "name one of these, or go on with the version of firstbad that began the bisection",
  });
}
