/** What is asked before a job is written, in this order. */
export const keys = [
  "repo",
  "crashes",
  "clean",
  "config",
  "machine",
  "arch",
  "reproducer",
] as const;

export type Key = (typeof keys)[number];

/** Answers that were checked, as the job will have them; an empty `clean` leaves it out. */
export type Answers = Partial<Readonly<Record<Key, string>>>;

/** An answer that was found good. */
export interface Checked {
  readonly value: string;
  /** What it stands for, where its words alone do not tell. */
  readonly told?: string;
}

/** One question. */
export interface Question {
  /** At most 48 cells, so that it takes one line of a narrow terminal. */
  readonly asks: string;
  /** What a person without a terminal gives instead. */
  readonly flag: string;
  /** The answers that this one needs. */
  readonly needs: readonly Key[];
  /** The likely answer, found by looking; null where nothing was found. */
  find(before: Answers): Promise<string | null>;
  /** Throws the `Failure` that says what is wrong with `answer`. */
  check(answer: string, before: Answers): Promise<Checked>;
}
