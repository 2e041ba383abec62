import {
  buildSeconds,
  plainLine,
  type Summary,
  sessionSeconds,
  testSeconds,
} from "../syzbot/index.ts";
import { durationText } from "./duration.ts";
import { allLentRuns } from "./lent.ts";
import { countsOf } from "./result.ts";
import { builtNoun, plural } from "./words.ts";

/** What it took: kernels, runs, and how long that was. */
export function spentText(summary: Summary): string {
  const { kernels, runs } = countsOf(summary);
  const [total, build, test] = [
    sessionSeconds(summary),
    buildSeconds(summary),
    testSeconds(summary),
  ].map(durationText);
  const lent = allLentRuns(summary);
  const taken =
    lent === 0 ? "" : `, ${plural(lent, "run")} lent by ${plainLine(summary.offer?.from ?? "")}`;
  const what = `${plural(kernels, builtNoun(summary))}, ${plural(runs, "run")}`;
  return `${what}, ${total} (builds ${build}, runs ${test})${taken}`;
}
