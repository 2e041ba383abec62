import type { EventBody } from "../event/index.ts";
import { shortHash } from "../event/short-hash.ts";

/**
 * What a decision decides, without the words that people read and the last digits of probabilities; null
 * of an event that is none. That a kernel is planned follows from the choice after it.
 */
export function essenceOf(event: EventBody): string | null {
  switch (event.kind) {
    case "probe-chosen": {
      const { kind, stage, probes } = event;
      return JSON.stringify({ kind, stage, probes });
    }
    case "probe-answered": {
      const answers = event.answers.map(({ kernel, verdict, crashed, clean, foreign, missing }) => {
        return { kernel, verdict, crashed, clean, foreign, missing };
      });
      return JSON.stringify({ kind: event.kind, stage: event.stage, answers });
    }
    case "bug-identified":
      return JSON.stringify({ kind: event.kind, titles: event.titles });
    case "kernels-equal":
      // Somebody looked at their sources: a fact, and no decision.
      if (event.how === "tokens") return null;
      return JSON.stringify({ kind: event.kind, kernels: event.kernels });
    case "repair-begun":
      return JSON.stringify({ kind: event.kind, commit: event.commit, how: event.how });
    case "repair-tried":
      return JSON.stringify({ kind: event.kind, tried: event.tried });
    case "repair-found":
    case "fix-doubted":
      return JSON.stringify({ kind: event.kind, fix: event.fix });
    case "repair-ended": {
      const { kind, commit, result } = event;
      return JSON.stringify({ kind, commit, result });
    }
    case "fork-judged": {
      const { kind, commit, verdict } = event;
      return JSON.stringify({ kind, commit, verdict });
    }
    case "checked": {
      const { kind, check, result, parent } = event;
      return JSON.stringify({ kind, check, result, parent });
    }
    case "deeper-begun": {
      const { kind, culprit, search, after, before, onto } = event;
      return JSON.stringify({ kind, culprit, search, after, before, onto });
    }
    case "deeper-answered": {
      const { kind, commit, verdict } = event;
      return JSON.stringify({ kind, commit, verdict });
    }
    case "deeper-ended": {
      const { kind, result, commits } = event;
      return JSON.stringify({ kind, result, commits });
    }
    case "range-entered":
      return JSON.stringify({ kind: event.kind, merge: event.merge });
    case "concluded": {
      const { kind, end, culprit, candidates, confidence } = event;
      const sure = confidence === null ? null : confidence.toFixed(6);
      // Candidates of equal odds may change places.
      return JSON.stringify({ kind, end, culprit, sure, candidates: candidates.toSorted() });
    }
    case "config-chosen":
      return JSON.stringify({ kind: event.kind, kernel: event.kernel, step: event.step });
    case "presence-told": {
      const trees = event.trees.map(({ state, kernel }) => ({ state, kernel }));
      return JSON.stringify({ kind: event.kind, trees });
    }
    case "config-answered":
      return JSON.stringify({ kind: event.kind, kernel: event.kernel, crashes: event.crashes });
    default:
      return null;
  }
}

/** The decision in a few words. */
export function sayDecision(event: EventBody): string {
  switch (event.kind) {
    case "kernel-planned":
      return `tests ${shortHash(event.commit)}`;
    case "probe-chosen": {
      const probes = event.probes.map(({ commit, runs }) => `${shortHash(commit)} (${runs} runs)`);
      return probes.length === 0 ? "tests nothing more" : `tests ${probes.join(", ")}`;
    }
    case "probe-answered":
      return event.answers
        .map(({ commit, verdict }) => `${shortHash(commit)} is ${verdict}`)
        .join(", ");
    case "config-chosen":
      return `tries a configuration without ${event.without.length} options (${event.step})`;
    case "config-answered":
      return event.crashes ? "the configuration crashes" : "the configuration does not crash";
    case "presence-told":
      return `tells of ${event.trees.length} trees`;
    case "bug-identified":
      return `the bug is ${event.titles.join(", ")}`;
    case "kernels-equal":
      return `${event.kernels.join(" and ")} are equal`;
    case "repair-begun":
      return `searches for what repaired ${shortHash(event.commit)}`;
    case "repair-tried":
      return `tries ${shortHash(event.tried)} for a repair`;
    case "repair-found":
      return `${shortHash(event.fix)} repaired ${shortHash(event.commit)}`;
    case "repair-ended":
      return `the repair of ${shortHash(event.commit)} ends as ${event.result}`;
    case "fix-doubted":
      return `does not use ${shortHash(event.fix)}`;
    case "fork-judged":
      return `does not test ${shortHash(event.commit)}, which may never have had the bug`;
    case "checked":
      return `check ${event.check} ${event.result}`;
    case "deeper-begun":
      return `searches ${event.search === "behind" ? "behind" : "inside"} ${shortHash(event.culprit)}`;
    case "deeper-answered":
      return `${shortHash(event.commit)}, changed, is ${event.verdict}`;
    case "deeper-ended":
      return [
        `the search ${event.search} it ends as ${event.result}`,
        ...event.commits.map(shortHash),
      ]
        .slice(0, 4)
        .join(" ");
    case "range-entered":
      return `enters the merge ${shortHash(event.merge)}`;
    case "concluded": {
      const commits = event.culprit === null ? event.candidates : [event.culprit];
      return [`ends as ${event.end}`, ...commits.slice(0, 3).map(shortHash)].join(" ");
    }
    default:
      return event.kind;
  }
}
