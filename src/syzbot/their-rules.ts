import { isIgnored, syzkallerReport } from "../crash/syzkaller-report.ts";
import { verdictWords } from "./grammar.ts";
import { plainLine } from "./plain-line.ts";
import type { FinishedRun, Summary } from "./summary.ts";
import { verdictText } from "./test-block.ts";

/** Whether a bisection went by syzbot's rules: then its log says everything in syzbot's sense. */
export function isByTheirRules(summary: Summary): boolean {
  return policyOf(summary).startsWith("syzbot-");
}

/**
 * How a run ended, where a policy of syzbot's bisected: a lost connection or a silent machine is a crash,
 * and what the policy of 2026 left out of account is `ignore:`.
 */
export function theirVerdict(summary: Summary, run: FinishedRun): string {
  const report = syzkallerReport(run);
  if (report === null) return verdictText(run);
  const types = summary.bug?.kinds.map(({ type }) => type) ?? null;
  const ignored = policyOf(summary) === "syzbot-2026" && isIgnored(report, types);
  return `${ignored ? verdictWords.ignored : verdictWords.crashed}${plainLine(report.title)}`;
}

function policyOf({ started }: Summary): string {
  return started?.kind === "started" ? started.policy : "";
}
