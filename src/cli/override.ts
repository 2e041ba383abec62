import { join } from "node:path";
import { deliverOverride } from "../bisection/deliver-override.ts";
import { jobFile } from "../bisection/inputs.ts";
import { type EventOf, longestReason, mostOverridden } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import { listCommits, outsideOf } from "../history/list-commits.ts";
import { openRepository, type Repository } from "../history/repository.ts";
import { resolveCommit } from "../history/resolve-commit.ts";
import { readJob } from "../job/read.ts";
import { targetOf } from "../job/target.ts";
import { overrideText, undoneText } from "../report/index.ts";
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
  const repository = await repositoryOf(chosen);
  const commits = await commitsIn(chosen, repository, verdict);
  if (chosen.events.every(({ kind }) => kind !== "graph-loaded")) {
    await refuseOutside(chosen, repository, commits);
  }
  const body: EventOf<"overridden"> = {
    kind: "overridden",
    commits: [...commits],
    verdict,
    why: why === undefined ? null : why.trim().slice(0, longestReason),
    source: "user",
  };
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
  const newest = standing(chosen).at(-1);
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

function standing({ events }: Chosen) {
  const undone = new Set(
    events.flatMap((event) => (event.kind === "override-undone" ? [event.override] : [])),
  );
  return events
    .filter((event) => event.kind === "overridden")
    .filter(({ seq }) => !undone.has(seq));
}

async function repositoryOf({ folder }: Chosen): Promise<Repository> {
  const job = await readJob(join(folder, jobFile));
  return openRepository(targetOf(job).repo);
}

/** The commits that the words name; of those of a range `A..B` the ones that are in question. */
async function commitsIn(
  { rest, events }: Chosen,
  repository: Repository,
  verdict: Verdict,
): Promise<readonly string[]> {
  const commits = new Set<string>();
  for (const word of rest) {
    const [exclude, tip, ...more] = word.split("..");
    if (tip === undefined || verdict !== "untestable" || more.length > 0) {
      commits.add(await resolveCommit(repository, word));
      continue;
    }
    const from = await resolveCommit(repository, exclude || "HEAD");
    const range = {
      tip: await resolveCommit(repository, tip || "HEAD"),
      exclude: [from, ...cleanEnds(events)],
      ...startedIn(events)?.part,
    };
    const crashes = startedIn(events)?.crashes.hash;
    const between = await listCommits(repository, range, { most: mostOverridden });
    for (const commit of between) if (commit !== crashes) commits.add(commit);
  }
  if (commits.size > 0 && commits.size <= mostOverridden) return [...commits];
  throw new Failure("override-refused", `cannot take that: ${commits.size} commits are named`, {
    facts: { words: rest },
    hint: `name at least one commit, and at most ${mostOverridden}`,
  });
}

/** What a range of commits in question does not contain, as far as it is known. */
function cleanEnds(events: Chosen["events"]): readonly string[] {
  const loaded = events.findLast((event) => event.kind === "graph-loaded");
  const clean = startedIn(events)?.clean;
  return loaded?.before ?? (clean ? [clean.hash] : []);
}

/** As long as the range is not known, it is whatever the crashing commit, or the head, contains; and the clean end. */
async function refuseOutside(
  { events }: Chosen,
  repository: Repository,
  commits: readonly string[],
): Promise<void> {
  const started = startedIn(events);
  if (started === undefined) return;
  const asked = commits.filter((commit) => commit !== started.clean?.hash);
  const moved = events.findLast((event) => event.kind === "head-moved");
  const { hash, name } = moved ?? started.head ?? started.crashes;
  const [outside] = await outsideOf(repository, hash, asked);
  if (outside === undefined) return;
  throw new Failure("override-refused", `cannot take that: ${outside} is outside of the range`, {
    facts: { commit: outside, tip: hash },
    hint: `${started.head === undefined ? "the crashing commit" : "the head"} ${name} does not contain it`,
  });
}

function startedIn(events: Chosen["events"]) {
  return events.find((event) => event.kind === "started");
}
