import type { BisectionEvent, EventOf } from "../event/index.ts";
import { shortHash } from "../event/short-hash.ts";
import {
  addEvent,
  bisectingLines,
  emptySummary,
  plainLine,
  type Summary,
} from "../syzbot/index.ts";
import { addedText } from "./added-runs.ts";
import { type Believed, reachedTexts, shareText } from "./belief.ts";
import { concludedLines, resumeLine } from "./conclusion.ts";
import { durationText } from "./duration.ts";
import { etaOf, etaText } from "./eta.ts";
import { answerText, bugText, notedText, rangeText, runText } from "./facts.ts";
import { compilerLines, configChangeText } from "./kernel-ages.ts";
import { offeredText } from "./lent.ts";
import { preparedText, resultText, triedText, tryText } from "./minimise.ts";
import { saidText } from "./overrides.ts";
import { askedText, tracedText } from "./presence.ts";
import { proofLines } from "./proof.ts";
import { fixText, repairText, soughtText } from "./repairs.ts";
import { countsOf } from "./result.ts";
import {
  builtNoun,
  checkCounts,
  checkText,
  commitText,
  endText,
  idOf,
  plural,
  stageText,
} from "./words.ts";

/** How much is told: conclusions alone, what is done and found, or every run besides. */
export type Level = "quiet" | "normal" | "verbose";

/** There may be many releases; so many tags tell which ones. */
const shownReleases = 8;

/**
 * A bisection as plain lines, for a stderr that is no terminal: what it does, how far it is, when it
 * ends. Give it every event in order, those of earlier sessions with {@link Progress.follow}.
 */
export class Progress {
  readonly #level: Level;
  readonly #summary: Summary = emptySummary();
  /** Options that the kernel before did not keep: what is so with all kernels is told once. */
  #dropped = "";

  constructor(level: Level = "normal") {
    this.#level = level;
  }

