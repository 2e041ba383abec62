import type { EventOf, ProbeStage } from "../event/index.ts";
import { shortHash } from "../event/short-hash.ts";
import { type BugWords, bugWords } from "../outcome/bug-words.ts";
import { plainLine, type Summary, subjectOf } from "../syzbot/index.ts";
import { checkNumbers } from "./numbers.ts";

/** From so many on, a count is followed by its share: few are better counted. */
const percentFrom = 20;

/** A commit as people know it: the short hash and, where it is known, the subject. */
export function commitText(summary: Summary, hash: string): string {
  return `${shortHash(hash)} ${plainLine(subjectOf(summary, hash))}`.trimEnd();
}

/** What people call an end of the range: the name that they gave it, a release's tag, or the short hash. */
export function endText(summary: Summary, hash: string): string {
  return namesIn(summary).get(hash) ?? shortHash(hash);
}

/** The names that people know commits by, by full hash: those that were given, else labels of tests. */
export function namesIn({ started, tested, head }: Summary): ReadonlyMap<string, string> {
  const ends = started?.kind === "started" ? [started.crashes, started.clean, head] : [];
  const labels = tested.map(({ commit, label }) => ({ hash: commit, name: label }));
  const names = new Map<string, string>();
  for (const named of [...ends, ...labels]) {
    if (named?.name == null || named.hash.startsWith(named.name)) continue;
    if (!names.has(named.hash)) names.set(named.hash, plainLine(named.name));
  }
  return names;
}

/** `3/10`; from 20 on also the share: `15/20 (75 %)`. */
export function countText(k: number, n: number): string {
  return n < percentFrom ? `${k}/${n}` : `${k}/${n} (${Math.round((100 * k) / n)} %)`;
}

/**
 * In how many clean runs the crashing function was reached: `reached in 3`, or `reached in 3 of 20` where the
 * other runs of `clean` did not tell; null where none did.
 */
export function reachText(reached: EventOf<"checked">["reached"], clean: number): string | null {
  if (reached === undefined) return null;
  const told = reached.yes + reached.no;
  return `reached in ${reached.yes}${told < clean ? ` of ${told}` : ""}`;
}

/** What a check counted: `0/40 (0 %), reached in 3`; empty where it counts nothing. */
export function checkCounts(check: EventOf<"checked">): string {
  const { crashed, of, reached } = check;
  const numbers = checkNumbers(check);
  if (numbers !== null) return numbers;
  if (of === 0) return "";
  const there = reachText(reached, of - crashed);
  return `${countText(crashed, of)}${there === null ? "" : `, ${there}`}`;
}

/** `1 run`, `3 runs`. */
export function plural(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

/** What a commit gives once it is built: a kernel, or whatever else is bisected. */
export function builtNoun({ started }: Summary): "kernel" | "build" {
  return started?.kind === "started" && started.target === "program" ? "build" : "kernel";
}

/**
 * What a verdict is called: the user's own words where there are any, else git's terms for a cause, and
 * what `git bisect terms` suggests for a fix.
 */
export function verdictText(
  { started }: Summary,
  verdict: EventOf<"probe-answered">["answers"][number]["verdict"],
): string {
  const usual =
    started?.find === "fix"
      ? { before: "broken", after: "fixed" }
      : { before: "good", after: "bad" };
  const own = started?.kind === "started" ? started.terms : undefined;
  return verdict === "untestable" ? "skip" : (own ?? usual)[verdict];
}

/** What somebody gave as the reason, behind what they said; empty where they gave none. */
export function reasonText(why: string | null): string {
  return why === null || why === "" ? "" : `: ${plainLine(why)}`;
}

/** Why something was tested, in the words of the table and of the progress lines. */
export function stageText({ started }: Summary, stage: ProbeStage, label: string | null): string {
  const isFix = started?.find === "fix";
  // Of a fix, the end that must be clean is the head, and what the search ends at is no culprit.
  const ofFix = stage === "clean-end" ? "head" : stage === "culprit" ? "fix" : stage;
  const name = (isFix ? ofFix : stage).replaceAll("-", " ");
  return label === null ? name : `${name} ${plainLine(label)}`;
}

/** How texts speak of the bug, as far as the job says. */
function bugWordsOf({ started }: Summary): BugWords {
  return bugWords(started?.kind === "started" ? started.expect : undefined);
}

/** What runs did that showed the bug. */
export function showedText(summary: Summary): string {
  return bugWordsOf(summary).showed;
}

/** What a check is about, its parent named. */
export function checkText({ check, parent }: EventOf<"checked">, summary: Summary): string {
  const noun = builtNoun(summary);
  const { shows, show } = bugWordsOf(summary);
  switch (check) {
    case "culprit-crashes":
      return `the culprit ${shows}`;
    case "parent-clean":
      return `parent ${parent === null ? "?" : shortHash(parent)} does not`;
    case "fix-clean":
      return `the fix does not ${show}`;
    case "parent-crashes":
      return `parent ${parent === null ? "?" : shortHash(parent)} does`;
    case "signatures-differ":
      return `its ${noun} is not that of ${parent === null ? "its parent" : shortHash(parent)}`;
    case "compilers-agree":
      return `the compiler of parent ${parent === null ? "?" : shortHash(parent)} shows the bug`;
    case "changes-code":
      return "it changes code";
    case "is-compiled":
      return `what it changes is in the ${noun}`;
    case "touches-stack":
      return "it touches the stack of the crash";
    case "no-detector":
      return "it does more than to show the crash";
    case "revert-on-culprit":
      return "the culprit without its change does not";
    case "revert-on-crashing":
      return "the crashing commit without it does not";
    case "fix-on-parent":
      return "its parent with it does not";
    case "fix-on-crashing":
      return "the crashing commit with it does not";
    default:
      return check satisfies never;
  }
}

/** The name of a bisection; an empty text before its first event. */
export function idOf(summary: Summary): string {
  return plainLine(summary.started?.id ?? "");
}
