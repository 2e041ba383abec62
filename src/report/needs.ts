import { shortHash } from "../event/short-hash.ts";
import type { Summary } from "../syzbot/index.ts";
import { largerBound, resumeLine } from "./conclusion.ts";
import { etaOf, etaText } from "./eta.ts";
import { whyUntestable } from "./suspect-lines.ts";
import type { ToldSuspicion } from "./suspicion.ts";
import { builtNoun, checkText, idOf, plural } from "./words.ts";

/**
 * What would bring a bisection further, or make its result surer, a sentence each; `running` says whether
 * a process is at work on it.
 */
export function needsOf(
  summary: Summary,
  running: boolean,
  suspicion: ToldSuspicion | null,
): readonly string[] {
  const { concluded } = summary;
  if (concluded === null) return openNeeds(summary, running);
  const say = `say what you know otherwise (\`firstbad good|bad|skip ${idOf(summary)} COMMIT\`), then ${resumeLine(summary)}`;
  switch (concluded.end) {
    case "found":
      return [];
    case "unconfirmed":
      return [
        ...summary.checks
          .filter(({ result }) => result === "failed")
          .map(
            (check) => `the check that ${checkText(check, summary)}: ${check.result}, ${check.why}`,
          ),
        say,
      ];
    case "ties":
      return [...testsWanted(summary, concluded.candidates.length, suspicion), say];
    case "since-oldest":
      return ["an older commit that does not crash: begin again with `--clean COMMIT`"];
    case "not-fixed-yet":
      return [`a fix: ask again when there may be one, with \`firstbad resume ${idOf(summary)}\``];
    case "not-reproduced":
      return ["a reproducer that crashes more often, or longer runs"];
    case "clean-end-crashes":
      return [
        "a clean end that is one: begin again with another `--clean COMMIT`",
        `where that one is clean in truth: ${say}`,
      ];
    case "merge-base-clean":
      return ["a head that contains the crashing commit: begin again with another `--head COMMIT`"];
    case "untestable":
      return ["a configuration or a range of which the ends can be tested", say];
    case "minimised":
    case "surveyed":
      return [];
    case "budget":
      return [
        `more of what it may take: firstbad resume ${idOf(summary)} ${largerBound(summary)}`,
        say,
      ];
    default:
      return concluded.end satisfies never;
  }
}

/** What would tell the candidates of an open end apart. */
function testsWanted(
  summary: Summary,
  candidates: number,
  suspicion: ToldSuspicion | null,
): readonly string[] {
  const likeliest = suspicion?.suspects.slice(0, 3) ?? [];
  const wanted = new Set(likeliest.flatMap(({ untestable }) => untestable));
  return wanted.size === 0
    ? [`a test of ${plural(candidates, "commit")}, which nothing here can test`]
    : [...wanted].map(
        (commit) =>
          `a test of ${shortHash(commit)}, which cannot be tested here: ${whyUntestable(summary, commit)}`,
      );
}

/** What the probe under way still lacks, and what comes after it. */
function openNeeds(summary: Summary, running: boolean): readonly string[] {
  const eta = etaOf(summary);
  const probes = summary.probe?.probes ?? [];
  return [
    ...probes.map(({ kernel, commit, runs }) => {
      const known = summary.kernels.get(kernel);
      const finished = known?.runs.length ?? 0;
      const what = known?.build ? "" : `a ${builtNoun(summary)} and `;
      return `${what}${plural(Math.max(0, runs - finished), "run")} of ${shortHash(commit)}`;
    }),
    ...(eta === null ? [] : [etaText(eta)]),
    ...(running ? [] : [resumeLine(summary)]),
  ];
}