  /** Takes `event` in without a line. */
  follow(event: BisectionEvent): void {
    addEvent(this.#summary, event);
  }

  /** The lines that `event` is worth at this level: mostly one, each without its line end. */
  linesOf(event: BisectionEvent): string[] {
    const open = this.#summary.probe;
    this.follow(event);
    const said = endLines(this.#summary, event);
    if (said.length > 0 || this.#level === "quiet") return said;
    const lines = [...normalLines(this.#summary, event, open), ...this.#droppedLines(event)];
    const told = lines.length > 0 || this.#level === "normal" ? lines : fineLines(event);
    return [...told, ...noteLines(event)];
  }

  #droppedLines(event: BisectionEvent): string[] {
    if (event.kind !== "kernel-built") return [];
    const dropped = event.dropped.map(plainLine).join(", ");
    if (dropped === this.#dropped) return [];
    this.#dropped = dropped;
    const what =
      dropped === ""
        ? "all options that were asked for are in"
        : `not in, though asked for: ${dropped}`;
    return [`${event.kernel}: ${what}`];
  }

  /** What is under way at `now` (milliseconds since 1970), for a silence that gets long. */
  heartbeat(now: number): string {
    const { building, running } = this.#summary;
    const builds = [...building].map(([kernel, since]) => `building ${age(kernel, since, now)}`);
    const runs = [...running].map(([run, since]) => `running ${age(run, since, now)}`);
    const eta = etaOf(this.#summary, now);
    const what = [...builds, ...runs];
    const doing = what.length === 0 ? "at work" : what.join(", ");
    const belief = this.#summary.probe?.belief;
    const reached = belief === undefined ? [] : reachedTexts(this.#summary, belief).slice(0, 1);
    return [`still ${doing}`, ...(eta === null ? [] : [etaText(eta)]), ...reached].join("; ");
  }
}

function age(name: string, since: number, now: number): string {
  return `${name} for ${durationText((now - since) / 1000)}`;
}

/** What even those want to read who want to read nothing. */
function endLines(summary: Summary, event: BisectionEvent): string[] {
  switch (event.kind) {
    case "concluded":
      return concludedLines(summary, event);
    case "stopped":
      return [`stopped: ${plainLine(event.message)}`, resumeLine(summary)];
    default:
      return [];
  }
}

/** `open`: what was under test before `event`. */
function normalLines(summary: Summary, event: BisectionEvent, open: Summary["probe"]): string[] {
  switch (event.kind) {
    case "started":
      return [startedLine(summary, event)];
    case "resumed":
      return [resumedLine(summary)];
    case "releases-listed":
      return [releasesLine(event)];
    case "head-moved":
      return [`the fix is searched up to ${endText(summary, event.hash)}`];
    case "fork-judged":
      return [`${shortHash(event.commit)} cannot tell of a fix: ${plainLine(event.why)}`];
    case "merge-bases-listed":
      return event.bases.length === 0
        ? []
        : [`${plural(event.bases.length, "merge base")} to test`];
    case "graph-loaded":
      return [`range: ${rangeText(event)}`];
    case "prior-set":
      return event.lines.map((line) => `suspects: ${plainLine(line)}`);
    case "minimise-prepared":
      return [`configuration: ${preparedText(event)}`];
    case "minimise-given-up":
      return [`the configuration stays as it is: ${plainLine(event.why)}`];
    case "config-chosen":
      return [`configuration: ${tryText(summary)}`];
    case "config-answered":
      return [`configuration: ${triedText(summary, event)}`];
    case "minimised":
      return [`configuration: ${resultText(event)}`];
    case "minimise-undone":
      return [`the smaller configuration is not taken: ${plainLine(event.why)}`];
    case "end-noted":
      return [`note: ${notedText(event)}`];
    case "presence-asked":
      return [askedText(event)];
    case "presence-traced":
      return [tracedText(event)];
    case "probe-chosen":
      return probeLines(summary, event, open);
    case "commit-described":
      return subjectLines(summary, event);
    case "kernel-built":
      return hasBuild(summary) ? [`${builtLine(event)}${withFixes(summary, event.kernel)}`] : [];
    case "build-failed":
      return buildFailedLines(event);
    case "compiler-changed":
      return compilerLines(event);
    case "config-changed":
      return event.changes.map(
        (change) => `config of ${event.kernel}: ${configChangeText(change)}`,
      );
    case "kernels-equal":
      return [equalLine(summary, event)];
    case "kernels-differ":
      return event.known
        ? []
        : [`${event.kernels.join(" and ")} count as different: ${plainLine(event.why)}`];
    case "probe-answered":
      return event.answers.map(
        (answer) => `${shortHash(answer.commit)} ${answerText(summary, answer)}`,
      );
    case "bug-identified":
      return [`the bug: ${bugText(event, summary)}`];
    case "checked":
      return [checkedLine(summary, event)];
    case "overridden":
      return [`${saidText(summary, event)}; what runs say of it counts no more`];
    case "runs-added":
      return [addedText(summary, event)];
    case "evidence-offered":
      return [offeredText(event)];
    case "evidence-reused":
      return [
        `${event.kernel} is a kernel of ${plainLine(event.from)}: ${plural(event.runs, "run")} taken over`,
      ];
    case "bounds-set":
      return [boundsLine(summary, event)];
    case "repair-begun":
      return [
        `${soughtText(event)} is searched, which ${commitText(summary, event.commit)} lacks: ${plainLine(event.why)}`,
      ];
    case "repair-tried":
      return [`fix: testing ${shortHash(event.tried)}, ${plural(event.left, "commit")} may be it`];
    case "repair-found":
      return [`fix: ${fixText(event)} is the first commit that works again`];
    case "repair-ended": {
      const repair = summary.repairs.at(-1);
      return repair === undefined ? [] : [repairText(repair)];
    }
    case "fix-doubted":
      return [`${shortHash(event.fix)} is not used as a fix: ${plainLine(event.why)}`];
    case "backport-tried":
      return refusedLines(event);
    case "kernel-planned":
    case "change-tried":
    case "deeper-begun":
    case "deeper-answered":
    case "deeper-ended":
    case "range-entered":
      return proofLines(summary, event);
    case "deadline-passed":
      return ["the deadline has passed: what runs is ended"];
    case "override-undone":
      return [`override ${event.override} was taken back`];
    default:
      return [];
  }
}

/** What a run found out of its machine. */
function noteLines(event: BisectionEvent): string[] {
  if (event.kind !== "run-finished" || event.note === undefined) return [];
  return [`note: ${plainLine(event.note)}`];
}

/** That a fix is applied is said of the kernel; that it cannot be, here. */
function refusedLines({ commit, fix, title, result, why }: EventOf<"backport-tried">): string[] {
  if (result !== "conflict" && result !== "unfit") return [];
  return [
    `${fixText({ fix, title })} is not applied to ${shortHash(commit)}: ${plainLine(why ?? "")}`,
  ];
}

function buildFailedLines({ kernel, excerpt, gone }: EventOf<"build-failed">): string[] {
  if (gone === undefined) {
    return [`${kernel} does not build: ${plainLine(excerpt[0] ?? "it does not say why")}`];
  }
  return excerpt.map((line) => `warning: ${kernel} is not run: ${plainLine(line)}`);
}

/** What only those want to read who want to read everything. */
function fineLines(event: BisectionEvent): string[] {
  switch (event.kind) {
    case "build-started":
      return [`building ${event.kernel}`];
    case "run-finished": {
      // Lent ones are told of all at once.
      if (event.lent !== undefined) return [];
      const how = event.restored ? ", from a snapshot" : "";
      return [`${event.run} ${runText(event)} (${durationText(event.seconds)}${how})`];
    }
    case "kernels-differ":
      return event.known
        ? [
            `${event.kernels.join(" and ")} differ in more than line numbers: ${plainLine(event.why)}`,
          ]
        : [];
    case "crash-symbolized":
      return [`source lines found for: ${plainLine(event.title)}`];
    default:
      return [];
  }
}

function equalLine(summary: Summary, { kernels, how }: EventOf<"kernels-equal">): string {
  const same = `the same ${builtNoun(summary)}`;
  const but = how === "tokens" ? " but for line numbers" : "";
  return `${same}${but}, runs count for all: ${kernels.join(", ")}`;
}

function startedLine(summary: Summary, started: EventOf<"started">): string {
  const { find, crashes, policy, goal } = started;
  const did = find === "cause" ? "introduced" : "fixed";
  const commit = commitText(summary, crashes.hash);
  if (goal === "presence") {
    return `${idOf(summary)}: looking in which trees the crash of ${commit} is (${whereText(started)})`;
  }
  if (goal === "config") {
    return `${idOf(summary)}: making the configuration smaller that ${commit} crashes with (${whereText(started)})`;
  }
  const how = `policy ${plainLine(policy)}, ${whereText(started)}`;
  const upTo = summary.head === null ? "" : ` up to ${endText(summary, summary.head.hash)}`;
  return `${idOf(summary)}: looking for the commit${upTo} that ${did} the crash of ${commit} (${how})`;
}

function boundsLine(
  summary: Summary,
  { builds, runs, machineSeconds, deadline }: EventOf<"bounds-set">,
): string {
  const bounds = [
    ...(builds === null ? [] : [plural(builds, builtNoun(summary))]),
    ...(runs === null ? [] : [plural(runs, "run")]),
    ...(machineSeconds === null ? [] : [`${durationText(machineSeconds)} of builds and runs`]),
    ...(deadline === null ? [] : [`${durationText(deadline)} of work`]),
  ];
  return bounds.length === 0 ? "it may take as much as it needs" : `at most ${bounds.join(", ")}`;
}

/** Where kernels are booted, or programs run. */
function whereText({ target, machine }: EventOf<"started">): string {
  if (target !== "program") {
    return machine === "none" ? "no machine" : `machine ${plainLine(machine)}`;
  }
  return machine === "host" ? "on the host" : "in the sandbox";
}

function resumedLine(summary: Summary): string {
  const { kernels, runs } = countsOf(summary);
  return `${idOf(summary)}: goes on after ${plural(kernels, builtNoun(summary))} and ${plural(runs, "run")}`;
}

function releasesLine({ releases, of }: EventOf<"releases-listed">): string {
  const tags = releases.slice(0, shownReleases).map(({ tag }) => plainLine(tag));
  const more = releases.length > tags.length ? ", …" : "";
  if (releases.length === 0)
    return "no releases before the crashing commit: all of history is searched";
  return `releases to search back, ${releases.length} of ${of}: ${tags.join(", ")}${more}`;
}

/**
 * In the search git's own sentence comes first; the subject follows as soon as it is known. Of tests that
 * were under way before, nothing is said again but that others are beside them.
 */
function probeLines(
  summary: Summary,
  { stage, label, probes, why, left, belief }: EventOf<"probe-chosen">,
  open: Summary["probe"],
) {
  const under = new Set(open?.probes.map(({ kernel }) => kernel));
  const fresh = probes.filter(({ kernel }) => !under.has(kernel));
  const [first] = fresh;
  if (probes.length === 0) return [plainLine(why)];
  if (first === undefined) return [];
  const eta = etaOf(summary);
  const tail = eta === null ? "" : `; ${etaText(eta)}`;
  const what = fresh.map(({ commit, runs }) => `${shortHash(commit)} (${plural(runs, "run")})`);
  const besides = probes
    .filter((probe) => !fresh.includes(probe))
    .map(({ commit }) => shortHash(commit));
  const beside = besides.length === 0 ? "" : ` beside ${besides.join(", ")}`;
  const line = `${stageText(summary, stage, label)}: testing ${what.join(", ")}${beside}: ${plainLine(why)}${tail}`;
  const believed = belief === undefined ? [] : [believedLine(summary, belief)];
  if (stage !== "search" || left === null) return [...believed, line];
  const [revisions = ""] = bisectingLines(left, first.commit, "");
  return [revisions, ...believed, line];
}

function believedLine(summary: Summary, belief: Believed): string {
  const { commit, probability } = belief.best;
  return [
    `likeliest: ${commitText(summary, commit)} (${shareText(probability)})`,
    ...reachedTexts(summary, belief).slice(0, 1),
  ].join("; ");
}

/** git's line of the commit that it is about to test. */
function subjectLines({ probe }: Summary, { commit, subject }: EventOf<"commit-described">) {
  const awaited = probe?.probes.some((other) => other.commit === commit) ?? false;
  return awaited ? [`[${commit}] ${plainLine(subject)}`] : [];
}

/** False for a program that is run as it lies in the tree. */
function hasBuild({ started }: Summary): boolean {
  if (started?.kind !== "started" || started.target !== "program") return true;
  const { program } = started.job;
  return typeof program === "object" && program !== null && "build" in program;
}

function builtLine({ kernel, cached, seconds }: EventOf<"kernel-built">): string {
  return cached ? `${kernel} was in the cache` : `${kernel} built in ${durationText(seconds)}`;
}

function withFixes({ kernels }: Summary, kernel: string): string {
  const backports = kernels.get(kernel)?.backports ?? [];
  return backports.length === 0 ? "" : `, with ${backports.map(fixText).join(" and ")} applied`;
}

function checkedLine(summary: Summary, event: EventOf<"checked">): string {
  const counts = event.of > 0 ? `, ${checkCounts(event)}` : "";
  return `check ${event.result}: ${checkText(event, summary)}${counts}: ${plainLine(event.why)}`;
}
