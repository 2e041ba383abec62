import type { Expectation } from "../event/index.ts";

/** How texts speak of runs that show the bug, by what counts as it. */
export interface BugWords {
  /** Whether the bug is a crash. */
  readonly isCrash: boolean;
  /** What one such run is: a `crash of this bug`, a `hang`. */
  readonly sight: string;
  /** What a commit does that has it, of one and of several, and what a run did. */
  readonly shows: string;
  readonly show: string;
  readonly showed: string;
}

/** The words for what a job expects; absent: the crash of the crashing commit. */
export function bugWords(expect: Expectation | undefined): BugWords {
  const sight = expect === undefined ? null : sightOf(expect);
  return sight === null
    ? { isCrash: true, sight: ofCrash, shows: "crashes", show: "crash", showed: "crashed" }
    : { isCrash: false, sight, shows: "shows the bug", show: "show the bug", showed: "showed it" };
}

const ofCrash = "crash of this bug";

/** Null: a crash. */
function sightOf(expect: Expectation): string | null {
  switch (expect.kind) {
    case "title":
    case "pattern":
    case "predicate":
    case "any-crash":
      return null;
    case "boot-fails":
      return "failed boot";
    case "build-fails":
      return "failed build";
    case "hangs":
      return "hang";
    case "message":
      return expect.is === "present" ? "run with the message" : "run without the message";
    case "test":
      return `run in which the test ${expect.is === "failing" ? "fails" : "passes"}`;
    case "number":
    case "boot-time":
      return "number beyond the limit";
    default:
      return expect satisfies never;
  }
}
