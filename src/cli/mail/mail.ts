import { join } from "node:path";
import type { BisectionEvent } from "../../event/index.ts";
import { readFileJournal } from "../../journal/file-journal.ts";
import { findBisection } from "../../journal/store.ts";
import { compose } from "../../mail/compose.ts";
import type { Mail } from "../../mail/mail.ts";
import { previewText } from "../../report/index.ts";
import { type DraftFlags, draftOf } from "../../session/mail/draft.ts";
import { culpritToTell } from "../../session/mail/may-be-mailed.ts";
import { complete, sendResult, type Writing } from "../../session/mail/send-result.ts";
import { serverFor } from "../../session/mail/server.ts";
import { foldersOf } from "../folders.ts";
import { version } from "../version.ts";
import { writeOutput } from "./output.ts";

export interface MailFlags extends DraftFlags {
  /** Where the composed mail goes instead: a file, or `-`. */
  readonly toFile?: string;
  readonly send?: boolean;
  readonly smtp?: string;
  readonly json?: boolean;
}

/**
 * `firstbad mail ID`: prints the mail about the culprit as its readers will see it; writes it to a file, as it is sent;
 * or sends it, and keeps that it did. Throws `mail-refused`, `mail-sent-already`, `mail-incomplete`, `smtp-invalid`,
 * `smtp-failed`.
 */
export async function mail(name: string, flags: MailFlags): Promise<number> {
  const { bisections } = foldersOf(process.env);
  const id = await findBisection(bisections, name);
  const folder = join(bisections, id);
  if (flags.send) return sendMail(id, folder, flags);
  const events = await readFileJournal(folder);
  const draft = await draftIn(folder, events, culpritToTell(events), flags);
  if (flags.toFile === undefined) {
    const from = draft.from.address === "" ? null : draft.from;
    return print(flags.json ? objectOf(id, draft, false) : previewText({ ...draft, from }));
  }
  await writeOutput(flags.toFile, await compose(complete(draft)));
  if (flags.json && flags.toFile !== "-") print(objectOf(id, draft, false));
  return 0;
}

async function sendMail(id: string, folder: string, flags: MailFlags): Promise<number> {
  const server = serverFor(flags.smtp, process.env);
  const { draft, to, cc, rejected } = await sendResult(writingOf(folder, flags), server);
  for (const address of rejected) {
    process.stderr.write(`warning: the server did not take it for ${address}\n`);
  }
  const people = [...to, ...cc].join(", ");
  const { messageId } = draft;
  return print(flags.json ? objectOf(id, draft, true) : `${messageId} sent to ${people}\n`);
}

function writingOf(folder: string, flags: MailFlags): Writing {
  return { folder, flags, env: process.env, cache: foldersOf(process.env).cache, tool: version };
}

async function draftIn(
  folder: string,
  events: readonly BisectionEvent[],
  culprit: string,
  flags: MailFlags,
): Promise<Mail> {
  return draftOf({ ...writingOf(folder, flags), events, culprit, now: new Date() });
}

function objectOf(id: string, draft: Mail, sent: boolean): string {
  const { from, to, cc, subject, messageId, inReplyTo, text, attachments } = draft;
  const files = attachments.map(({ name, type, bytes }) => ({ name, type, bytes: bytes.length }));
  const about = { version: 1, id, sent, from: from.address === "" ? null : from, to, cc };
  return `${JSON.stringify({ ...about, subject, messageId, inReplyTo, text, attachments: files })}\n`;
}

function print(text: string): 0 {
  process.stdout.write(text);
  return 0;
}
