import { join } from "node:path";
import { jobFile } from "../../bisection/inputs.ts";
import type { BisectionEvent } from "../../event/index.ts";
import { shortHash } from "../../event/short-hash.ts";
import { Failure } from "../../failure/failure.ts";
import { readJob } from "../../job/read.ts";
import type { Mail } from "../../mail/mail.ts";
import { isList, letterOf, personText } from "../../report/index.ts";
import { type Summary, summaryOf } from "../../syzbot/index.ts";
import { filesOf } from "./files.ts";
import { type PeopleFlags, senderOf, whomToTell } from "./people.ts";

/** Flags that say what a mail has beside the result. */
export interface DraftFlags extends PeopleFlags {
  readonly reportedBy?: string;
  readonly closes?: string;
  readonly inReplyTo?: string;
  readonly subject?: string;
  /** It was mailed, and is to be once more. */
  readonly again?: boolean;
}

/** The mail about `culprit`; `from` has an empty address where nobody is named. */
export async function draftOf(given: {
  readonly folder: string;
  readonly events: readonly BisectionEvent[];
  readonly culprit: string;
  readonly flags: DraftFlags;
  readonly env: NodeJS.ProcessEnv;
  readonly now: Date;
  /** The folder of the cache, and the version of firstbad. */
  readonly cache: string;
  readonly tool: string;
}): Promise<Mail> {
  const { folder, events, culprit, flags, env, now, cache, tool } = given;
  const summary = summaryOf(events);
  const job = await readJob(join(folder, jobFile));
  const { reported = {} } = job;
  const from = await senderOf(flags, env);
  const reporter = flags.reportedBy ?? reported.by ?? null;
  const { to, cc } = whomToTell(summary, culprit, flags, { from, reportedBy: reporter });
  const messageId = ownMessageId(summary, culprit, from?.address ?? "");
  const inReplyTo = answered(summary, culprit, flags, reported["message-id"]);
  const isPublic = [...to, ...cc].some(({ address }) => isList(address));
  const closes =
    flags.closes ?? reported.closes ?? (isPublic ? loreOf(inReplyTo ?? messageId) : null);
  const files = await filesOf({ folder, job, cache }, summary, culprit);
  const letter = letterOf(events, {
    reportedBy: reporter ?? (from === null ? null : personText(from)),
    closes,
    isReply: inReplyTo !== null,
    files: files.said,
    tool,
  });
  return {
    from: from ?? { name: "", address: "" },
    ...{ to, cc, messageId, inReplyTo, date: now },
    subject: flags.subject ?? letter.subject,
    text: letter.text,
    attachments: files.attachments,
  };
}

/**
 * Sent again after a kill that left nothing in the journal, a mail has the same one: it counts once for those who
 * have it already.
 */
function ownMessageId({ started, mailed }: Summary, culprit: string, from: string): string {
  const id = (started?.id ?? "").replaceAll(/[^A-Za-z0-9-]+/g, "-").slice(0, 100);
  const host = from.slice(from.lastIndexOf("@") + 1) || "firstbad.invalid";
  return `<${id}.${shortHash(culprit)}.${mailed.length + 1}@${host}>`;
}

/** The mail before, or the one that reported the bug. */
function answered(
  { mailed }: Summary,
  culprit: string,
  { inReplyTo }: DraftFlags,
  reported: string | undefined,
): string | null {
  const before = mailed.findLast((mail) => mail.culprit === culprit) ?? mailed.at(-1);
  const given = inReplyTo ?? before?.messageId ?? reported;
  if (given === undefined) return null;
  if (/^<?[^\s<>@]{1,400}@[^\s<>@]{1,400}>?$/.test(given))
    return `<${given.replace(/^<|>$/g, "")}>`;
  throw new Failure("mail-incomplete", `${JSON.stringify(given)} names no mail`, {
    hint: "--in-reply-to takes a Message-ID: <…@…>",
  });
}

/** Where a mail to a list is read. */
function loreOf(messageId: string): string {
  return `https://lore.kernel.org/r/${messageId.replace(/^<|>$/g, "")}`;
}
