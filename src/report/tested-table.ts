import { shortHash } from "../event/short-hash.ts";
import { overridesOf, plainLine, type Summary, subjectOf, type Tested } from "../syzbot/index.ts";
import { columns } from "./columns.ts";
import { lentRuns, pooledRuns } from "./lent.ts";
import { legend, runMarks } from "./marks.ts";
import { onlySpokenOf } from "./overrides.ts";
import { builtNoun, countText, reachText, stageText, verdictText } from "./words.ts";

/** A range that is skipped may have thousands. */
const mostSpoken = 10;

/**
 * The table of what was tested and is under test: why, which commit, what it was taken to say, how
 * often it crashed, and a mark a run. A commit has one row, where it was tested first, with its newest
 * answer, and before it the number of that among `steps`. Nothing where nothing was tested.
 */
export function testLines(summary: Summary, steps: ReadonlyMap<string, number>): string[] {
  const answered = newestByCommit(summary.tested);
  const rows = [
    ...answered.map((tested) => [
      numberCell(steps.get(tested.commit), steps),
      ...answeredRow(summary, tested),
    ]),
    ...[
      ...spokenRows(summary),
      ...openRows(summary, new Set(answered.map(({ commit }) => commit))),
    ].map((row) => ["", ...row]),
  ];
  if (rows.length === 0) return [];
  return [`tests  ${legend}`, ...columns(rows).map((line) => `  ${line}`)];
}

function numberCell(step: number | undefined, steps: ReadonlyMap<string, number>): string {
  const width = String(Math.max(0, ...steps.values())).length;
  return step === undefined ? "" : String(step).padStart(width);
}

/** A map keeps the place of a key that is set again. */
function newestByCommit(tested: readonly Tested[]): Tested[] {
  const rows = new Map<string, Tested>();
  for (const answer of tested) {
    const { stage, label } = rows.get(answer.commit) ?? answer;
    rows.set(answer.commit, { ...answer, stage, label });
  }
  return [...rows.values()];
}

function answeredRow(summary: Summary, tested: Tested): string[] {
  const { stage, label, commit, kernel, verdict, crashed, clean } = tested;
  const build = summary.kernels.get(kernel)?.build ?? null;
  const there = tested.reached?.no === 0 ? null : reachText(tested.reached, clean);
  const lent = lentRuns(summary, kernel);
  const runs = [
    countText(crashed, crashed + clean),
    ...(there === null ? [] : [there]),
    ...(lent === 0 ? [] : [`${lent} lent`]),
  ].join(", ");
  const count = build?.kind === "failed" ? "no build" : runs;
  return [
    stageText(summary, stage, labelOf(summary, commit, label)),
    shortHash(commit),
    verdictCell(summary, commit, verdict),
    count,
    runMarks(pooledRuns(summary, kernel), summary.bug),
    subjectCell(summary, kernel, commit),
  ];
}

/** The label of a test of `commit`: several trees are tested at once, and each has a name of its own. */
export function labelOf(
  { presence }: Summary,
  commit: string,
  label: string | null,
): string | null {
  return presence.asked?.trees.find(({ hash }) => hash === commit)?.name ?? label;
}

/** What somebody said wins over what the runs did. */
function verdictCell(summary: Summary, commit: string, verdict: Tested["verdict"]): string {
  const override = overridesOf(summary).get(commit);
  if (override === undefined) return verdictText(summary, verdict);
  return `${verdictText(summary, override.verdict)} (${override.source})`;
}

/** Commits that were never tested, of which somebody spoke all the same. */
function spokenRows(summary: Summary): string[][] {
  const all = onlySpokenOf(summary);
  const rows = all.slice(0, mostSpoken).map(([commit, { verdict, source }]) => {
    const word = `${verdictText(summary, verdict)} (${source})`;
    return ["not tested", shortHash(commit), word, "", "", plainLine(subjectOf(summary, commit))];
  });
  const more = all.length - rows.length;
  return more === 0 ? rows : [...rows, ["not tested", `and ${more} more`]];
}

/** Commits under test that have no answer yet. */
function openRows(summary: Summary, answered: ReadonlySet<string>): string[][] {
  const { probe } = summary;
  if (probe === null) return [];
  return probe.probes
    .filter(({ commit }) => !answered.has(commit))
    .map(({ kernel, commit, runs }) => {
      const finished = pooledRuns(summary, kernel);
      return [
        stageText(summary, probe.stage, labelOf(summary, commit, probe.label)),
        shortHash(commit),
        "…",
        `${finished.length} of ${runs}`,
        runMarks(finished, summary.bug),
        subjectCell(summary, kernel, commit),
      ];
    });
}

function subjectCell(summary: Summary, kernel: string, commit: string): string {
  const { equalTo: equal = null, butForLines = false } = summary.kernels.get(kernel) ?? {};
  const subject = plainLine(subjectOf(summary, commit));
  if (equal === null) return subject;
  const how = butForLines ? " but for line numbers" : "";
  return `${subject} (same ${builtNoun(summary)} as ${equal}${how})`.trimStart();
}
