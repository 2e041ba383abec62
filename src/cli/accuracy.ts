import { join } from "node:path";
import { readFileJournal } from "../journal/file-journal.ts";
import { listBisections } from "../journal/store.ts";
import { accuracyOf, accuracyText } from "../report/index.ts";
import { foldersOf } from "./folders.ts";

/** `firstbad accuracy`: how many of the answers are right that people have judged. */
export async function accuracy({ json }: { readonly json?: boolean }): Promise<number> {
  const { bisections } = foldersOf(process.env);
  const all = [];
  for (const id of await listBisections(bisections)) {
    all.push(await readFileJournal(join(bisections, id)).catch(() => []));
  }
  const told = accuracyOf(all);
  process.stdout.write(json ? `${JSON.stringify(told)}\n` : accuracyText(told));
  return 0;
}
