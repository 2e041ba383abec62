import { join } from "node:path";
import { readStoredGraph } from "../bisection/graph-file.ts";
import { isHeldForWriting, readFileJournal } from "../journal/file-journal.ts";
import { findBisection } from "../journal/store.ts";
import { explainText, explanationOf, paint } from "../report/index.ts";
import { foldersOf } from "./folders.ts";

/** Where it goes to no terminal. */
const usualColumns = 80;

/** `firstbad explain ID`: what was tested and why, and why the result is believed. */
export async function explain(
  name: string,
  { json }: { readonly json?: boolean },
): Promise<number> {
  const { bisections } = foldersOf(process.env);
  const folder = join(bisections, await findBisection(bisections, name));
  const events = await readFileJournal(folder);
  const loaded = events.findLast((event) => event.kind === "graph-loaded");
  const graph = loaded === undefined ? null : await readStoredGraph(folder, loaded);
  const running = await isHeldForWriting(folder);
  if (json) {
    process.stdout.write(`${JSON.stringify(explanationOf(events, graph, running))}\n`);
    return 0;
  }
  const columns = process.stdout.columns ?? usualColumns;
  process.stdout.write(paint(explainText(events, { graph, running, columns }), process.stdout));
  return 0;
}
