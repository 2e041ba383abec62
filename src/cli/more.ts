import { deliverOverride } from "../bisection/deliver-override.ts";
import { Failure } from "../failure/failure.ts";
import { moreText } from "../report/index.ts";
import { runsSaid } from "../session/steer.ts";
import { chosenBisection } from "./chosen-bisection.ts";

export interface MoreFlags {
  readonly runs: number;
  readonly why?: string;
  readonly json?: boolean;
}

/** `firstbad more [ID] COMMIT`: asks for more runs of a commit that was tested. */
export async function more(
  words: readonly string[],
  { runs, why, json }: MoreFlags,
): Promise<number> {
  const chosen = await chosenBisection(words, 1);
  const [word, ...others] = chosen.rest;
  if (word === undefined || others.length > 0) {
    throw new Failure(
      "runs-refused",
      `cannot run that more often: ${chosen.rest.length} commits are named`,
      {
        facts: { words },
        hint: "name one that was tested: `firstbad show` lists them",
      },
    );
  }
  const body = await runsSaid(chosen, word, runs, why);
  const { event, held } = await deliverOverride(chosen.folder, body);
  if (json) {
    const { commit, more, runs } = body;
    process.stdout.write(
      `${JSON.stringify({ version: 1, id: chosen.id, commit, more, runs, running: held })}\n`,
    );
  } else process.stdout.write(moreText([...chosen.events, event], body, held));
  return 0;
}
