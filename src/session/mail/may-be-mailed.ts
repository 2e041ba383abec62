import type { BisectionEvent } from "../../event/index.ts";
import { Failure } from "../../failure/failure.ts";
import { whyNotToTell } from "../../report/index.ts";
import { type Summary, summaryOf } from "../../syzbot/index.ts";

/**
 * The commit, a culprit or a fix, that people may be told of. Throws `mail-refused` with what is missing.
 */
export function culpritToTell(events: readonly BisectionEvent[]): string {
  const summary = summaryOf(events);
  const open = whyNotToTell(events, summary);
  const culprit = summary.concluded?.culprit;
  if (open !== null || culprit == null) throw refused(open);
  return culprit;
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

function refused(open: ReturnType<typeof whyNotToTell>): Failure {
  const { why = "no commit was found", hint } = open ?? {};
  return new Failure("mail-refused", `nobody is told of this result: ${why}`, {
    ...(hint !== undefined && { hint }),
  });
}
