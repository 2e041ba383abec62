import { join } from "node:path";
import { readStoredGraph } from "../bisection/graph-file.ts";
import { suspicionIn } from "../bisection/told-suspicion.ts";
import type { BisectionEvent } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import { isHeldForWriting, readFileJournal } from "../journal/file-journal.ts";
import { findBisection } from "../journal/store.ts";
import {
  type ExplainedStep,
  type Explanation,
  explainStepText,
  explainText,
  explanationOf,
  paint,
} from "../report/index.ts";
import { foldersOf } from "./folders.ts";

/** Where it goes to no terminal. */
const usualColumns = 80;

/**
 * `firstbad explain ID [STEP]`: whom it suspects, what was tested and why, and why the result is believed;
 * or what was believed at one step. Throws `step-not-found`.
 */
export async function explain(
  name: string,
  number: number | null,
  { json }: { readonly json?: boolean },
): Promise<number> {
  const { bisections } = foldersOf(process.env);
  const folder = join(bisections, await findBisection(bisections, name));
  const events = await readFileJournal(folder);
  const loaded = events.findLast((event) => event.kind === "graph-loaded");
  const graph = loaded === undefined ? null : await readStoredGraph(folder, loaded);
  const running = await isHeldForWriting(folder);
  const around = { graph, running, columns: process.stdout.columns ?? usualColumns };
  if (number === null) {
    const telling = { ...around, suspicion: await suspicionIn(folder, events, openProbes(events)) };
    const told = json ? lineOf(explanationOf(events, telling)) : explainText(events, telling);
    return print(told);
  }
  const explanation = explanationOf(events, { ...around, suspicion: null });
  const step = explanation.steps[number - 1];
  if (step === undefined) throw stepNotFound(explanation, number);
  const suspicion = await suspicionAt(folder, events, step);
  if (json) return print(lineOf({ version: 1, id: explanation.id, number, step, suspicion }));
  return print(explainStepText(events, { ...around, suspicion }, number) ?? "");
}

/** What is under test. */
function openProbes(events: readonly BisectionEvent[]) {
  const newest = events.findLast(
    ({ kind }) => kind === "probe-chosen" || kind === "probe-answered",
  );
  return newest?.kind === "probe-chosen" ? newest.probes : [];
}

/** What was believed when the test of a step was chosen; null where the step was none. */
function suspicionAt(folder: string, events: readonly BisectionEvent[], step: ExplainedStep) {
  const chosen = step.kind === "tested" && step.chosenBy !== null ? events[step.chosenBy] : null;
  return chosen?.kind === "probe-chosen"
    ? suspicionIn(folder, events.slice(0, chosen.seq), chosen.probes)
    : null;
}

function stepNotFound({ id, steps }: Explanation, number: number): Failure {
  return new Failure("step-not-found", `the bisection ${id} has no step ${number}`, {
    facts: { id, step: number, steps: steps.length },
    hint: `it has ${steps.length}: \`firstbad explain ${id}\` lists them`,
  });
}

function lineOf(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

function print(text: string): 0 {
  process.stdout.write(paint(text, process.stdout));
  return 0;
}
