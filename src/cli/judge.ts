import { join } from "node:path";
import { deliverOverride } from "../bisection/deliver-override.ts";
import { readFileJournal } from "../journal/file-journal.ts";
import { findBisection } from "../journal/store.ts";
import { judgementOf, judgementText } from "../report/index.ts";
import { judgementSaid } from "../session/steer.ts";
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
  const body = await judgementSaid({ id, folder, events }, word, flags.why);
  const { event } = await deliverOverride(folder, body);
  const judgement = judgementOf([...events, event]);
  if (judgement === null) throw new Error("what was said of a conclusion does not hold of it");
  const said = judgementText(summaryOf(events), judgement);
  process.stdout.write(
    flags.json ? `${JSON.stringify({ version: 1, id, ...judgement })}\n` : `${said}\n`,
  );
  return 0;
}
