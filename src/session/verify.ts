import { policyOf } from "../bisection/policy-of.ts";
import { type Verified, verifyDecisions } from "../bisection/verify.ts";
import type { BisectionEvent } from "../event/index.ts";
import { asFailure } from "../failure/failure.ts";
import { plainLine } from "../syzbot/index.ts";

/** Longest time, in milliseconds, that decisions are taken again before a bisection is gone on with. */
const longestBeforeResume = 5000;
/** The same, where a graph of more commits takes seconds to read and each decision as long. */
const mostCommitsBeforeResume = 300_000;
/** So often is it said how far that is, in milliseconds. */
const saidEvery = 5000;

/** What came of taking the decisions of a journal again. */
export interface Verification {
  /** How many there are, and how many were taken again. */
  readonly of: number;
  readonly verified: number;
  readonly differing: readonly Verified[];
}

/** Takes all decisions of `events` again; `say` hears how far that is where it takes long. */
export function verifyAll(
  folder: string,
  events: readonly BisectionEvent[],
  say: (line: string) => void,
): Promise<Verification> {
  let said = Date.now();
  return verify(folder, events, ({ decision, of }) => {
    if (Date.now() - said < saidEvery) return true;
    said = Date.now();
    say(`decisions taken again: ${decision} of ${of}`);
    return true;
  });
}

/**
 * Takes decisions again before the bisection is gone on with, for some seconds at most, and gives `say` the lines of what
 * came out otherwise. That is a warning, as is that they cannot be taken again: what is in the journal counts.
 */
export async function warnOfDifferences(
  folder: string,
  events: readonly BisectionEvent[],
  say: (line: string) => void,
): Promise<void> {
  const warn = (line: string) => say(`warning: ${plainLine(line)}`);
  const end = Date.now() + longestBeforeResume;
  const isHuge = events.some(
    (event) => event.kind === "graph-loaded" && event.commits > mostCommitsBeforeResume,
  );
  try {
    const result = await verify(folder, events, () => !isHuge && Date.now() < end);
    for (const line of differenceLines(result)) warn(line);
    if (result.verified === result.of) return;
    const left = result.of - result.verified;
    say(
      `${left} of ${result.of} decisions are not taken again now: \`firstbad show ID --verify\` does`,
    );
  } catch (error) {
    warn(`earlier decisions cannot be taken again: ${asFailure(error).message}`);
  }
}

async function verify(
  folder: string,
  events: readonly BisectionEvent[],
  goOn: (done: Verified) => boolean,
): Promise<Verification> {
  const differing: Verified[] = [];
  let [of, verified] = [0, 0];
  for await (const done of verifyDecisions(folder, events, policyOf(events))) {
    of = done.of;
    verified = done.decision;
    if (done.differs !== null) differing.push(done);
    if (!goOn(done)) break;
  }
  return { of, verified, differing };
}

/** A line for each decision that came out otherwise, and what they all mean. */
export function differenceLines({ differing, of }: Verification): string[] {
  const lines = differing.map(({ decision, seq, differs }) => {
    const [recorded, now] = [differs?.recorded, differs?.now].map((text) => plainLine(text ?? ""));
    return `decision ${decision} of ${of} (event ${seq}): recorded: ${recorded}; now: ${now}`;
  });
  if (lines.length === 0) return [];
  return [
    ...lines,
    "another version of firstbad, or another JavaScript engine, took these decisions; what is in the journal counts",
  ];
}
