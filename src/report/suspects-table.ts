import { shortHash } from "../event/short-hash.ts";
import { plainLine, type Summary, subjectOf } from "../syzbot/index.ts";
import { shareText } from "./belief.ts";
import { columns } from "./columns.ts";
import type { ToldSuspicion } from "./suspicion.ts";
import { countText, plural } from "./words.ts";

/** Rows of the table; a commit that is less likely than this is not worth one, but where it is the first. */
const mostRows = 10;
const leastShown = 0.0005;

/** A commit and the probability that it is the culprit. */
interface Likely {
  readonly commit: string;
  readonly probability: number;
}

/**
 * The table of who else it may be, with odds: beside a culprit the runners-up, of several candidates all,
 * before the end the likeliest. Nothing where no policy reckoned any.
 */
export function suspectRows(summary: Summary, suspicion: ToldSuspicion | null): string[] {
  const { concluded } = summary;
  const all = likelyOf(summary, suspicion);
  const others = all.filter(({ commit }) => commit !== concluded?.culprit);
  const shown = others
    .filter(({ probability }, n) => probability >= leastShown || n === 0)
    .slice(0, mostRows);
  if (shown.length === 0) return [];
  const subjects = new Map(suspicion?.suspects.map(({ commit, subject }) => [commit, subject]));
  const rows = shown.map(({ commit, probability }) => [
    shareText(probability).padStart("> 99.99 %".length),
    shortHash(commit),
    testedCell(summary, commit),
    plainLine(subjectOf(summary, commit) || (subjects.get(commit) ?? "")),
  ]);
  const more = countOf(summary, suspicion) - (all.length - others.length) - shown.length;
  return [
    titleOf(summary),
    ...columns(rows).map((line) => `  ${line}`),
    ...(more > 0 ? [`  and ${plural(more, "more commit")}`] : []),
  ];
}

/** The conclusion's own odds where it has any. */
function likelyOf({ concluded }: Summary, suspicion: ToldSuspicion | null): readonly Likely[] {
  const { candidates = [], odds = [] } = concluded ?? {};
  const stated = candidates.flatMap((commit, n): Likely[] => {
    const probability = odds[n];
    return probability === undefined ? [] : [{ commit, probability }];
  });
  return stated.length > 0 ? stated : (suspicion?.suspects ?? []);
}

/** How many have the culprit with 99 %. */
function countOf({ concluded }: Summary, suspicion: ToldSuspicion | null): number {
  return concluded?.odds?.length ?? suspicion?.candidates ?? 0;
}

function titleOf({ concluded }: Summary): string {
  if (concluded === null) return "suspects";
  return concluded.culprit === null ? "candidates" : "runners-up";
}

function testedCell({ tested }: Summary, commit: string): string {
  const answer = tested.findLast((one) => one.commit === commit);
  if (answer === undefined) return "not tested";
  const { crashed, clean } = answer;
  return crashed + clean === 0 ? "untestable" : `crashed ${countText(crashed, crashed + clean)}`;
}
