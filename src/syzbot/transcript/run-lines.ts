import type { EventOf } from "../../event/index.ts";
import { runNumberOf } from "../../event/index.ts";
import type { Dialect } from "../dialect.ts";
import { verdictWords, words } from "../grammar.ts";

type Run = EventOf<"run-finished">;

/** The runs of one test: one line where all of them ended alike, else a line each. */
export function runLines(runs: readonly Run[], dialect: Dialect): string[] {
  const told = runs.map((run) => verdictText(run, dialect));
  const [first] = told;
  const listed = runs.some((run) => run.listed === true);
  if (!listed && told.every((verdict) => verdict === first))
    return [`${words.allRuns}${first ?? ""}`];
  return runs.map((run, n) => `${dialect.run} #${runNumberOf(run.run)}: ${told[n] ?? ""}`);
}

const missedWords = {
  boot: verdictWords.bootFailed,
  "basic-test": verdictWords.basicTestFailed,
  setup: verdictWords.failed,
  infrastructure: verdictWords.infrastructure,
  ignored: verdictWords.ignored,
} as const;

function verdictText({ outcome, crashes, missed }: Run, dialect: Dialect): string {
  if (missed !== undefined) return `${missedWords[missed.at]}${missed.text}`;
  if (outcome === "clean") return verdictWords.ok;
  const crashed = dialect.run === "try" ? verdictWords.kernelCrashed : verdictWords.crashed;
  return `${crashed}${crashes[0]?.title ?? ""}`;
}
