import { Failure } from "../../failure/failure.ts";
import { openFileJournal } from "../../journal/file-journal.ts";
import { compose } from "../../mail/compose.ts";
import type { Mail } from "../../mail/mail.ts";
import { send } from "../../mail/send.ts";
import type { MailServer } from "../../mail/server.ts";
import { summaryOf } from "../../syzbot/index.ts";
import { type DraftFlags, draftOf } from "./draft.ts";
import { culpritToTell, refuseTwice } from "./may-be-mailed.ts";

/** What a mail about a result is made with. */
export interface Writing {
  readonly folder: string;
  readonly flags: DraftFlags;
  readonly env: NodeJS.ProcessEnv;
  /** The folder of the cache, and the version of firstbad. */
  readonly cache: string;
  readonly tool: string;
}

/** A mail that a server took. */
export interface SentMail {
  readonly draft: Mail;
  /** The addresses that it took it for, and did not. */
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly rejected: readonly string[];
}

/**
 * Sends the result of the bisection in `folder`, and keeps that it did. The journal is held meanwhile: two who send at
 * once would both send. Throws `mail-refused`, `mail-sent-already`, `mail-incomplete`, `smtp-failed`, `bisection-locked`.
 */
export async function sendResult(writing: Writing, server: MailServer): Promise<SentMail> {
  const { folder, flags } = writing;
  const journal = await openFileJournal(folder);
  try {
    const { events } = journal;
    const culprit = culpritToTell(events);
    refuseTwice(summaryOf(events), culprit, flags.again ?? false);
    const draft = complete(await draftOf({ ...writing, events, culprit, now: new Date() }));
    const { accepted, rejected } = await send(draft, await compose(draft), server);
    const took = (people: Mail["to"]) =>
      people.map(({ address }) => address).filter((address) => accepted.includes(address));
    const [to, cc] = [took(draft.to), took(draft.cc)];
    const { messageId } = draft;
    await journal.append({ kind: "mailed", culprit, messageId, to, cc });
    return { draft, to, cc, rejected };
  } finally {
    await journal.close();
  }
}

/** A mail that can be sent: from somebody to somebody. Throws `mail-incomplete`. */
export function complete(draft: Mail): Mail {
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
