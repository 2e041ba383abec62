import type { EventOf } from "../event/index.ts";
import { indexOf } from "../history/graph-hashes.ts";
import { type Believed, reachedTexts, shareText } from "../report/belief.ts";
import { surenessLines } from "../report/sureness-lines.ts";
import { factsOf, prospectTexts, worthTelling } from "../report/suspect-lines.ts";
import { commitText, endText } from "../report/words.ts";
import { plainLine } from "../syzbot/index.ts";
import { named, type Scene } from "./scene.ts";
import type { BisectionView, StepRow } from "./schema.ts";

/** A line of text is not broken here. */
const unbroken = 100_000;

/** What was believed when something was last chosen. */
export function beliefOf(scene: Scene): BisectionView["belief"] {
  const believed = lastBelief(scene);
  if (believed === null) return null;
  const { summary } = scene;
  const { best, suspects, stated = null, bits = null } = believed;
  const likeliest = `likeliest ${shareText(best.probability)}: ${commitText(summary, best.commit)}`;
  return {
    best: { commit: named(scene, best.commit), probability: best.probability },
    suspects,
    stated,
    bits,
    text: [likeliest, ...reachedTexts(summary, believed).slice(0, 1)].join("; "),
  };
}

function lastBelief({ events }: Scene): Believed | null {
  const chosen = events.findLast(
    (event) => event.kind === "probe-chosen" && event.belief !== undefined,
  );
  return chosen?.kind === "probe-chosen" ? (chosen.belief ?? null) : null;
}

/** The range on one axis, with `steps` on it. */
export function stripOf(scene: Scene, steps: readonly StepRow[]): BisectionView["strip"] {
  const { summary } = scene;
  const { range } = summary;
  if (range === null) return null;
  const { before, after, commits, merges, releases = [], sha256 } = range;
  return {
    commits,
    merges,
    from: before[0] === undefined ? "the beginning" : endText(summary, before[0]),
    to: endText(summary, after),
    before,
    after,
    spread: spreadSince(scene, range),
    releases: releases.map(({ tag, at }) => ({ tag: plainLine(tag), at })),
    marks: marksOf(scene, steps),
    graph: sha256,
  };
}

/** A belief over an earlier graph is none over this one. */
function spreadSince({ events }: Scene, range: EventOf<"graph-loaded">): number[] | null {
  for (const event of events.toReversed()) {
    if (event === range) return null;
    const spread = event.kind === "probe-chosen" ? event.belief?.spread : undefined;
    if (spread !== undefined) return spread;
  }
  return null;
}

/** The newest answer of each commit in the graph, and those under test. */
function marksOf(
  { around }: Scene,
  steps: readonly StepRow[],
): NonNullable<BisectionView["strip"]>["marks"] {
  const { graph } = around;
  if (graph == null) return [];
  const newest = new Map(steps.map((row) => [row.commit.hash, row]));
  return [...newest.values()]
    .map(({ commit: { hash }, verdict, overruled, n }) => {
      return { at: indexOf(graph, hash), hash, verdict: overruled ?? verdict, n };
    })
    .filter(({ at }) => at >= 0);
}

/** Whom a policy suspects, as it was reckoned for this view. */
export function suspectsOf({ summary, around, names }: Scene): BisectionView["suspects"] {
  const { suspicion } = around;
  const { concluded } = summary;
  if (suspicion == null) return null;
  const sureness = concluded === null ? [] : surenessLines(concluded, suspicion, unbroken);
  return {
    candidates: suspicion.candidates,
    list: worthTelling(suspicion.suspects).map((suspect) => ({
      commit: {
        hash: suspect.commit,
        name: names.get(suspect.commit) ?? null,
        subject: plainLine(suspect.subject),
      },
      probability: Math.min(1, suspect.probability),
      timesAverage: suspect.timesAverage,
      reasons: factsOf(summary, suspect),
    })),
    prospects: prospectTexts(suspicion),
    sureness: sureness.map((line) => line.trim()),
  };
}
