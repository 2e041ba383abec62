import type { Outcome } from "./outcome.ts";
import type { Expected } from "./scenario-file.ts";

/** What of `expected` is otherwise in `got`, a line each; empty: all is as expected. */
export function differences(expected: Expected, got: Outcome): string[] {
  if (expected.error || got.error) return errorDifferences(expected, got);
  const pairs: [string, unknown, unknown][] = [
    ["commits", expected.commits, got.commits],
    ["culprit", expected.culprit, got.culprit],
    ["report", expected.report, got.report],
    ["oldest_or_latest", expected.oldest_or_latest, got.oldest_or_latest],
    ["noop", expected.noop, got.noop],
    ["release", expected.release, got.release],
    ...(expected.config === null
      ? []
      : [["config", expected.config, got.config] as [string, unknown, unknown]]),
    ...(expected.candidates_derived_with_git === undefined
      ? []
      : [candidatesOf(expected.candidates_derived_with_git, got.candidates)]),
  ];
  const least = expected.confidence?.greater_than;
  const isSure = least === undefined || (got.confidence !== null && got.confidence > least);
  return [
    ...pairs.flatMap(([name, wanted, is]) =>
      wanted === is ? [] : [`${name}: ${is}, not ${wanted}`],
    ),
    ...(isSure ? [] : [`confidence: ${got.confidence}, not above ${least}`]),
  ];
}

function candidatesOf(wanted: readonly number[], got: readonly number[]): [string, string, string] {
  return ["candidates", wanted.toSorted((a, b) => a - b).join(" "), got.join(" ")];
}

function errorDifferences(expected: Expected, got: Outcome): string[] {
  if (!got.error) return ["no error"];
  if (!expected.error) return [`error: ${got.why}`];
  const kind = expected.error_kind?.toLowerCase() ?? null;
  // The other program has one kind of errors with a name: those of its machines.
  const isKind = kind === null || kind.includes("infra") === (got.error_kind === "infrastructure");
  return isKind ? [] : [`error_kind: ${got.error_kind}, not ${expected.error_kind}`];
}

/**
 * What another way to bisect has to have in common with `expected`: the culprit, and none where there is none to find.
 * Where several commits may be it, none may be named that is not among them.
 */
export function culpritDifferences(expected: Expected, got: Outcome): string[] {
  const wanted = expected.error ? null : expected.culprit;
  const culprit = got.error ? null : got.culprit;
  if (wanted === culprit) return [];
  const among = !expected.error && expected.candidates_derived_with_git?.includes(culprit ?? -1);
  return among ? [] : [`culprit: ${culprit ?? "none"}, not ${wanted ?? "any"}`];
}
