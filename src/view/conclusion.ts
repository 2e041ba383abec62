import { concludedLines } from "../report/conclusion.ts";
import { confidenceText } from "../report/confidence.ts";
import { whyNotToTell } from "../report/mail/may-tell.ts";
import { needsOf } from "../report/needs.ts";
import { deeperText } from "../report/proof.ts";
import { toTellOf } from "../report/to-tell.ts";
import { checkCounts, checkText } from "../report/words.ts";
import { plainLine, plainLines } from "../syzbot/index.ts";
import { named, namedOrNull, type Scene } from "./scene.ts";
import type { BisectionView } from "./schema.ts";

/** What it came to; null while it is not concluded. */
export function conclusionOf(scene: Scene): BisectionView["conclusion"] {
  const { summary, events, around } = scene;
  const { concluded } = summary;
  if (concluded === null) return null;
  const { end, culprit, confidence, candidates, odds, deeper } = concluded;
  const lines = concludedLines(summary, concluded);
  const open = whyNotToTell(events, summary);
  return {
    end,
    text: (lines[0] ?? "").trim(),
    lines,
    why: plainLine(concluded.why),
    culprit: namedOrNull(scene, culprit),
    confidence,
    confidenceText: confidence === null ? "" : confidenceText(confidence),
    evidenceText: evidenceText(scene),
    candidates: candidates.map((commit, n) => ({
      commit: named(scene, commit),
      probability: odds?.[n] ?? null,
    })),
    deeper: deeper === undefined ? null : plainLine(deeperText(summary, deeper)),
    mayMail: open === null,
    mayNotMail: open === null ? "" : plainLine(open.why),
    needs: needsOf(summary, around.running, around.suspicion ?? null).map(plainLine),
    at: events.findLast(({ kind }) => kind === "concluded")?.at ?? "",
  };
}

const counted: ReadonlySet<string> = new Set([
  "culprit-crashes",
  "parent-clean",
  "fix-clean",
  "parent-crashes",
]);

/** What stands beside a confidence: the runs of the commit and of its parents. */
function evidenceText({ summary }: Scene): string {
  return summary.checks
    .filter(({ check, of }) => counted.has(check) && of > 0)
    .map((check) => `${checkText(check, summary)} ${checkCounts(check)}`)
    .join(", ");
}

/** The commit that was found, as far as an event describes it. */
export function culpritOf(scene: Scene): BisectionView["culprit"] {
  const { summary } = scene;
  const culprit = summary.concluded?.culprit ?? null;
  const known = culprit === null ? undefined : summary.commits.get(culprit);
  if (culprit === null || known === undefined) return null;
  const { author, authored, message, parents, diffstat, recipients } = known;
  const told = toTellOf(summary);
  return {
    commit: named(scene, culprit),
    author: plainLine(`${author.name} <${author.email}>`),
    authored: plainLine(authored),
    message: plainLines(message).join("\n"),
    parents,
    diffstat: (diffstat ?? []).map(plainLine),
    to: (recipients?.to ?? []).map(plainLine),
    cc: (recipients?.cc ?? []).map(plainLine),
    tags: [told?.fixes, told?.regzbot].filter((tag) => tag != null),
  };
}

/** The newest crash with source lines. */
export function crashOf({ summary: { crash } }: Scene): BisectionView["crash"] {
  if (crash === null) return null;
  const { run, title, report } = crash;
  return { run, title: plainLine(title), report: plainLines(report).join("\n") };
}
