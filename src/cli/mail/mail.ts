import { join } from "node:path";
import type { BisectionEvent } from "../../event/index.ts";
import { Failure } from "../../failure/failure.ts";
import { openFileJournal, readFileJournal } from "../../journal/file-journal.ts";
import { findBisection } from "../../journal/store.ts";
import { compose } from "../../mail/compose.ts";
import type { Mail } from "../../mail/mail.ts";
import { send } from "../../mail/send.ts";
import { previewText } from "../../report/index.ts";
import { summaryOf } from "../../syzbot/index.ts";
import { foldersOf } from "../folders.ts";
import { type DraftFlags, draftOf } from "./draft.ts";
import { culpritToTell, refuseTwice } from "./may-be-mailed.ts";
import { writeOutput } from "./output.ts";
import { serverFor } from "./server.ts";

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

/** The journal is held meanwhile: two who send at once would both send. */
async function sendMail(id: string, folder: string, flags: MailFlags): Promise<number> {
  const server = serverFor(flags.smtp, process.env);
  const journal = await openFileJournal(folder);
  try {
    const { events } = journal;
    const culprit = culpritToTell(events);
    refuseTwice(summaryOf(events), culprit, flags.again ?? false);
    const draft = complete(await draftIn(folder, events, culprit, flags));
    const { accepted, rejected } = await send(draft, await compose(draft), server);
    const took = (people: Mail["to"]) =>
      people.map(({ address }) => address).filter((address) => accepted.includes(address));
    const [to, cc] = [took(draft.to), took(draft.cc)];
    const { messageId } = draft;
    await journal.append({ kind: "mailed", culprit, messageId, to, cc });
    for (const address of rejected) {
      process.stderr.write(`warning: the server did not take it for ${address}\n`);
    }
    const people = [...to, ...cc].join(", ");
    return print(flags.json ? objectOf(id, draft, true) : `${messageId} sent to ${people}\n`);
  } finally {
    await journal.close();
  }
}

async function draftIn(
  folder: string,
  events: readonly BisectionEvent[],
  culprit: string,
  flags: MailFlags,
): Promise<Mail> {
  return draftOf({ folder, events, culprit, flags, env: process.env, now: new Date() });
}

/** A mail that can be sent: from somebody to somebody. */
function complete(draft: Mail): Mail {
  if (draft.from.address === "") {
    throw new Failure("mail-incomplete", "the mail is from nobody", {
      hint: '--from "NAME <USER@HOST>", FIRSTBAD_MAIL_FROM, or git\'s user.name and user.email',
    });
  }
  if (draft.to.length > 0) return draft;
  throw new Failure("mail-incomplete", "the mail goes to nobody: nobody answers for the commit", {
    hint: "--to USER@HOST",
  });
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
