import { shortHash } from "../event/short-hash.ts";
import { numberText } from "../outcome/limit.ts";
import { median } from "../outcome/median.ts";
import { columns } from "../report/columns.ts";
import { paint } from "../report/index.ts";
import { countText } from "../report/words.ts";
import { plainLine, plainLines } from "../syzbot/plain-line.ts";
import type { Meaning, Tried } from "../trial/try-commit.ts";
import type { Wanted } from "../trial/wanted.ts";
import type { KeptConsoles } from "./kept-consoles.ts";
import { marksOf, wantedText } from "./trial-words.ts";

/** Lines of a crash's report that are printed: its headline and the functions that matter. */
const shownLines = 20;

/** A test that was done, and where what it left is. */
export interface TrialOutcome {
  readonly commit: string;
  readonly subject: string;
  readonly wanted: Wanted;
  readonly tried: Tried;
  /** Folder of the consoles, and file of the report of the crash that is shown. */
  readonly consoles: string;
  readonly kept: KeptConsoles;
  readonly report: string | null;
}

/** Why a test came out as it did: a closed set, for programs. */
type Reason =
  | "bug-seen"
  | "bug-not-seen"
  | "does-not-build"
  | "does-not-boot"
  | "other-crash"
  | "says-nothing"
  /** There are numbers, and no threshold to hold them against. */
  | "no-threshold";

/** What `firstbad test` prints. */
export function trialText(outcome: TrialOutcome, stream: NodeJS.WriteStream): string {
  const { commit, subject, tried, consoles, report } = outcome;
  const name = `${shortHash(commit)} ${plainLine(subject)}`;
  const said = [`${name}: ${verdictWords(tried)}: ${whyText(outcome)}`, ...evidence(tried)];
  const places = columns([
    ...(tried.kind === "ran" ? [["consoles", plainLine(consoles)]] : []),
    ...(report === null ? [] : [["report", plainLine(report)]]),
  ]);
  return paint([...said, ...places].map((line) => `${line}\n`).join(""), stream);
}

/** The same as one object. */
export function trialJson(outcome: TrialOutcome): string {
  const { commit, subject, wanted, tried, kept, report } = outcome;
  const runs = tried.kind === "ran" ? tried.runs : [];
  return `${JSON.stringify({
    version: 1,
    commit,
    subject,
    verdict: verdictWords(tried),
    reason: reasonOf(tried),
    why: whyText(outcome),
    bug: wantedText(wanted),
    build: tried.build,
    runs: runs.map(({ n, means, outcome: ended, crashes, seconds, console, number }) => {
      const titles = crashes.map(({ title }) => title);
      const place = kept.has(n) ? console : null;
      const measured = number === undefined ? {} : { number };
      return { n, means, outcome: ended, titles, seconds, console: place, ...measured };
    }),
    report,
  })}\n`;
}

function verdictWords(tried: Tried): "good" | "bad" | "cannot be tested" {
  if (tried.kind === "unbuildable") return "cannot be tested";
  switch (tried.verdict) {
    case "before":
      return "good";
    case "after":
      return "bad";
    case "untestable":
      return "cannot be tested";
  }
}

function reasonOf(tried: Tried): Reason {
  if (tried.kind === "unbuildable") return "does-not-build";
  switch (tried.verdict) {
    case "before":
      return "bug-not-seen";
    case "after":
      return "bug-seen";
    case "untestable":
      return tried.kind === "build-judged" ? "does-not-build" : silence(tried.runs);
  }
}

/** Why runs that neither showed the bug nor its absence are of no use. */
function silence(runs: Extract<Tried, { kind: "ran" }>["runs"]): Reason {
  if (runs.some(({ outcome }) => outcome === "measured")) return "no-threshold";
  if (runs.some(({ means }) => means === "other")) return "other-crash";
  const dead = runs.every(({ outcome }) => outcome === "boot-failed" || outcome === "no-output");
  return dead ? "does-not-boot" : "says-nothing";
}

function whyText({ tried, wanted }: TrialOutcome): string {
  if (tried.kind === "unbuildable") return `it does not build (${tried.build.stage})`;
  if (tried.kind === "build-judged") return buildText(tried);
  const { runs, shown } = tried;
  const counted = (meaning: Meaning) =>
    countText(runs.filter(({ means }) => means === meaning).length, runs.length);
  const reason = reasonOf(tried);
  switch (reason) {
    case "bug-seen":
      return `${counted("bug")} runs crashed: ${plainLine(shown?.title ?? wantedText(wanted))}${medianText(runs)}`;
    case "bug-not-seen":
      return `${counted("clean")} runs were clean${medianText(runs)}`;
    case "other-crash":
      return `${counted("other")} runs crashed, but not with the bug: ${plainLine(shown?.title ?? "")}`;
    case "does-not-boot":
      return `its kernel did not boot in ${counted("nothing")} runs`;
    case "says-nothing":
      return `${counted("nothing")} runs ended without a word about it`;
    case "no-threshold":
      return `the job names no threshold, and a bisection has none yet (--like)${medianText(runs)}`;
    case "does-not-build":
      return "it does not build";
    default:
      return reason satisfies never;
  }
}

/** What a build says where that is what was looked at. */
function buildText({ build, means }: Extract<Tried, { kind: "build-judged" }>): string {
  if (build.kind === "built") return "it builds";
  return means === "bug" ? "its build fails" : "its build fails, but otherwise";
}

/** The middle of what was measured. */
function medianText(runs: Extract<Tried, { kind: "ran" }>["runs"]): string {
  const numbers = runs.flatMap(({ number }) => number ?? []);
  return numbers.length === 0 ? "" : `, median ${numberText(median(numbers))}`;
}

/** What the compiler printed, or the marks of the runs and the first lines of a crash. */
function evidence(tried: Tried): string[] {
  if (tried.kind !== "ran") {
    const { build } = tried;
    return build.kind === "built" ? [] : build.excerpt.map((line) => `  ${plainLine(line)}`);
  }
  const report = tried.shown === null ? [] : plainLines(tried.shown.report);
  const more = report.length - shownLines;
  return [
    `runs  ${marksOf(tried.runs)}`,
    ...report.slice(0, shownLines).map((line) => `  ${line}`),
    ...(more > 0 ? [`  … and ${more} lines more`] : []),
  ];
}
