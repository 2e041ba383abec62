import { deliverOverride } from "../bisection/deliver-override.ts";
import type { EventOf } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import { overrideText, undoneText } from "../report/index.ts";
import { overrideSaid, standingOverrides } from "../session/steer.ts";
import { type Chosen, chosenBisection } from "./chosen-bisection.ts";

export interface OverrideFlags {
  readonly why?: string;
  readonly json?: boolean;
  /** By which of its names the command was called; absent: it has one. */
  readonly word?: string;
}

type Verdict = EventOf<"overridden">["verdict"];

/**
 * `firstbad good|bad|skip [ID] COMMIT…`, of a fix `broken|fixed`: says where commits lie, whatever their runs say.
 */
export async function override(
  verdict: Verdict,
  words: readonly string[],
  { why, json, word }: OverrideFlags,
): Promise<number> {
  const chosen = await chosenBisection(words, 1);
  if (word !== undefined) refuseOtherWord(chosen, word);
  const body = await overrideSaid(chosen, verdict, chosen.rest, why);
  const { commits } = body;
  const { event, held } = await deliverOverride(chosen.folder, body);
  const events = [...chosen.events, event];
  if (json) {
    const { seq } = event;
    process.stdout.write(
      `${JSON.stringify({ version: 1, id: chosen.id, override: seq, verdict, commits, running: held })}\n`,
    );
  } else process.stdout.write(overrideText(events, event, held));
  return 0;
}

/** Words that mean one thing for a cause and, to whoever thinks of a fix, the contrary. */
const wordsOf = { cause: ["good", "bad"], fix: ["broken", "fixed"] } as const;

/** A good commit has no fix yet where git's words are taken, and has it where people's are: neither is guessed. */
function refuseOtherWord({ id, events }: Chosen, word: string): void {
  const { find = "cause", terms } = startedIn(events) ?? {};
  const [other, own] = find === "fix" ? (["cause", "fix"] as const) : (["fix", "cause"] as const);
  const isOther = wordsOf[other].some((one) => one === word);
  if (!isOther || (find === "fix" && terms !== undefined)) return;
  const [before, after] = wordsOf[own];
  throw new Failure("override-refused", `cannot take ${word}: this bisection searches a ${find}`, {
    facts: { word, id },
    hint: `say \`firstbad ${before} ${id} COMMIT\` or \`firstbad ${after} ${id} COMMIT\``,
  });
}

/** `firstbad undo [ID]`: takes back the newest override that stands. */
export async function undo(words: readonly string[], { json }: OverrideFlags): Promise<number> {
  const chosen = await chosenBisection(words, 0);
  const newest = standingOverrides(chosen).at(-1);
  if (newest === undefined) {
    throw new Failure("override-refused", "cannot undo anything: no override stands", {
      facts: { id: chosen.id },
      hint: "`good`, `bad` and `skip` make one",
    });
  }
  const body = { kind: "override-undone", override: newest.seq } as const;
  const { event, held } = await deliverOverride(chosen.folder, body);
  const { verdict, commits } = newest;
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ version: 1, id: chosen.id, undone: newest.seq, verdict, commits, running: held })}\n`,
    );
  } else process.stdout.write(undoneText([...chosen.events, event], newest, held));
  return 0;
}

function startedIn(events: Chosen["events"]) {
  return events.find((event) => event.kind === "started");
}
