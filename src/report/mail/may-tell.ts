import type { BisectionEvent, EventOf } from "../../event/index.ts";
import type { Summary } from "../../syzbot/index.ts";
import { judgementOf } from "../judgement.ts";

/** What must be known of a commit; what else could not be told is said in the mail. */
const proofs: ReadonlySet<EventOf<"checked">["check"]> = new Set([
  "culprit-crashes",
  "parent-clean",
  "fix-clean",
  "parent-crashes",
]);

/**
 * Why people may not be told of the commit that `events` found, and what to do about it; null: they may. It has to
 * be found, with every check passed, and not known to be another. `summary` is that of the events.
 */
export function whyNotToTell(
  events: readonly BisectionEvent[],
  { concluded, checks }: Summary,
): { readonly why: string; readonly hint: string } | null {
  if (concluded === null) {
    return { why: "it is not concluded", hint: "`firstbad resume` goes on with it" };
  }
  if (concluded.end !== "found" || concluded.culprit === null) {
    const hint = "`firstbad show` has what there is: no commit is told of that may be another";
    return { why: `it ended with ${concluded.end}: ${concluded.why}`, hint };
  }
  const open = checks.find(
    ({ check, result }) => result === "failed" || (result === "unknown" && proofs.has(check)),
  );
  if (open !== undefined) {
    return {
      why: `the check ${open.check} is ${open.result}: ${open.why}`,
      hint: "see `firstbad show`",
    };
  }
  if (judgementOf(events)?.verdict === "wrong") {
    return { why: "it was judged wrong", hint: "`firstbad judge ID right` takes that back" };
  }
  return null;
}
