import { type BisectionEvent, type EventOf, runNumberOf } from "../../event/index.ts";
import { shortHash } from "../../event/short-hash.ts";
import { plainLine, type Summary, subjectOf, summaryOf } from "../../syzbot/index.ts";
import { conditionsOf, machineText } from "../conditions.ts";
import { confidenceText } from "../confidence.ts";
import { lentOfCheck } from "../lent.ts";
import { deeperText } from "../proof.ts";
import { fixesTag, isFix, regzbotTag } from "../tags.ts";
import { checkCounts, checkText, countText, endText, idOf, plural } from "../words.ts";
import { wrapped } from "../wrap.ts";
import { crashExcerpt } from "./crash-excerpt.ts";

/** What a letter cannot know from the events. */
export interface LetterFacts {
  /** Who reported the bug: `Name <address>`; null: nobody is to be named. */
  readonly reportedBy: string | null;
  /** Where it is reported: an address of the web; null: nowhere. */
  readonly closes: string | null;
  /** Whether the mail answers the one that reported the bug. */
  readonly isReply: boolean;
  /** The files beside the text, or why one is not there: a line each. */
  readonly files: readonly { readonly what: string; readonly how: string }[];
  /** Version of firstbad. */
  readonly tool: string;
}

/** A letter to those who answer for a culprit. */
export interface Letter {
  readonly subject: string;
  /** Lines that end with LF, no wider than 72 but for a crash's own lines, tags and addresses of the web. */
  readonly text: string;
}

/** What lists of Linux expect. */
const cells = 72;
/** RFC 5322 allows 998; titles are shorter. */
const longestSubject = 200;

type Conclusion = { readonly culprit: string; readonly concluded: EventOf<"concluded"> };

/** The letter about the culprit that a bisection found; `events` end with, or after, that. */
export function letterOf(events: readonly BisectionEvent[], facts: LetterFacts): Letter {
  const summary = summaryOf(events);
  const { concluded } = summary;
  const culprit = concluded?.culprit ?? null;
  if (concluded === null || culprit === null) throw new Error("a letter is about a culprit");
  const told = { culprit, concluded };
  const parts = [
    introduction(summary, told),
    commitLines(summary, culprit),
    paragraph(isFix(summary) ? cautionOfFix : caution),
    crashLines(summary, culprit),
    checkLines(summary, told),
    setupLines(summary, facts),
    tagLines(summary, told, facts),
  ];
  const body = parts.filter((lines) => lines.length > 0).map((lines) => `${lines.join("\n")}\n`);
  const signature = `-- \nfirstbad ${facts.tool}, bisection ${idOf(summary)}\n`;
  return {
    subject: subjectLine(summary, facts),
    text: `${body.join("\n")}\n${signature}`,
  };
}

function subjectLine(summary: Summary, { isReply }: LetterFacts): string {
  const title = plainLine(summary.bug?.title ?? "a crash").slice(0, longestSubject);
  const told = `${isFix(summary) ? "[fixed]" : "[bisected]"} ${title}`;
  return isReply ? `Re: ${told}` : told;
}

const caution =
  "A bisection finds the commit with which a crash first shows. That may be the one that exposed an older bug rather than the one that brought it.";

const cautionOfFix =
  "A bisection finds the first commit with which a crash does not show any more. That may be one that hides the bug rather than the one that mends it.";

function introduction(summary: Summary, { culprit }: Conclusion): string[] {
  const { range, started, bug } = summary;
  const from = range?.before[0];
  const what =
    range == null || from === undefined
      ? "A bisection"
      : `A bisection of ${endText(summary, from)}..${endText(summary, range.after)} (${plural(range.commits, "commit")})`;
  const crashing = started?.crashes.hash ?? culprit;
  const seen = crashing === culprit ? "" : ` It was reported on ${nameOf(summary, crashing)}.`;
  const parents = parentsOf(summary, culprit);
  const [does, but] = isFix(summary)
    ? [
        `${what} for a fix ended at the commit below. It does not crash any more with`,
        `as ${parents}.`,
      ]
    : [`${what} ended at the commit below. It crashes with`, `and ${parents} not.`];
  const title = plainLine(bug?.title ?? "a crash");
  return [
    "Hello,",
    "",
    ...paragraph(does),
    "",
    ...wrapped(title, "    ", cells),
    "",
    ...paragraph(`${but}${seen}`),
  ];
}

function parentsOf(summary: Summary, culprit: string): string {
  const parents = summary.commits.get(culprit)?.parents.length ?? 1;
  return parents > 1 ? "its parents do" : "its parent does";
}

/** A commit by the name that somebody gave it, and its hash. */
function nameOf(summary: Summary, hash: string): string {
  const name = endText(summary, hash);
  const subject = plainLine(subjectOf(summary, hash));
  const known = name === shortHash(hash) ? [] : [name];
  const said = subject === "" ? [] : [`"${subject}"`];
  const more = [...known, ...said].join(", ");
  return more === "" ? shortHash(hash) : `${shortHash(hash)} (${more})`;
}

function commitLines(summary: Summary, culprit: string): string[] {
  const known = summary.commits.get(culprit);
  if (known === undefined) return [`commit ${culprit}`];
  const { author, authored } = known;
  return [
    `commit ${culprit}`,
    `Author: ${plainLine(`${author.name} <${author.email}>`)}`,
    `Date:   ${plainLine(authored)}`,
    "",
    ...wrapped(plainLine(known.subject), "    ", cells),
  ];
}

