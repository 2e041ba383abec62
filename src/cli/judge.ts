import { join } from "node:path";
import { deliverOverride } from "../bisection/deliver-override.ts";
import { jobFile } from "../bisection/inputs.ts";
import { type BisectionEvent, type EventOf, longestReason } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import { openRepository } from "../history/repository.ts";
import { resolveCommit } from "../history/resolve-commit.ts";
import { readJob } from "../job/read.ts";
import { targetOf } from "../job/target.ts";
import { readFileJournal } from "../journal/file-journal.ts";
import { findBisection } from "../journal/store.ts";
import { isAnswer, judgementOf, judgementText, verdictFor } from "../report/index.ts";
import { summaryOf } from "../syzbot/index.ts";
import { foldersOf } from "./folders.ts";

export interface JudgeFlags {
  readonly why?: string;
  readonly json?: boolean;
}

/**
 * `firstbad judge ID right|wrong|COMMIT`: keeps whether the answer is right, as somebody found out since. Throws
 * `judge-refused` where there is no answer, and what finding a commit throws.
 */
export async function judge(name: string, word: string, flags: JudgeFlags): Promise<number> {
  const { bisections } = foldersOf(process.env);
  const id = await findBisection(bisections, name);
  const folder = join(bisections, id);
  const events = await readFileJournal(folder);
  const concluded = answerIn(events, id);
  const commit =
    word === "right" || word === "wrong" ? null : await commitOf(folder, concluded, word);
  const body: EventOf<"judged"> = {
    kind: "judged",
    conclusion: concluded.seq,
    verdict: word === "right" || word === "wrong" ? word : verdictFor(concluded, commit ?? ""),
    commit,
    why: flags.why === undefined ? null : flags.why.trim().slice(0, longestReason),
  };
  const { event } = await deliverOverride(folder, body);
  const judgement = judgementOf([...events, event]);
  if (judgement === null) throw new Error("what was said of a conclusion does not hold of it");
  const said = judgementText(summaryOf(events), judgement);
  process.stdout.write(
    flags.json ? `${JSON.stringify({ version: 1, id, ...judgement })}\n` : `${said}\n`,
  );
  return 0;
}

function answerIn(events: readonly BisectionEvent[], id: string) {
  const { concluded } = summaryOf(events);
  const newest = events.findLast((event) => event.kind === "concluded");
  if (concluded !== null && newest !== undefined && isAnswer(newest)) return newest;
  const what = concluded === null ? "is not concluded" : `ended with ${concluded.end}, no answer`;
  throw new Failure("judge-refused", `nothing to judge: ${id} ${what}`, {
    facts: { id },
    hint: "`firstbad show` says where it stands",
  });
}

/** One that the conclusion names needs no repository, which may be gone by now. */
async function commitOf(
  folder: string,
  { culprit, candidates }: EventOf<"concluded">,
  name: string,
): Promise<string> {
  const named = [...(culprit === null ? [] : [culprit]), ...candidates];
  const [known, ...more] = [...new Set(named)].filter((hash) => hash.startsWith(name));
  if (known !== undefined && more.length === 0 && /^[0-9a-f]{12,64}$/.test(name)) return known;
  const job = await readJob(join(folder, jobFile));
  return resolveCommit(await openRepository(targetOf(job).repo), name);
}
