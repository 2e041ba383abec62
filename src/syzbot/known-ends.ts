import { overridesOf, type Summary } from "./summary.ts";

/**
 * Those of the ends `before` that are known, or said, to be without the bug. Where no clean end is named a
 * range may only be as far back as was looked: git would begin without that end.
 */
export function knownEnds(summary: Summary, before: readonly string[]): readonly string[] {
  const { started, tested } = summary;
  if (started?.kind !== "started" || started.clean !== null) return before;
  const said = overridesOf(summary);
  return before.filter((commit) => {
    const answer = said.get(commit) ?? tested.findLast((one) => one.commit === commit);
    return answer?.verdict === "before";
  });
}
