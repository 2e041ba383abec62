import { shortHash } from "../event/short-hash.ts";
import { notedText } from "../report/facts.ts";
import { judgementOf, judgementText } from "../report/judgement.ts";
import { compilerLines, whyNotBuilt } from "../report/kernel-ages.ts";
import { preparedText, resultText, whatTried } from "../report/minimise.ts";
import { saidText } from "../report/overrides.ts";
import { treeStates } from "../report/presence.ts";
import { repairText } from "../report/repairs.ts";
import { conditionRows } from "../report/to-tell.ts";
import { commitText, verdictText } from "../report/words.ts";
import { plainLine } from "../syzbot/index.ts";
import { dotsOf, openDotsOf } from "./dots.ts";
import { named, type Scene } from "./scene.ts";
import type { BisectionView } from "./schema.ts";

/** Options that are named. */
const mostOptions = 100;

/** How the configuration was made smaller. */
export function configOf(scene: Scene): BisectionView["config"] {
  const { minimising } = scene.summary;
  if (minimising === null) return null;
  const { prepared, tried, open, result, undone } = minimising;
  const over = undone ? "; it did not crash again, and the whole one is taken" : "";
  return {
    text: preparedText(prepared),
    tries: [
      ...tried.map((one) => ({
        kernel: one.kernel,
        text: whatTried(one),
        without: one.without.slice(0, mostOptions),
        crashes: one.crashes,
        runs: dotsOf(scene, one.kernel),
      })),
      ...(open === null
        ? []
        : [
            {
              kernel: open.kernel,
              text: whatTried(open),
              without: open.without.slice(0, mostOptions),
              crashes: null,
              runs: openDotsOf(scene, open.kernel),
            },
          ]),
    ],
    result: result === null ? "" : `${resultText(result)}${over}`,
    kept: result === null ? [] : [...result.kept],
  };
}

/** In which trees the bug is. */
export function presenceOf(scene: Scene): BisectionView["presence"] {
  const { asked, traced, told } = scene.summary.presence;
  if (asked === null) return null;
  const one = (commit: { hash: string; name: string } | null) =>
    commit && { ...named(scene, commit.hash), name: plainLine(commit.name) };
  return {
    cause: one(asked.cause),
    fix: one(asked.fix),
    trees: asked.trees.map((tree, place) => {
      const has = traced?.trees[place];
      const follows = told?.trees[place];
      return {
        tree: { ...named(scene, tree.hash), name: plainLine(tree.name) },
        cause: has?.cause ?? null,
        fix: has?.fix ?? null,
        state: follows?.state ?? null,
        stateText: follows === undefined ? "" : treeStates[follows.state],
        kernel: follows?.kernel ?? null,
        crashed: follows?.crashed ?? 0,
        of: follows?.of ?? 0,
        why: plainLine(follows?.why ?? ""),
      };
    }),
  };
}

/** Searches for what mended commits that could not be tested. */
export function repairsOf(scene: Scene): BisectionView["repairs"] {
  return scene.summary.repairs.map((repair) => ({
    commit: named(scene, repair.begun.commit),
    text: repairText(repair),
    ended: repair.ended !== null,
  }));
}

/** What is to be known beside: of commits that the job names, of kernels that are not like the others, of machines. */
export function notesOf({ summary, events }: Scene): string[] {
  const { noted, compilerChanges, kernels } = summary;
  const gone = [...kernels.values()].flatMap(({ commit, build }) =>
    build?.kind === "failed" && build.gone !== undefined
      ? [`${shortHash(commit ?? "")} was not run: ${whyNotBuilt(build)}`]
      : [],
  );
  const said = events.flatMap((event) => {
    if (event.kind === "run-finished")
      return event.note === undefined ? [] : [plainLine(event.note)];
    if (event.kind === "fix-doubted") {
      return [`${commitText(summary, event.fix)} is not used as a fix: ${plainLine(event.why)}`];
    }
    return event.kind === "minimise-given-up"
      ? [`the configuration stays as it is: ${plainLine(event.why)}`]
      : [];
  });
  return [...noted.map(notedText), ...compilerChanges.flatMap(compilerLines), ...gone, ...said];
}

/** A range that is skipped may have thousands. */
const mostCommits = 100;

/** What people said of commits, and did not take back. */
export function overridesView({ summary, events }: Scene): BisectionView["overrides"] {
  return summary.overrides.map((override) => {
    const { seq, commits, verdict, why, source } = override;
    return {
      seq,
      commits: commits.slice(0, mostCommits),
      of: commits.length,
      verdict,
      verdictText: verdictText(summary, verdict),
      text: saidText(summary, override),
      why: why === null ? null : plainLine(why),
      source,
      at: events[seq]?.at ?? "",
    };
  });
}

/** What people found out of the conclusion that stands. */
export function judgementView({ summary, events }: Scene): BisectionView["judgement"] {
  const judgement = judgementOf(events);
  if (judgement === null) return null;
  const { verdict, commit, why } = judgement;
  const text = judgementText(summary, judgement);
  return { verdict, commit, why: why === null ? null : plainLine(why), text };
}

/** Whom it was told. */
export function mailedView({ summary }: Scene): BisectionView["mailed"] {
  return summary.mailed.map(({ at, culprit, messageId, to, cc }) => {
    return { at, culprit, messageId, to: to.map(plainLine), cc: cc.map(plainLine) };
  });
}

/** What kernels were built and run with. */
export function conditionsView({ summary }: Scene): BisectionView["conditions"] {
  return conditionRows(summary).map(([name, value]) => ({ name, value: plainLine(value) }));
}
