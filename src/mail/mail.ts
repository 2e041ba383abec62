/** Somebody, by an address and, where it is known, a name. */
export interface Person {
  /** An empty text where it is not known. */
  readonly name: string;
  readonly address: string;
}

/** A file that comes with a mail. */
export interface Attachment {
  readonly name: string;
  /** `text/plain`, `application/gzip`. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** A mail of plain text, ready to be composed. Nothing in it may be trusted to be free of line ends. */
export interface Mail {
  readonly from: Person;
  readonly to: readonly Person[];
  readonly cc: readonly Person[];
  readonly subject: string;
  /** With angle brackets. */
  readonly messageId: string;
  /** The mail that this one answers, with angle brackets; null: none. */
  readonly inReplyTo: string | null;
  readonly date: Date;
  /** Lines that end with LF. */
  readonly text: string;
  readonly attachments: readonly Attachment[];
}