function crashLines(summary: Summary, culprit: string): string[] {
  const { crash } = summary;
  if (crash === null) return [];
  const lines = crashExcerpt(crash.report);
  if (lines.length === 0) return [];
  const run = runNumberOf(crash.run) + 1;
  const where = commitOfRun(summary, crash.run, culprit);
  return [`What run ${run} of ${where} printed, without registers and the like:`, "", ...lines];
}

function commitOfRun({ kernels }: Summary, run: string, culprit: string): string {
  const commit = kernels.get(run.slice(0, run.lastIndexOf("#")))?.commit ?? culprit;
  return commit === culprit ? "that commit" : shortHash(commit);
}

function checkLines(summary: Summary, { concluded }: Conclusion): string[] {
  const { overrides } = summary;
  return [
    "Checks (runs that crashed / runs that tell):",
    ...summary.checks.flatMap((check) => checkRow(summary, check)),
    ...confidenceLines(concluded),
    ...(concluded.deeper === undefined
      ? []
      : paragraph(plainLine(deeperText(summary, concluded.deeper)))),
    ...(overrides.length === 0 ? [] : paragraph(spokenText(overrides))),
  ];
}

/** What could not be told is said, and why: it is what a maintainer would look at first. */
function checkRow(summary: Summary, check: EventOf<"checked">): string[] {
  const what = checkText(check, summary);
  if (check.result === "unknown") {
    return wrapped(`${what}: not known, ${plainLine(check.why)}`, "  ? ", cells);
  }
  const counts = checkCounts(check);
  const lent = lentOfCheck(summary, check) === null ? "" : ", by runs of an earlier bisection, too";
  return wrapped(`${what}${counts === "" ? "" : `: ${counts}`}${lent}`, "  * ", cells);
}

function confidenceLines({ confidence }: EventOf<"concluded">): string[] {
  return confidence === null ? [] : paragraph(`Confidence: ${confidenceText(confidence)}.`);
}

function spokenText(overrides: Summary["overrides"]): string {
  const commits = new Set(overrides.flatMap((override) => override.commits)).size;
  return `Of ${plural(commits, "commit")} it was said by hand where ${commits === 1 ? "it lies" : "they lie"}.`;
}

function setupLines(summary: Summary, { files }: LetterFacts): string[] {
  const conditions = conditionsOf(summary);
  if (conditions === null) return [];
  const { compilers, reproducer, config } = conditions;
  const { bug } = summary;
  const crashed =
    bug === null || bug.of === 0
      ? ""
      : ` (${countText(bug.crashed, bug.of)} runs crash${reproducer.seconds === null ? "" : `, up to ${reproducer.seconds} s each`})`;
  const rows = [
    ...files.map(({ what, how }) =>
      what === "reproducer" ? [what, `${how}${crashed}`] : [what, how],
    ),
    ...(config.needed === null || config.needed.length === 0 || config.needed.length > mostNeeded
      ? []
      : [["needs", config.needed.map(plainLine).join(" ")]]),
    ...compilers.slice(0, mostCompilers).map(({ name }) => ["compiler", name]),
    ["machine", machineText(conditions)],
  ];
  return ["To reproduce it:", ...rows.flatMap(([what, how]) => row(what ?? "", how ?? ""))];
}

/** So many options are named, and compilers. */
const mostNeeded = 20;
const mostCompilers = 3;

function row(what: string, how: string): string[] {
  return wrapped(how, `  ${`${what}:`.padEnd(14)} `, cells);
}

/** Whole lines, however wide: programs read them. */
function tagLines(summary: Summary, { culprit }: Conclusion, facts: LetterFacts): string[] {
  const { isReply } = facts;
  const regzbot = regzbotTag(summary, culprit, { reply: isReply });
  if (isFix(summary)) {
    const bots = [...(regzbot === null ? [] : [regzbot]), ...syzbotTag(summary, culprit, facts)];
    return bots.length === 0 ? [] : ["For those who follow the bug:", "", ...bots];
  }
  const title =
    summary.bug === null || isReply ? [] : [`#regzbot title: ${plainLine(summary.bug.title)}`];
  return [
    "If it is to blame, a fix may have these lines:",
    "",
    ...ofReport(facts),
    fixesTag(summary, culprit),
    ...(regzbot === null ? [] : ["", regzbot, ...title]),
  ];
}

function ofReport({ reportedBy, closes }: LetterFacts): string[] {
  return [
    ...(reportedBy === null ? [] : [`Reported-by: ${plainLine(reportedBy)}`]),
    ...(closes === null ? [] : [`Closes: ${plainLine(closes)}`]),
  ];
}

/** syzbot closes its bugs by what it is told at the address of each. */
function syzbotTag(summary: Summary, fix: string, { reportedBy }: LetterFacts): string[] {
  const subject = plainLine(subjectOf(summary, fix));
  const isTheirs = /(?:^|[<\s])syzbot\+[^\s>]+@/.test(reportedBy ?? "");
  return isTheirs && subject !== "" ? [`#syz fix: ${subject}`] : [];
}

function paragraph(text: string): string[] {
  return wrapped(text, "", cells);
}
