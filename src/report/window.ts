import { type KernelId, type RunId, runNumberOf } from "../event/index.ts";
import { type Summary, sessionSeconds } from "../syzbot/index.ts";
import { type Compiled, compilingTexts, testedText } from "./at-work.ts";
import { reachedTexts, shareText } from "./belief.ts";
import { cellsOf, clip } from "./clip.ts";
import { columns as aligned } from "./columns.ts";
import { durationText } from "./duration.ts";
import { etaOf, etaText } from "./eta.ts";
import { rangeText } from "./facts.ts";
import { runMarks } from "./marks.ts";
import { minimiseFacts } from "./minimise.ts";
import { stripLines } from "./strip.ts";
import { commitText, endText, idOf, plural } from "./words.ts";

/** What a live window shows. */
export interface WindowView {
  readonly summary: Summary;
  /** How many builds and runs may be under way at once: a line for each. */
  readonly slots: { readonly builds: number; readonly runs: number };
  /** Files that the builds under way have compiled; `of` is null where nobody knows how many there are. */
  readonly compiled: ReadonlyMap<KernelId, Compiled>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Size of a terminal, in cells. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/**
 * The live window: a rule with the range, what is tested, how far that is, whom a policy suspects that
 * reckons with probabilities, and a line for every build and machine. No line is wider than the terminal, and there are fewer lines than it has rows, so that a log
 * above them stays in sight. Plain text without control characters, whatever titles and subjects hold.
 */
export function windowLines(view: WindowView, { columns, rows }: TerminalSize): string[] {
  const head = [
    ruleLine(view, columns),
    testedText(view.summary),
    statusLine(view, columns),
    ...beliefLines(view, { columns, rows }),
  ];
  const room = rows - 1 - head.length;
  const all = placeLines(view, columns);
  // Where there is no room for all, it is for those that do something.
  const none = { builds: 0, runs: 0 };
  const places =
    all.length <= room ? all : capped(placeLines({ ...view, slots: none }, columns), room);
  return [...head, ...places].slice(0, Math.max(0, rows - 1)).map((line) => clip(line, columns));
}

function ruleLine({ summary }: WindowView, columns: number): string {
  const { range } = summary;
  const title = range === null ? idOf(summary) : `${idOf(summary)} ${rangeText(range)}`;
  const begin = `── ${clip(title, columns - 6)} `;
  return begin + "─".repeat(Math.max(0, columns - cellsOf(begin)));
}

/** As many facts as there is room for, whole ones, the most wanted first; in short where that makes more fit. */
function statusLine({ summary, now }: WindowView, columns: number): string {
  const { probe, minimising } = summary;
  const eta = etaOf(summary, now);
  const left = eta === null || eta.seconds === null ? [] : [etaText(eta)];
  const spent = elapsedText(sessionSeconds(summary) * 1000 + sinceHeard(summary, now));
  const elapsed = `${spent} elapsed`;
  if (probe?.belief !== undefined) {
    const suspects = plural(probe.belief.suspects, "suspect");
    const rest = [...left, suspects, elapsed];
    const variants = reachedTexts(summary, probe.belief).map((reached) => [reached, ...rest]);
    // The short one is for a terminal where the long one would push another fact out.
    const whole = variants.find((facts) => cellsOf(facts.slice(0, -1).join(", ")) <= columns);
    return joined(whole ?? variants.at(-1) ?? rest, columns);
  }
  if (minimising?.open) return joined([...minimiseFacts(summary, now), elapsed], columns);
  const suspects = probe?.left?.suspects;
  const after = suspects === undefined ? [] : [`${plural(suspects, "suspect")} after this`];
  return joined([...stepFact(summary), ...left, ...after, elapsed], columns);
}

function joined(facts: readonly string[], columns: number): string {
  return facts.reduce((line, fact) => {
    const longer = `${line}, ${fact}`;
    return cellsOf(longer) <= columns ? longer : line;
  });
}

/** Rows of a terminal from which on there is room for the likeliest commit, the strip, and its releases. */
const roomFor = { likeliest: 10, strip: 13, releases: 20 } as const;

/** Whom the policy suspects, and how the belief is spread over history. */
function beliefLines({ summary }: WindowView, { columns, rows }: TerminalSize): string[] {
  const { probe, range } = summary;
  const belief = probe?.belief;
  if (belief === undefined || rows < roomFor.likeliest) return [];
  const { commit, probability } = belief.best;
  const likeliest = `likeliest ${shareText(probability)}: ${commitText(summary, commit)}`;
  if (belief.spread === undefined || range === null || rows < roomFor.strip) return [likeliest];
  const { before, after, releases = [], commits } = range;
  const from = before[0] === undefined ? "the beginning" : endText(summary, before[0]);
  const to = endText(summary, after);
  const strip = { spread: belief.spread, from, to, releases, commits };
  return [likeliest, ...stripLines(strip, columns).slice(0, rows < roomFor.releases ? 1 : 2)];
}

/** Which step of the search this is, among as many as there will be if nothing is skipped. */
function stepFact({ probe, tested }: Summary): string[] {
  if (probe?.stage !== "search" || probe.left === null) return [];
  const before = tested.filter(({ stage }) => stage === "search").length;
  return [`step ${before + 1} of about ${before + probe.probes.length + probe.left.steps}`];
}

/** Milliseconds since the last event of the session. */
function sinceHeard({ sessions }: Summary, now: number): number {
  const heard = sessions.at(-1)?.to;
  return heard === undefined ? 0 : Math.max(0, now - heard);
}

/** Builds first, then machines, each with those at work before those without. */
function placeLines(view: WindowView, columns: number): string[] {
  const { summary, slots, now } = view;
  const builds = [...summary.building].map(([kernel, since]) => ({
    cells: ["build", kernel, elapsedText(now - since)],
    variants: buildTexts(view, kernel),
  }));
  const marked = new Set<KernelId>();
  const runs = [...summary.running].map(([run, since]) => ({
    cells: ["run  ", run, elapsedText(now - since)],
    variants: runTexts(view, run, marked),
  }));
  const starts = aligned([...builds, ...runs].map(({ cells }) => [...cells, "|"]));
  const busy = [...builds, ...runs].map(({ variants }, n) => {
    // The stroke keeps the column's width, which would be lost as space at the line's end.
    const start = (starts[n] ?? "").slice(0, -1);
    return start + fitting(variants, columns - cellsOf(start));
  });
  const idle = (count: number, line: string) => Array<string>(Math.max(0, count)).fill(line);
  return [
    ...busy.slice(0, builds.length),
    ...idle(slots.builds - builds.length, "build  idle"),
    ...busy.slice(builds.length),
    ...idle(slots.runs - runs.length, "run    idle"),
  ].map((line) => line.trimEnd());
}

const barCells = 20;

/** What is known of a build, the longest text first. */
function buildTexts({ compiled }: WindowView, kernel: KernelId): string[] {
  const progress = compiled.get(kernel);
  const texts = compilingTexts(progress);
  if (progress?.of == null) return texts;
  return [`${texts[0]} ${barOf(progress.done / Math.max(1, progress.of))}`, ...texts];
}

function barOf(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * barCells);
  return "█".repeat(full) + "░".repeat(barCells - full);
}

