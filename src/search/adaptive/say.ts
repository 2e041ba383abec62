import type { Costs } from "../reckoning.ts";
import type { Choice } from "./choose.ts";
import type { Standing } from "./confirm.ts";
import { minutesOfBuilds, minutesOfRuns } from "./minutes.ts";

/** Why these are tested; `ready`: those that need not be built. */
export function sayBuilds(
  mass: Float64Array,
  costs: Costs,
  choices: readonly Choice[],
  ready: ReadonlySet<number>,
): string {
  const builds = choices.filter(({ node }) => !ready.has(node)).length;
  const bits = choices.reduce((sum, choice) => sum + choice.bits, 0);
  const runs = Math.max(...choices.map((choice) => minutesOfRuns(costs, choice.runs)));
  const minutes = minutesOfBuilds(costs, builds) + runs;
  const shares = choices.map(({ node }) => percent(mass[node] as number)).join(" and ");
  const has = choices.length === 1 ? "it has" : "they have";
  return `${has} the culprit with ${shares}: ${bits.toFixed(2)} bits in ${timeText(minutes)}`;
}

function timeText(minutes: number): string {
  return minutes < 1 ? `${Math.max(1, Math.round(60 * minutes))} s` : `${minutes.toFixed(1)} min`;
}

/** Why a built kernel is run on. */
export function sayRuns({ runs, bits }: Choice): string {
  const more =
    runs === 1 ? "1 more run of a built kernel says" : `${runs} more runs of a built kernel say`;
  return `${more} most a minute: ${bits.toFixed(3)} bits`;
}

/** Why it ends with several candidates. */
export function sayOpen(standing: Standing): string {
  switch (standing.kind) {
    case "untestable":
      return "the likeliest commit, or a parent of it, cannot be tested";
    case "contradicted":
      return "the likeliest commit or a parent of it behaves as it must not";
    case "missing":
      return "what is left lies among commits that cannot be tested";
    case "confirmed":
      return "no test is left that would make the likeliest commit certain";
    default:
      return standing satisfies never;
  }
}

/** A probability for people. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0.99 ? 2 : 1)} %`;
}
