import { createHash } from "node:crypto";
import MailComposer from "nodemailer/lib/mail-composer";
import type { Attachment, Mail, Person } from "./mail.ts";

/**
 * `mail` as RFC 5322 has it, with LF as line ends: plain text, names and subjects by RFC 2047, files by MIME.
 * The same mail gives the same bytes. What a name or a subject contains stays in its own header.
 */
export async function compose(mail: Mail): Promise<Buffer> {
  const { text, messageId, inReplyTo } = mail;
  const composer = new MailComposer({
    from: named(mail.from),
    to: mail.to.map(named),
    cc: mail.cc.map(named),
    subject: oneLine(mail.subject),
    messageId: oneLine(messageId),
    ...(inReplyTo === null
      ? {}
      : { inReplyTo: oneLine(inReplyTo), references: [oneLine(inReplyTo)] }),
    date: mail.date,
    text,
    attachments: mail.attachments.map(attached),
    baseBoundary: createHash("sha256").update(`${messageId}\n${text}`).digest("hex").slice(0, 24),
    newline: "linux",
    // Whatever is in a text or a name, nothing is fetched for it.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

/** Names are without what ends one in a list, even where it would be quoted: not every reader unquotes. */
function named({ name, address }: Person): { name: string; address: string } {
  return { name: oneLine(name.replaceAll(/[<>"\\]+/g, " ")), address: oneLine(address) };
}

/** Text is readable as it is in the raw mail; all else is packed. */
function attached({ name, type, bytes }: Attachment) {
  const isText = type.startsWith("text/");
  return {
    filename: oneLine(name),
    content: Buffer.from(bytes),
    contentType: isText ? `${type}; charset=utf-8` : type,
    contentTransferEncoding: isText ? ("quoted-printable" as const) : ("base64" as const),
  };
}

/** No header ends, nor begins, within `text`. */
function oneLine(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim();
}