/** What is known of a run: the marks of its kernel's runs stand once, beside the first of them. */
function runTexts({ summary }: WindowView, run: RunId, marked: Set<KernelId>): string[] {
  const kernel = run.slice(0, -`#${runNumberOf(run)}`.length);
  if (marked.has(kernel)) return ["running"];
  marked.add(kernel);
  const finished = summary.kernels.get(kernel)?.runs ?? [];
  const marks = runMarks(finished, summary.bug);
  if (marks === "") return ["running"];
  const asked = summary.probe?.probes.find((probe) => probe.kernel === kernel)?.runs;
  const count = asked === undefined ? "" : ` ${finished.length}/${asked}`;
  return [`running ${marks}${count}`, `running ${marks}`, marks];
}

/** The first of `variants` that fits into `cells`; the beginning of the last where none does. */
function fitting(variants: readonly string[], cells: number): string {
  return variants.find((text) => cellsOf(text) <= cells) ?? clip(variants.at(-1) ?? "", cells);
}

function capped(lines: readonly string[], most: number): readonly string[] {
  if (lines.length <= most || most < 1) return lines;
  const shown = lines.slice(0, most - 1);
  return [...shown, `… and ${lines.length - shown.length} more`];
}

/** Whole seconds: tenths that change all the time draw the eye. */
function elapsedText(milliseconds: number): string {
  const seconds = Math.floor(Math.max(0, milliseconds) / 1000);
  return seconds < 10 ? `${seconds} s` : durationText(seconds);
}
