import type { ComparedSamples, EventOf, Expectation } from "../event/index.ts";
import { numberText, percentText } from "../outcome/limit.ts";
import type { Summary } from "../syzbot/index.ts";

/** The numbers of two commits beside each other, where the bug is one. */
export interface NumbersResult extends ComparedSamples {
  /** The culprit and the parent that is nearest to it; or the two ends, where no culprit was looked into. */
  readonly of: "culprit" | "ends";
  /** Share of the median before by which that after is another; null where that is 0. */
  readonly change: number | null;
  readonly unit: "s" | null;
  /** From here on a number is the bug. */
  readonly threshold: number | null;
}

/** What was measured, as far as it is known; null where the bug is no number. */
export function numbersResult(summary: Summary): NumbersResult | null {
  const { checks, bug } = summary;
  const compared = checks.flatMap(({ numbers }) => numbers ?? []).sort((a, b) => b.p - a.p)[0];
  const numbers = compared ?? bug?.limit?.ends;
  if (numbers === undefined) return null;
  const { after, before, p } = numbers;
  return {
    of: compared === undefined ? "ends" : "culprit",
    before,
    after,
    change: before.median === 0 ? null : (after.median - before.median) / Math.abs(before.median),
    p,
    unit: unitOf(summary),
    threshold: bug?.limit?.threshold ?? null,
  };
}

/** The same in a line: `median 0.31 s before, 0.82 s after: +165 % (p = 0.001, 6 and 6 runs)`. */
export function numbersLine(summary: Summary): string | null {
  const told = numbersResult(summary);
  if (told === null) return null;
  const { of, before, after, change, p, unit } = told;
  const number = (value: number) => `${numberText(value)}${unit === null ? "" : ` ${unit}`}`;
  const where = of === "culprit" ? ["before", "after"] : ["on the clean end", "on the other"];
  const difference = change === null ? "" : `: ${percentText(change)}`;
  const sides = `median ${number(before.median)} ${where[0]}, ${number(after.median)} ${where[1]}`;
  return `${sides}${difference} (p = ${numberText(p)}, ${before.n} and ${after.n} runs)`;
}

/** The figures of a check, behind its counts: `0.31 and 0.82 s, p = 0.001`. */
export function checkNumbers({ numbers }: EventOf<"checked">): string | null {
  if (numbers === undefined) return null;
  const { before, after, p } = numbers;
  return `${numberText(before.median)} and ${numberText(after.median)}, p = ${numberText(p)}`;
}

function unitOf({ started }: Summary): "s" | null {
  const expect: Expectation | undefined = started?.kind === "started" ? started.expect : undefined;
  return expect?.kind === "boot-time" ? "s" : null;
}
