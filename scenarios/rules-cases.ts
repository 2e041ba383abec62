import { representativeOf } from "../src/crash/representative.ts";
import { pickReleases } from "../src/history/release.ts";
import { says2026 } from "../src/search/syzbot/says-2026.ts";
import type { ScenarioFile } from "./scenario-file.ts";

/** A case, what was expected of it, and what came. */
export interface Checked {
  readonly name: string;
  readonly expected: unknown;
  readonly got: unknown;
  readonly pass: boolean;
  /** What is otherwise than expected. */
  readonly differences: readonly string[];
}

/** The cases of the rules: verdicts, the crash that stands for a test, the releases that are picked. */
export function checkRules(file: ScenarioFile): readonly Checked[] {
  return [
    ...file.verdict_cases.map(checkVerdict),
    ...file.representative_report_cases.map(checkRepresentative),
    ...file.pick_release_tags_cases.map(({ name, tags, expect }) => {
      const got = pickReleases(tags.map((tag) => ({ tag }))).map(({ tag }) => tag);
      return checked(`tags: ${name}`, expect, got);
    }),
  ];
}

/** What counted runs say, in that program's words. */
const saysInWords = {
  clean: "good",
  crashes: "bad",
  unclear: "skip",
  aborted: "ABORT(infrastructure error)",
} as const;

function checkVerdict(one: ScenarioFile["verdict_cases"][number]): Checked {
  const { good, bad, infra, skip } = one;
  const counts = { crashed: bad, clean: good, foreign: 0, missing: skip, infrastructure: infra };
  return checked(`verdict: ${one.name}`, one.expect, saysInWords[says2026(counts, one.flaky)]);
}

function checkRepresentative({
  name,
  reports,
  expect,
}: ScenarioFile["representative_report_cases"][number]): Checked {
  // A crash without a title is none.
  const crashes = reports
    .filter(([title]) => title !== "")
    .map(([title, type]) => ({ title, type, frame: null, stack: [] }));
  const standing = representativeOf(crashes);
  const types = [...(standing?.types ?? [])].toSorted();
  const seen = new Set(crashes.map(({ type }) => type));
  const got = {
    representative: standing === null ? null : (crashes[standing.index]?.title ?? null),
    types,
    others_present: seen.size > types.length,
  };
  return checked(`report: ${name}`, { ...expect, types: expect.types.toSorted() }, got);
}

function checked(name: string, expected: unknown, got: unknown): Checked {
  const pass = JSON.stringify(expected) === JSON.stringify(got);
  const differences = pass ? [] : [`${JSON.stringify(got)}, not ${JSON.stringify(expected)}`];
  return { name, expected, got, pass, differences };
}
