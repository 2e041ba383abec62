import { shortHash } from "../event/short-hash.ts";
import { crashExcerpt } from "../report/mail/crash-excerpt.ts";
import type { ReportGiven } from "../view/report-given.ts";
import type { BisectionView, NamedCommit, RunDot } from "../view/schema.ts";

/** Rows of a table, and lines of a diff or a crash, that a bug tracker has room for. */
const mostRows = 60;
const mostDiff = 120;

const signs = { bug: "×", clean: "✓", foreign: "!", nothing: "·", running: "…" } as const;

/**
 * A bisection in Markdown, as bug trackers take it (CommonMark with tables). Texts of kernels and repositories are code
 * or escaped: none makes a link, mentions somebody, or is markup.
 */
export function markdownOf({ view, overlap, commands }: ReportGiven): string {
  const { head, conclusion, checks, culprit, crash } = view;
  const parts = [
    `# ${head.title === "" ? `Bisection ${code(head.id)}` : code(head.title)}`,
    resultPart(view),
    section("Checks", checksTable(checks)),
    section("The commit", culprit === null ? "" : commitPart(culprit)),
    section("The crash", crash === null ? "" : block(crashExcerpt(crash.report))),
    section("What it changes", overlap === null ? "" : diffPart(overlap.diff)),
    section("Tested", stepsTable(view)),
    section("Trees", treesTable(view.presence)),
    section("Configuration", view.config === null ? "" : configPart(view.config)),
    section("Candidates", candidatesList(conclusion)),
    section("Conditions", conditionsList(view.conditions)),
    section("Notes", list([...view.overrides.map(({ text }) => text), ...view.notes].map(prose))),
    section("Commands", list(commands.map(({ what, text }) => `${prose(what)}: ${code(text)}`))),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function resultPart({ head, conclusion, spent, belief }: BisectionView): string {
  const state = `Bisection ${code(head.id)}: **${prose(head.state.replaceAll("-", " "))}**, ${prose(spent.text)}.`;
  if (conclusion === null) {
    return [state, ...(belief === null ? [] : [prose(belief.text)])].join("\n\n");
  }
  const { culprit, confidenceText, evidenceText, why, deeper } = conclusion;
  const sure = confidenceText === "" ? "" : `Confidence **${prose(confidenceText)}**`;
  return [
    culprit === null
      ? prose(conclusion.text)
      : `**${code(culprit.hash)}** ${subject(culprit)}`.trim(),
    [sure, prose(evidenceText)].filter(Boolean).join(": "),
    prose(why),
    deeper === null ? "" : prose(deeper),
    state,
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function checksTable(checks: BisectionView["checks"]): string {
  return table(
    ["Result", "Check", "Counts", "Why"],
    checks.map(({ result, text, counts, why }) => [result, prose(text), prose(counts), prose(why)]),
  );
}

function commitPart({
  commit,
  author,
  authored,
  tags,
  diffstat,
}: NonNullable<BisectionView["culprit"]>) {
  const lines = [`commit ${commit.hash}`, `Author: ${author}`, `Date:   ${authored}`];
  const stat = diffstat.length === 0 ? [] : ["", ...diffstat];
  const message = ["", ...(commit.subject === "" ? [] : [`    ${commit.subject}`])];
  return block([...lines, ...message, ...stat, ...(tags.length === 0 ? [] : ["", ...tags])]);
}

function diffPart(diff: NonNullable<ReportGiven["overlap"]>["diff"]): string {
  const shown = diff.slice(0, mostDiff).map(({ text }) => text);
  const rest = diff.length - shown.length;
  return `${block(shown, "diff")}${rest > 0 ? `\n\n${rest} more lines.` : ""}`;
}

function stepsTable({ steps }: BisectionView): string {
  const shown = steps.slice(0, mostRows);
  const rows = shown.map((step) => [
    step.n === null ? "" : String(step.n),
    prose(step.stageText),
    `${code(shortHash(step.commit.hash))} ${subject(step.commit)}`.trim(),
    prose(step.verdictText),
    marksText(step.runs),
    step.build.state === "failed" ? "no build" : prose(step.answer),
  ]);
  const more = steps.length > shown.length ? `\n\nand ${steps.length - shown.length} more.` : "";
  const legend = "\n\n✓ clean, × crashed, ! another crash, · says nothing";
  const made = table(["", "Why", "Commit", "Is", "Runs", "Answer"], rows);
  return made === "" ? "" : `${made}${more}${legend}`;
}

function marksText(runs: readonly RunDot[]): string {
  const shown = runs.slice(0, 40).map(({ mark }) => signs[mark]);
  return shown.join("") + (runs.length > shown.length ? "…" : "");
}

function treesTable(presence: BisectionView["presence"]): string {
  return table(
    ["Tree", "Commit", "Is", "Crashed", "Why"],
    (presence?.trees ?? [])
      .slice(0, mostRows)
      .map(({ tree, stateText, crashed, of, why }) => [
        code(tree.name ?? ""),
        code(shortHash(tree.hash)),
        prose(stateText),
        of === 0 ? "" : `${crashed}/${of}`,
        prose(why),
      ]),
  );
}

function configPart({ text, result, kept }: NonNullable<BisectionView["config"]>): string {
  return [prose(text), prose(result), kept.length === 0 ? "" : block(kept)]
    .filter(Boolean)
    .join("\n\n");
}

function candidatesList(conclusion: BisectionView["conclusion"]): string {
  const candidates = conclusion?.candidates ?? [];
  const shown = candidates.slice(0, mostRows);
  const lines = shown.map(({ commit, probability }) => {
    const odds = probability === null ? "" : `${(100 * probability).toFixed(1)} % `;
    return `${odds}${code(shortHash(commit.hash))} ${subject(commit)}`.trim();
  });
  const rest = candidates.length - shown.length;
  return list(rest > 0 ? [...lines, `and ${rest} more`] : lines);
}

function conditionsList(conditions: BisectionView["conditions"]): string {
  return list(
    conditions.map(({ name, value }) => `${name === "" ? "" : `${prose(name)}: `}${code(value)}`),
  );
}

function section(title: string, text: string): string {
  return text === "" ? "" : `## ${title}\n\n${text}`;
}

function subject(commit: NamedCommit): string {
  return commit.subject === "" ? "" : code(commit.subject);
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join("\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const row = (cells: readonly string[]) => `| ${cells.map(inCell).join(" | ")} |`;
  return [row(head), `|${" --- |".repeat(head.length)}`, ...rows.map(row)].join("\n");
}

/** A table is divided before code is read: a stroke within code has to be told apart, too. */
function inCell(text: string): string {
  return text.replace(/\\?\|/g, "\\|");
}

/** `text` as code in a line, whatever is in it. */
function code(text: string): string {
  if (text === "") return "";
  const fence = fenceFor(text, 1);
  const pad = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${fence}${pad}${text}${pad}${fence}`;
}

/** Lines as a block of code. */
function block(lines: readonly string[], language = ""): string {
  const text = lines.join("\n");
  const fence = fenceFor(text, 3);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** More strokes than there are in a row. */
function fenceFor(text: string, least: number): string {
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  return "`".repeat(Math.max(least, longest + 1));
}

/** A sentence: nothing in it is markup, a mention, or the number of a bug. */
function prose(text: string): string {
  return text
    .replace(/[\\`*_{}[\]<>|~&]/g, "\\$&")
    .replace(/(^|[^\w])([@#])(?=\w)/g, "$1$2<!-- -->")
    .replace(/:\/\//g, ":<!-- -->//")
    .replace(/^([-+>#]|\d+[.)](?=\s))/, "\\$1");
}
