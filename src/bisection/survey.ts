import type { EventOf } from "../event/index.ts";
import type { BugWords } from "../outcome/bug-words.ts";
import {
  type Content,
  type Seen,
  type Settled,
  type Survey,
  settle,
  treesToTest,
} from "../presence/survey.ts";
import type { Rules } from "../search/rules.ts";
import { boundReached } from "./bounds.ts";
import { conclude } from "./conclude.ts";
import { crashMeans } from "./crash-means.ts";
import { holdingOf, saidOf } from "./overrides.ts";
import { choose } from "./probe.ts";
import { situationOf } from "./situation.ts";
import { brokenHow, kernelAt } from "./standing-kernel.ts";
import type { BisectionState } from "./state.ts";
import { record, type Step, work } from "./step.ts";
import { wordsOf } from "./words-of.ts";

/**
 * Finds out in which of the trees that were asked for the bug is, once the crash was reproduced: by what they have of
 * the cause and the fix, and by as few kernels as that leaves open. What the job may take is held to; then it is told
 * what is known by then ({@link endSurvey}).
 */
export function survey(state: BisectionState, rules: Rules): Step {
  const { asked, traced, told } = state.presence;
  if (asked === null) throw new Error("no tree was asked for");
  if (traced === null) return work({ task: "trace-presence" });
  if (told !== null) return concludeSurvey(told, null);
  const known = surveyOf(state, asked, traced);
  const open = asked.all
    ? asked.trees.flatMap((_, place) => (known.trees[place]?.seen == null ? [place] : []))
    : treesToTest(known).filter((place) => place < asked.trees.length);
  if (open.length === 0) return record(toldBody(state, asked, traced, null));
  const commits = [...new Set(open.flatMap((place) => asked.trees[place]?.hash ?? []))];
  const names = open.flatMap((place) => asked.trees[place]?.name ?? []);
  return choose(state, {
    stage: "presence",
    commits: commits.map((commit) => ({ commit, runs: rules.runs(situationOf(state)) })),
    purpose: "presence",
    label: names.length > 3 ? `${names.slice(0, 3).join(", ")}, …` : names.join(", "),
    why: asked.all ? "every tree is tested" : "no other tree tells of these",
  });
}

/** What is left to do where a bound keeps the survey from going on; null: there is none, or it has not begun. */
export function endSurvey(state: BisectionState): Step | null {
  const { asked, traced, told } = state.presence;
  if (asked === null || traced === null) return null;
  const reached = boundReached(state);
  return told === null
    ? record(toldBody(state, asked, traced, reached))
    : concludeSurvey(told, reached);
}

type Asked = EventOf<"presence-asked">;
type TracedTrees = EventOf<"presence-traced">;
type Told = EventOf<"presence-told">["trees"][number];

/** The trees with what was seen of them, and the crashing commit behind them. */
function surveyOf(state: BisectionState, asked: Asked, { trees, crashing }: TracedTrees): Survey {
  const last = trees.length;
  const inside = trees.map(({ holds }) => new Set(holds));
  const [held, holding] = [new Set(crashing.holds), new Set(crashing.heldBy)];
  return {
    trees: [
      ...trees.map((one, place) => ({
        content: contentOf(asked, one),
        seen: seenOf(state, asked.trees[place]?.hash ?? ""),
      })),
      { content: contentOf(asked, crashing), seen: "crashes" },
    ],
    isIn(a, b) {
      if (a === b) return true;
      if (b === last) return held.has(a);
      return a === last ? holding.has(b) : (inside[b]?.has(a) ?? false);
    },
    crashing: last,
  };
}

function contentOf(
  asked: Asked,
  { cause, fix }: Pick<TracedTrees["crashing"], "cause" | "fix">,
): Content {
  if (fix !== null && (cause !== null || asked.cause === null)) return "fixed";
  if (asked.cause === null) return "unknown";
  return cause === null ? "absent" : "present";
}

function seenOf(state: BisectionState, commit: string): Seen | null {
  const held = holdingOf(state, commit);
  if (held === undefined) return null;
  if (held.verdict === "untestable") return "untestable";
  return held.verdict === crashMeans(state) ? "crashes" : "clean";
}

