import { type Terms, userTerms } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import { chosenBisection } from "./chosen-bisection.ts";

/** The flags by which git lets people choose their words for the two sides of the change. */
export interface TermFlags {
  readonly termGood?: string;
  readonly termOld?: string;
  readonly termBad?: string;
  readonly termNew?: string;
}

/** Words that are commands, in git and here. */
const commands = [
  ...["help", "start", "skip", "next", "reset", "visualize", "view", "replay", "log", "run"],
  ...["terms", "undo", "show", "explain", "bisect", "resume", "list"],
];

/** The words that the flags choose, or undefined where they choose none. Throws `terms-invalid`. */
export function termsOf(flags: TermFlags): Terms | undefined {
  const before = flags.termOld ?? flags.termGood;
  const after = flags.termNew ?? flags.termBad;
  if (before === undefined && after === undefined) return undefined;
  return checkedTerms({ before: before ?? "good", after: after ?? "bad" });
}

/** `terms` where git would take them. Throws `terms-invalid` with what is wrong with them. */
export function checkedTerms(terms: Terms): Terms {
  const { before, after } = terms;
  const wrong =
    before === after
      ? `both sides are called ${JSON.stringify(before)}`
      : commands.includes(before) || commands.includes(after)
        ? `${commands.includes(before) ? before : after} is a command`
        : ["bad", "new"].includes(before) || ["good", "old"].includes(after)
          ? `${before} and ${after} mean the contrary in git`
          : userTerms.safeParse(terms).success
            ? null
            : "a term is made of lower-case letters, digits and dashes";
  if (wrong === null) return terms;
  throw new Failure("terms-invalid", `cannot call the sides ${before} and ${after}: ${wrong}`, {
    facts: { before, after },
    hint: "as in `--term-old fast --term-new slow`",
  });
}

/** `firstbad terms [ID]`: the words for the two sides, as git says it. */
export async function terms(words: readonly string[], flags: TermQuestion): Promise<number> {
  const { events } = await chosenBisection(words, 0);
  const started = events.find((event) => event.kind === "started");
  const usual =
    started?.find === "fix"
      ? { before: "broken", after: "fixed" }
      : { before: "good", after: "bad" };
  const { before, after } = started?.terms ?? usual;
  const one =
    flags.termGood || flags.termOld ? before : flags.termBad || flags.termNew ? after : null;
  process.stdout.write(
    one === null
      ? `Your current terms are ${before} for the old state\nand ${after} for the new state.\n`
      : `${one}\n`,
  );
  return 0;
}

/** Which of the two is asked for; git takes each by two names. */
export interface TermQuestion {
  readonly termGood?: boolean;
  readonly termOld?: boolean;
  readonly termBad?: boolean;
  readonly termNew?: boolean;
}
