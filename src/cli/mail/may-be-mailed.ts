import type { BisectionEvent, EventOf } from "../../event/index.ts";
import { Failure } from "../../failure/failure.ts";
import { judgementOf } from "../../report/index.ts";
import { type Summary, summaryOf } from "../../syzbot/index.ts";

/** What must be known of a commit; what else could not be told is said in the mail. */
const proofs: ReadonlySet<EventOf<"checked">["check"]> = new Set([
  "culprit-crashes",
  "parent-clean",
  "fix-clean",
  "parent-crashes",
]);

/**
 * The commit, a culprit or a fix, that people may be told of: found, with every check passed, and not known to be another. Throws
 * `mail-refused` with what is missing.
 */
export function culpritToTell(events: readonly BisectionEvent[]): string {
  const summary = summaryOf(events);
  const { concluded } = summary;
  if (concluded === null) {
    throw refused("it is not concluded", "`firstbad resume` goes on with it");
  }
  if (concluded.end !== "found" || concluded.culprit === null) {
    const hint = "`firstbad show` has what there is: no commit is told of that may be another";
    throw refused(`it ended with ${concluded.end}: ${concluded.why}`, hint);
  }
  const open = summary.checks.find(
    ({ check, result }) => result === "failed" || (result === "unknown" && proofs.has(check)),
  );
  if (open !== undefined) {
    throw refused(`the check ${open.check} is ${open.result}: ${open.why}`, "see `firstbad show`");
  }
  if (judgementOf(events)?.verdict === "wrong") {
    throw refused("it was judged wrong", "`firstbad judge ID right` takes that back");
  }
  return concluded.culprit;
}

/** Throws `mail-sent-already` where the culprit was told of, and nobody wants that again. */
export function refuseTwice({ mailed }: Summary, culprit: string, again: boolean): void {
  const sent = mailed.findLast((mail) => mail.culprit === culprit);
  if (sent === undefined || again) return;
  const people = [...sent.to, ...sent.cc];
  throw new Failure("mail-sent-already", `the result was mailed at ${sent.at}`, {
    facts: { messageId: sent.messageId, recipients: people },
    hint: `${sent.messageId} went to ${people.join(", ")}; --again sends another, as an answer to it`,
  });
}

function refused(why: string, hint: string): Failure {
  return new Failure("mail-refused", `nobody is told of this result: ${why}`, { hint });
}
