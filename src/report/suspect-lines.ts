import { shortHash } from "../event/short-hash.ts";
import { overridesOf, plainLine, type Summary } from "../syzbot/index.ts";
import { shareText } from "./belief.ts";
import { whyNotBuilt } from "./kernel-ages.ts";
import type { ToldSuspect, ToldSuspicion } from "./suspicion.ts";
import { builtNoun, countText, plural, verdictText } from "./words.ts";
import { wrapped } from "./wrap.ts";

type Testimony = ToldSuspect["testimonies"][number];

/** The widest share, `> 99.99 %`, and a space. */
const shareCells = 10;

/** A suspect with less than this is not worth its lines, unless it is one of the first. */
const leastShown = 0.001;
const alwaysShown = 3;

/**
 * The likeliest suspects: the probability of each, why the prior suspected it, and what is for it and
 * against it. No line is wider than `cells`, words apart.
 */
export function suspectLines(
  summary: Summary,
  { suspects, candidates }: ToldSuspicion,
  cells: number,
): string[] {
  const shown = worthTelling(suspects);
  const told = shown.reduce((sum, { probability }) => sum + probability, 0);
  const rest = candidates - shown.length;
  return [
    ...shown.flatMap((suspect) => linesOf(summary, suspect, cells)),
    ...(rest > 0
      ? wrapped(`and ${plural(rest, "more commit")}: ${shareText(0.99 - told)}`, "  ", cells)
      : []),
  ];
}

/** The likeliest of suspects: those that are worth their lines. */
export function worthTelling(suspects: readonly ToldSuspect[]): readonly ToldSuspect[] {
  return suspects.filter(({ probability }, n) => n < alwaysShown || probability >= leastShown);
}

function linesOf(summary: Summary, suspect: ToldSuspect, cells: number): string[] {
  const share = `${shareText(suspect.probability).padStart(shareCells)}  `;
  const name = `${shortHash(suspect.commit)} ${plainLine(suspect.subject)}`.trimEnd();
  const below = " ".repeat(share.length);
  return [
    ...wrapped(name, share, cells),
    ...factsOf(summary, suspect).flatMap((fact) => wrapped(fact, below, cells)),
  ];
}

/** Why a suspect was suspected, and what is for it and against it, a line each. */
export function factsOf(summary: Summary, suspect: ToldSuspect): string[] {
  const { testimonies } = suspect;
  const told = (some: readonly Testimony[]) =>
    some.map((one) => testimonyText(summary, one)).join("; ");
  const speaksFor = testimonies.filter(({ against }) => against <= 1);
  const speaksAgainst = testimonies.filter(({ against }) => against > 1);
  return [
    priorText(suspect),
    ...(speaksFor.length === 0 ? [] : [`for: ${told(speaksFor)}`]),
    ...(speaksAgainst.length === 0 ? [] : [`against: ${told(speaksAgainst)}`]),
    ...noopText(summary, suspect),
    ...openText(summary, suspect),
  ];
}

function priorText({ prior, timesAverage, reasons }: ToldSuspect): string {
  const why = reasons.length === 0 ? "" : `: ${reasons.map(plainLine).join(", ")}`;
  return `before any run ${shareText(prior)}, ${timesText(timesAverage)}${why}`;
}

function timesText(times: number): string {
  if (times < 0.1) return "less than a tenth of the average commit";
  return `${times >= 10 ? times.toFixed(0) : times.toFixed(1)} times the average commit`;
}

function testimonyText(summary: Summary, told: Testimony): string {
  const { commit, relation, crashed, clean, said, against } = told;
  const who = {
    itself: "it",
    parent: `its parent ${shortHash(commit)}`,
    "contains-it": `${shortHash(commit)} contains it and`,
    "lacks-it": `${shortHash(commit)} does not contain it and`,
  }[relation];
  const count = countText(crashed, crashed + clean);
  const runs = crashed > 0 ? `crashed, ${count}` : `stayed clean, ${count}`;
  const user = said === null ? [] : [`is ${verdictText(summary, said)}, as the user says`];
  const what = [...(crashed + clean > 0 ? [runs] : []), ...user].join(", and ");
  return `${who} ${what}${oddsText(against)}`;
}

function oddsText(against: number): string {
  if (against <= 1) return "";
  if (against < 1.5) return " (hardly)";
  if (against > 1e6) return " (more than 1000000:1)";
  return ` (about ${Number(against.toPrecision(2))}:1)`;
}

function noopText(summary: Summary, { isNoop, commit, parents }: ToldSuspect): string[] {
  if (!isNoop) return [];
  const own = signatureOf(summary, commit);
  const how = parents.some((parent) => signatureOf(summary, parent) === own)
    ? "is that of its parent"
    : "differs from its parent's only in line numbers";
  return [`against: its ${builtNoun(summary)} ${how}, so it changed nothing`];
}

function signatureOf({ kernels }: Summary, commit: string): string | null {
  for (const { commit: of, build } of kernels.values()) {
    if (of === commit && build?.kind === "built") return build.signature;
  }
  return null;
}

/** What was not seen of it and its parents, and why not where that is known. */
function openText(summary: Summary, suspect: ToldSuspect): string[] {
  const { commit, parents, untestable, testimonies } = suspect;
  const seen = new Set(testimonies.map((told) => told.commit));
  const nameOf = (one: string) => (one === commit ? "it" : `its parent ${shortHash(one)}`);
  const notTested = [commit, ...parents].filter(
    (one) => !seen.has(one) && !untestable.includes(one),
  );
  return [
    ...untestable.map((one) => `${nameOf(one)} cannot be tested: ${whyUntestable(summary, one)}`),
    ...(notTested.length === 0 ? [] : [`not tested: ${notTested.map(nameOf).join(", ")}`]),
  ];
}

/** Why a commit counts as one that cannot be tested. */
export function whyUntestable(summary: Summary, commit: string): string {
  if (overridesOf(summary).get(commit)?.verdict === "untestable") return "the user says so";
  const kernel = [...summary.kernels.values()].find((known) => known.commit === commit);
  if (kernel?.build?.kind === "failed") return whyNotBuilt(kernel.build);
  const answer = summary.tested.findLast((tested) => tested.commit === commit);
  if (answer !== undefined && answer.foreign > 0) return "other crashes hide the bug";
  return "its runs say nothing";
}

/** What the tests of a probe tell, in a sentence each. */
export function prospectTexts({ prospects }: ToldSuspicion): string[] {
  return prospects.map(({ commit, contains, suspectsIfCrashing, suspectsIfClean }) => {
    const after = `${plural(suspectsIfCrashing, "suspect")} if its runs crash, ${suspectsIfClean} if they do not`;
    return `${shortHash(commit)} contains the culprit with ${shareText(contains)}: ${after}`;
  });
}
