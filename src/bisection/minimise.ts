import { compareCrash } from "../crash/same.ts";
import { type EventBody, type EventOf, triedKernelId } from "../event/index.ts";
import { hashWithout } from "../minimise/compose.ts";
import { decide } from "../minimise/decide.ts";
import { countOpen, keptNames, leftOut, type Minimising, nextTry } from "../minimise/minimising.ts";
import { crashRate } from "../search/rate.ts";
import type { Rules } from "../search/rules.ts";
import { boundReached, roomLeft } from "./bounds.ts";
import { conclude } from "./conclude.ts";
import { crashToShow } from "./final-crash.ts";
import { nextRuns } from "./next-runs.ts";
import { planPatched } from "./patched-kernel.ts";
import { kernelAt } from "./standing-kernel.ts";
import { type BisectionState, kernelOf, type RunState, startOf } from "./state.ts";
import { record, type Step, work } from "./step.ts";

/**
 * Makes the configuration smaller, where the job wants that, once the crash was reproduced. Null: it is done, or
 * nobody asked for it. What the job may take is held to; then it ends with what was found by then.
 */
export function minimise(state: BisectionState, rules: Rules): Step | null {
  const { minimise: wanted, crashes, goal } = startOf(state);
  if (wanted === undefined) return null;
  if (state.minimised !== null || state.minimiseGivenUp) {
    return goal === "config" ? concludeMinimised(state) : null;
  }
  const search = state.minimising;
  if (search === null) {
    return work({ task: "prepare-minimise", crash: crashToShow(state, crashes.hash, rules) });
  }
  if (search.open !== null) return workOnTry(state, search.open, wanted);
  if (search.tried >= wanted.tries) {
    return finish(search, `${wanted.tries} configurations were tried, as many as are allowed`);
  }
  const next = nextTry(search);
  if (next === null) return finish(search, "no option is left that it may do without");
  const { builds, runs } = roomLeft(state);
  if (builds <= 0 || runs <= 0) return finish(search, boundReached(state));
  // Unless it is left, nobody can show the crash again with what was found.
  if (builds === 1) return finish(search, "the last build that is allowed is for its result");
  const config = configWithout(search, next);
  const kernel = triedKernelId(crashes.hash, config);
  return record({ kind: "config-chosen", kernel, config, ...next });
}

/** What is left to do where a bound of the bisection keeps the search from going on; null: it does not. */
export function endMinimising(state: BisectionState): Step | null {
  const { minimising: search, minimised } = state;
  if (search !== null && minimised === null) return finish(search, boundReached(state));
  return minimised !== null && startOf(state).goal === "config" ? concludeMinimised(state) : null;
}

/** `step`, unless it gives up on the smaller configuration: then it is gone on with the whole one. */
export function backToWhole(state: BisectionState, step: Step): Step {
  if (state.before === null || step.kind !== "record" || step.body.kind !== "concluded")
    return step;
  return record({ kind: "minimise-undone", why: step.body.why });
}

/** The event that says what came of the search; `result`: the configuration that was found and kept. */
export function minimisedBody(
  search: Minimising,
  result: EventOf<"minimised">["result"],
  why: string,
): EventBody {
  const { prepared, tried, smallest } = search;
  return {
    kind: "minimised",
    result,
    isBaseline: smallest?.step === "baseline",
    kept: keptNames(search),
    open: smallest?.step === "baseline" ? 0 : countOpen(search),
    of: prepared.candidates.filter(({ inBase }) => inBase !== true).length,
    tried,
    why,
  };
}

type Wanted = NonNullable<EventOf<"started">["minimise"]>;

function configWithout(search: Minimising, next: { step: string; without: readonly string[] }) {
  const { full, base } = search.prepared;
  const from = next.step === "baseline" && base !== null ? base : full;
  return hashWithout(from.sha256, [...leftOut(search), ...next.without]);
}

/** The configuration under test: its kernel, its runs, and what they say. */
function workOnTry(state: BisectionState, open: EventOf<"config-chosen">, wanted: Wanted): Step {
  const { kernel, config } = open;
  const { crashes } = startOf(state);
  if (!state.kernels.has(kernel)) {
    // What the crash was reproduced with stays: only the configuration is another.
    const { patches = [], backports = [] } = kernelAt(state, crashes.hash) ?? {};
    return planPatched(state, crashes.hash, { kernel, patches, backports, config }, "minimise");
  }
  const { built, failed, runs } = kernelOf(state, kernel);
  if (failed !== null) return answer(open, false, 0, 0);
  if (built === null) return work({ task: "build", kernel });
  const crashed = [...runs.values()].filter((run) => showsBug(state, open, run)).length;
  const { bug } = state;
  const standard = {
    rate: crashRate(bug?.crashed ?? 0, bug?.of ?? 0),
    risk: wanted.risk / wanted.tries,
  };
  const said = decide({ crashed, silent: runs.size - crashed }, standard);
  if (typeof said === "string") return answer(open, said === "crashes", crashed, runs.size);
  // Boots are independent of each other, which the test that counts them takes for granted.
  return work(...nextRuns(kernelOf(state, kernel), said.more));
}

function answer(
  { kernel }: EventOf<"config-chosen">,
  crashes: boolean,
  crashed: number,
  of: number,
): Step {
  return record({ kind: "config-answered", kernel, crashes, crashed, of });
}

/** Without what could show another side of it, the bug must keep its very title. */
function showsBug({ bug }: BisectionState, { step }: EventOf<"config-chosen">, run: RunState) {
  if (bug === null) return false;
  return run.crashes.some((crash) =>
    step === "instrumentation" && crash.expected === undefined
      ? bug.titles.includes(crash.title)
      : compareCrash(bug, crash) === "same",
  );
}

function finish(search: Minimising, why: string): Step {
  return search.smallest === null
    ? record(minimisedBody(search, null, why))
    : work({ task: "keep-config", why });
}

/** All that was asked for: how small it is, and whether it crashed again. */
function concludeMinimised(state: BisectionState): Step {
  const { minimised, before, bug } = state;
  const candidates = [startOf(state).crashes.hash];
  const result = minimised?.result ?? null;
  if (minimised === null || result === null) {
    const why = minimised?.why ?? "there is nothing to leave out";
    return conclude("minimised", {
      candidates,
      why: `the crash takes the whole configuration: ${why}`,
    });
  }
  if (before === null) {
    const why = "the smaller configuration did not crash again";
    return conclude("minimised", { candidates, why: `${why}, so the whole one is taken` });
  }
  const seen =
    bug === null ? "it was not run again" : `it crashed again in ${bug.crashed} of ${bug.of} runs`;
  return conclude("minimised", { candidates, why: `${minimised.why}; ${seen}` });
}
