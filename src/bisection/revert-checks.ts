import type { EventOf } from "../event/index.ts";
import { shortHash } from "../event/short-hash.ts";
import type { Rules } from "../search/rules.ts";
import { isBuildAlone } from "./build-alone.ts";
import { tryChanged } from "./changed-kernel.ts";
import { cleanRunsWanted } from "./clean-runs.ts";
import { limitOf } from "./numbers.ts";
import { holdingOf } from "./overrides.ts";
import { chances } from "./restored-runs.ts";
import { kernelAt } from "./standing-kernel.ts";
import { type BisectionState, startOf } from "./state.ts";
import { record, type Step } from "./step.ts";
import { wordsOf } from "./words-of.ts";

type Check = EventOf<"checked">;
type Name = Check["check"];

/** Once a kernel without the culprit crashed: crashes, or runs that say something, after which it is compared. */
const onCrash = { crashes: 3, runs: 12 } as const;
/** As unlikely as this must it be that it crashes so rarely by chance, for its crashes to be put down to another bug. */
const unlikely = 0.05;

/**
 * Takes the change of the culprit out again, where it was made and on the crashing commit: without it neither
 * crashes. A fix is brought to where it is missing instead. A step, or null where all that is wanted is known.
 *
 * What does not apply, does not build, or is more than the bisection may take, is `unknown`, and says why.
 */
export function checkReverts(
  state: BisectionState,
  culprit: string,
  parents: readonly string[],
  rules: Rules,
): Step | null {
  const { checks, find, crashes } = startOf(state);
  if (checks === undefined) return null;
  const [itself, start]: [Name, Name] =
    find === "cause"
      ? ["revert-on-culprit", "revert-on-crashing"]
      : ["fix-on-parent", "fix-on-crashing"];
  if (!isMade(state, itself)) return checkItself(state, itself, culprit, parents, rules);
  if (isMade(state, start)) return null;
  if (crashes.hash === (find === "cause" ? culprit : parents[0])) {
    const { result, crashed, of } = madeOf(state, itself) as Check;
    const why = `the crashing commit is the same: ${madeOf(state, itself)?.why}`;
    return record({ ...checkOf(start), result, crashed, of, why });
  }
  return tryOn(state, start, { commit: crashes.hash, culprit }, rules);
}

/** A culprit without its change is its parent; a fix brought to its parent is the fix. */
function checkItself(
  state: BisectionState,
  name: Name,
  culprit: string,
  parents: readonly string[],
  rules: Rules,
): Step {
  const [parent] = parents;
  if (parent === undefined) {
    return record({ ...checkOf(name), result: "unknown", why: "it has no parent" });
  }
  const { find } = startOf(state);
  if (!haveSameFixes(state, culprit, parent)) {
    return tryOn(state, name, { commit: find === "cause" ? culprit : parent, culprit }, rules);
  }
  const known = state.checks.find(
    (check) => check.check === "parent-clean" && check.parent === parent,
  );
  const made = find === "cause" ? known : madeOf(state, "fix-clean");
  const { result = "unknown", crashed = 0, of = 0 } = made ?? {};
  const whole = `${shortHash(parent)}, its ${parents.length > 1 ? "first " : ""}parent`;
  const why =
    find === "cause"
      ? `without ${parents.length > 1 ? "what it merges" : "its change"} it is ${whole}: nothing is built for it`
      : `with its change ${whole}, is it: nothing is built for it`;
  return record({ ...checkOf(name), result, crashed, of, why });
}

/** Whether nothing but the culprit's change is between the kernels of the two. */
export function haveSameFixes(state: BisectionState, culprit: string, parent: string): boolean {
  const [ours, theirs] = [culprit, parent].map((commit) =>
    (kernelAt(state, commit)?.backports ?? []).map(({ fix }) => fix).join(" "),
  );
  return ours === theirs;
}

function tryOn(
  state: BisectionState,
  name: Name,
  { commit, culprit }: { readonly commit: string; readonly culprit: string },
  rules: Rules,
): Step {
  const { checks, find } = startOf(state);
  const unknown = (why: string, counts = { crashed: 0, clean: 0 }) =>
    record({ ...checkOf(name), result: "unknown", ...countsOf(counts), why });
  if (checks?.revert !== true) return unknown("not made: it is turned off");
  if (isBuildAlone(state)) return unknown("not made: the bug is a build that fails");
  if (limitOf(state) !== null) return unknown("not made: the bug is a number");
  const how = find === "cause" ? "revert" : "apply";
  const runs = cleanRunsWanted(state);
  const tried = tryChanged(state, { commit, change: { how, of: culprit }, runs, onCrash }, rules);
  const word = how === "revert" ? "revert" : "apply";
  switch (tried.kind) {
    case "step":
      return tried.step;
    case "inapplicable":
      return unknown(
        tried.isNothing
          ? `nothing of it is ${how === "revert" ? "left there" : "missing there"}`
          : `it does not ${word}, as a patch or three-way: ${tried.why}`,
      );
    case "silent":
      return unknown(`${how === "revert" ? "without" : "with"} it: ${tried.why}`, tried);
    case "unaffordable":
      return record({
        ...{ ...checkOf(name), ...countsOf(tried) },
        ...{ result: "unknown", bounded: true, why: `not made: ${tried.why}` },
      });
    case "said": {
      const { shows, showed } = wordsOf(state);
      const made = { ...checkOf(name), ...countsOf(tried) };
      const fits = tried.how === "as it is" ? "" : ", merged three-way";
      const before = countsOf(holdingOf(state, commit) ?? { crashed: 0, clean: 0 });
      // Then they may be another bug's that looks the same.
      if (tried.crashed > 0 && chances(made, before).rarer <= unlikely) {
        const seen = `${tried.crashed} of ${made.of} runs, and in ${before.crashed} of ${before.of} as it is`;
        return record({ ...made, result: "unknown", why: `it ${showed} in ${seen}` });
      }
      if (tried.crashed > 0) {
        const still =
          how === "revert" ? `it ${shows} without the culprit, too` : `it ${shows} with it`;
        return record({ ...made, result: "failed", why: `${still}${fits}` });
      }
      return record({ ...made, result: "passed", why: `${runs} clean runs were wanted${fits}` });
    }
    default:
      return tried satisfies never;
  }
}

function countsOf({ crashed, clean }: { readonly crashed: number; readonly clean: number }) {
  return { crashed, of: crashed + clean };
}

function checkOf(check: Name) {
  return { kind: "checked", check, parent: null, crashed: 0, of: 0 } as const;
}

function madeOf(state: BisectionState, name: Name): Check | undefined {
  return state.checks.find(({ check }) => check === name);
}

function isMade(state: BisectionState, name: Name): boolean {
  return madeOf(state, name) !== undefined;
}
