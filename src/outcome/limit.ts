import type { CrashSeen, NumberLimit, RunOutcome } from "../event/index.ts";

/** A run as far as it is looked at here. */
interface MeasuredRun {
  readonly outcome: RunOutcome;
  readonly crashes: readonly CrashSeen[];
  readonly number?: number | undefined;
}

/** Whether `number` is on the worse side of the limit; on it, it is. */
export function isWorse(
  number: number,
  { worse, threshold }: Pick<NumberLimit, "worse" | "threshold">,
): boolean {
  return worse === "higher" ? number >= threshold : number <= threshold;
}

/**
 * A run that was measured, as one that crashed where its number is worse than the limit, and as a clean one where not.
 * Any other run, and all of them where there is no limit yet, as it is.
 */
export function seenBy<R extends MeasuredRun>(run: R, limit: NumberLimit | null | undefined): R {
  const { outcome, number } = run;
  if (outcome !== "measured" || number === undefined || limit == null) return run;
  if (!isWorse(number, limit)) return { ...run, outcome: "clean" };
  const shown = {
    title: limitTitle(limit),
    type: "NUMBER",
    frame: null,
    stack: [],
    expected: true,
  };
  return { ...run, outcome: "crashed", crashes: [shown, ...run.crashes] };
}

/** What a bug is called that is a number. */
export function limitTitle({ worse, threshold }: Pick<NumberLimit, "worse" | "threshold">): string {
  return `${numberText(threshold)} or ${worse === "higher" ? "more" : "less"}`;
}

/** A number that was measured, with as many digits as mean anything. */
export function numberText(number: number): string {
  return String(Number(number.toPrecision(4)));
}

/** A share, with a sign: `+12.3 %`. */
export function percentText(share: number): string {
  const percent = Number((100 * share).toPrecision(3));
  return `${percent > 0 ? "+" : ""}${percent} %`;
}
