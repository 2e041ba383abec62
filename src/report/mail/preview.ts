import { wrapped } from "../wrap.ts";
import { type Person, personText } from "./people.ts";

/** What a reader of a mail sees of it. */
export interface Shown {
  readonly from: Person | null;
  readonly to: readonly Person[];
  readonly cc: readonly Person[];
  readonly subject: string;
  readonly inReplyTo: string | null;
  readonly text: string;
  readonly attachments: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

/** The mail as its readers will see it, not as it is sent: what `firstbad mail` prints. */
export function previewText(mail: Shown): string {
  const { from, to, cc, subject, inReplyTo, text, attachments } = mail;
  const people = (list: readonly Person[]) => list.map(personText).join(", ");
  const headers = [
    ["From", from === null ? "(nobody yet: --from)" : personText(from)],
    ["To", people(to)],
    ["Cc", people(cc)],
    ["Subject", subject],
    ["In-Reply-To", inReplyTo ?? ""],
    ...attachments.map(({ name, bytes }) => ["Attached", `${name}, ${sizeText(bytes.length)}`]),
  ];
  const lines = headers.flatMap(([name = "", value = ""]) =>
    value === "" ? [] : wrapped(value, `${name}: `, 78),
  );
  return `${lines.join("\n")}\n\n${text}`;
}

function sizeText(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : `${Math.round(bytes / 1024)} KiB`;
}