/** What follows of each tree; `bound`: why those that were not tested were not. */
function toldBody(
  state: BisectionState,
  asked: Asked,
  traced: TracedTrees,
  bound: string | null,
): EventOf<"presence-told"> {
  const known = surveyOf(state, asked, traced);
  const settled = settle(known);
  const nameOf = (place: number) => asked.trees[place]?.name ?? "the crashing commit";
  return {
    kind: "presence-told",
    trees: asked.trees.map(({ hash }, place) => {
      const { content = "unknown" } = known.trees[place] ?? {};
      const isBehind = known.isIn(known.crashing, place);
      const holding = holdingOf(state, hash);
      const of = (holding?.crashed ?? 0) + (holding?.clean ?? 0);
      return {
        ...followsOf(state, settled[place] ?? null, {
          hash,
          content,
          isBehind,
          bound,
          asked,
          nameOf,
        }),
        kernel: holding === undefined ? null : (kernelAt(state, hash)?.kernel ?? null),
        crashed: holding?.crashed ?? 0,
        of,
      };
    }),
  };
}

interface Around {
  readonly hash: string;
  readonly content: Content;
  /** Whether it contains the crashing commit. */
  readonly isBehind: boolean;
  readonly bound: string | null;
  readonly asked: Asked;
  readonly nameOf: (place: number) => string;
}

function followsOf(
  state: BisectionState,
  settled: Settled | null,
  around: Around,
): Pick<Told, "state" | "why"> {
  const { hash, bound, nameOf } = around;
  if (settled === null) return { state: "unknown", why: bound ?? "it was not tested" };
  const by = settled.by.map(nameOf).join(" and ");
  const holding = holdingOf(state, hash);
  switch (settled.seen) {
    case "untestable": {
      const kernel = kernelAt(state, hash);
      const how = kernel === undefined ? null : brokenHow(kernel);
      if (how === "build") return { state: "unbuildable", why: "it does not build" };
      return {
        state: "unknown",
        why: how === "boot" ? "it does not boot" : "its runs say too little",
      };
    }
    case "crashes": {
      const { shows, show } = wordsOf(state);
      const seen =
        holding === undefined ? `between ${by}, which ${show}` : `it ${shows} ${saidOf(holding)}`;
      return { state: "affected", why: `${seen}${doubtOf(around.content)}` };
    }
    case "clean":
      return cleanMeans(around, wordsOf(state), settled.by.length === 0 ? null : by);
    default:
      return settled.seen satisfies never;
  }
}

/** What is said beside a crash that the content does not explain. */
function doubtOf(content: Content): string {
  if (content === "absent") return ", though it has not the cause: that is not the only one";
  return content === "fixed" ? ", though it has the fix: that does not mend it all" : "";
}

/** What it means that a tree does not crash; `by`: the trees that tell so; null: it was run. */
function cleanMeans(
  { content, isBehind, asked }: Around,
  { show }: BugWords,
  by: string | null,
): Pick<Told, "state" | "why"> {
  const seen =
    by === null
      ? `it does not ${show}`
      : `as ${by}, which ${by.includes(" and ") ? "do" : "does"} not ${show}`;
  switch (content) {
    case "absent":
      return { state: "not-affected", why: `it has not the cause; ${seen}` };
    case "fixed":
      return { state: "fixed", why: `it has the fix; ${seen}` };
    case "present":
      return asked.fix === null && isBehind
        ? { state: "fixed", why: `it has the cause, and something mended it; ${seen}` }
        : { state: "unknown", why: `it has the cause and no fix that is known, but ${seen}` };
    case "unknown":
      return isBehind
        ? { state: "fixed", why: `it has the crashing commit; ${seen}` }
        : { state: "not-affected", why: seen };
    default:
      return content satisfies never;
  }
}

function concludeSurvey({ trees }: EventOf<"presence-told">, bound: string | null): Step {
  const affected = trees.filter(({ state }) => state === "affected").length;
  const unknown = trees.filter(
    ({ state }) => state === "unknown" || state === "unbuildable",
  ).length;
  const built = trees.filter(({ kernel }) => kernel !== null).length;
  const open = unknown === 0 ? "" : `, of ${unknown} it is not known`;
  const why = `${affected} of ${trees.length} trees ${affected === 1 ? "is" : "are"} affected${open}; ${built} of them were built`;
  return bound === null
    ? conclude("surveyed", { why })
    : conclude("budget", { why: `${bound}: ${why}` });
}
