import { createHash } from "node:crypto";
import type { Attachment, Mail, Person } from "./mail.ts";

/**
 * `mail` as RFC 5322 has it, with LF as line ends: plain text, names and subjects by RFC 2047, files by MIME.
 * The same mail gives the same bytes. What a name or a subject contains stays in its own header.
 */
export async function compose(mail: Mail): Promise<Buffer> {
  const { text, messageId, inReplyTo } = mail;
  // Only now: most sessions compose nothing.
  const { default: MailComposer } = await import("nodemailer/lib/mail-composer");
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
    text: bodyOf(text),
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

/** Lines that may not be longer, by RFC 5322. */
const longestLine = 998;

/**
 * Text of ASCII goes as it is, so that nobody who reads the mail as it came sees the lines of a crash broken in two;
 * other text as quoted-printable, which is what it is given to when it is a string.
 */
function bodyOf(text: string): string | { raw: string } {
  return isPlain(text) ? { raw: plainPart([["Content-Type", plainType]], text) } : text;
}

/** The same for files; what is no text is packed as base64. */
function attached({ name, type, bytes }: Attachment) {
  const filename = oneLine(name);
  if (type !== "text/plain") {
    const content = Buffer.from(bytes);
    return { filename, content, contentType: type, contentTransferEncoding: "base64" as const };
  }
  const text = Buffer.from(bytes).toString("utf8");
  if (isPlain(text) && /^[A-Za-z0-9._-]{1,60}$/.test(filename)) {
    const headers = [
      ["Content-Type", `${plainType}; name=${filename}`],
      ["Content-Disposition", `attachment; filename=${filename}`],
    ] as const;
    return { raw: plainPart(headers, text) };
  }
  const encoding = { contentTransferEncoding: "quoted-printable" as const };
  return { filename, content: text, contentType: plainType, ...encoding };
}

const plainType = "text/plain; charset=utf-8";

function plainPart(headers: readonly (readonly [string, string])[], text: string): string {
  const lines = [...headers, ["Content-Transfer-Encoding", "7bit"]].map(
    ([name, value]) => `${name}: ${value}\n`,
  );
  return `${lines.join("")}\n${text}`;
}

function isPlain(text: string): boolean {
  return (
    /^[\t\n\x20-\x7e]*$/.test(text) && text.split("\n").every((line) => line.length <= longestLine)
  );
}

/** No header ends, nor begins, within `text`. */
function oneLine(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim();
}
