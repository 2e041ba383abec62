/** What the runs of a tested commit say of a suspect. */
interface ToldTestimony {
  readonly commit: string;
  readonly relation: "itself" | "parent" | "contains-it" | "lacks-it";
  /** Runs with a crash of this bug, and without one. */
  readonly crashed: number;
  readonly clean: number;
  /** Where the user says that it lies. */
  readonly said: "before" | "after" | null;
  /** Above 1, it speaks against the suspect: the odds. */
  readonly against: number;
}

/** A commit that may be the culprit, and what is for it and against it. */
export interface ToldSuspect {
  readonly commit: string;
  /** An empty text where it is not known. */
  readonly subject: string;
  readonly probability: number;
  /** What it was before anything was run, and how many times the average commit's that is. */
  readonly prior: number;
  readonly timesAverage: number;
  /** Why, for people. */
  readonly reasons: readonly string[];
  readonly parents: readonly string[];
  /** Its kernel is that of its only parent. */
  readonly isNoop: boolean;
  /** Itself and its parents, as far as they cannot be tested. */
  readonly untestable: readonly string[];
  readonly testimonies: readonly ToldTestimony[];
}

/** Whom a policy suspects that reckons with probabilities. */
export interface ToldSuspicion {
  /** How many commits have the culprit with 99 %, the fewest that do. */
  readonly candidates: number;
  /** The likeliest, in that order. */
  readonly suspects: readonly ToldSuspect[];
  /** What the tests under way, or those of a step, tell if all of their runs crash, or none does. */
  readonly prospects: readonly {
    readonly commit: string;
    /** The probability that it contains the culprit. */
    readonly contains: number;
    readonly suspectsIfCrashing: number;
    readonly suspectsIfClean: number;
  }[];
  /** How the confidence comes about that is stated for the likeliest. */
  readonly sureness: {
    readonly posterior: number;
    readonly againstLookalikes: number;
    readonly stated: number;
    /** The nearest row of the table: so many simulated results of that posterior, and the share of right ones. */
    readonly row: { readonly posterior: number; readonly stated: number; readonly bugs: number };
    readonly table: string;
    /** More is never stated. */
    readonly most: number;
  };
}
