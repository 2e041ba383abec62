import type { Script, ScriptedRun } from "../../src/simulate/scripted-lab.ts";
import { bug, coin } from "./kernels.ts";
import { hasChange, type Line, makeHistory, type SmallHistory } from "./small-history.ts";

/** Main line commits and those of each topic branch; a branch begins at every tenth. */
const mainLine = 120;
const topic = 4;

const lines: readonly Line[] = linesOf();
const parentsOf = new Map(lines.map(({ name, parents = [] }) => [name, parents]));

/**
 * Some 180 commits: a main line `n0` to `n119`, and topic branches of four commits, `t10.0` to `t10.3`, that
 * leave it at every tenth and come back seven later in the merges `n17`, `n27`, and so on. `n0` is `v1.0`.
 */
export const longHistory: SmallHistory = makeHistory(lines);

/** The same commits, of which merges have the files of both sides: what they bring can be taken out again. */
export const mergedHistory: SmallHistory = makeHistory(lines, { merges: "files" });

function linesOf(): Line[] {
  const made: Line[] = [{ name: "n0", parents: [], tags: ["v1.0"] }];
  for (let n = 1; n < mainLine; n++) {
    const left = n - 7;
    const isMerge = left > 0 && left % 10 === 0;
    made.push({
      name: `n${n}`,
      parents: [`n${n - 1}`, ...(isMerge ? [`t${left}.${topic - 1}`] : [])],
    });
    if (n % 10 !== 0) continue;
    for (let k = 0; k < topic; k++) {
      made.push({ name: `t${n}.${k}`, parents: [k === 0 ? `n${n}` : `t${n}.${k - 1}`] });
    }
  }
  return made;
}

function ancestorsOf(name: string): Set<string> {
  const found = new Set([name]);
  for (const one of found) for (const parent of parentsOf.get(one) ?? []) found.add(parent);
  return found;
}

const ancestors = new Map(lines.map(({ name }) => [name, ancestorsOf(name)]));

/** Whether the commit with this hash has the one called `culprit` in its history. */
export function longContains(commit: string, culprit: string): boolean {
  return ancestors.get(longHistory.name(commit))?.has(culprit) ?? false;
}

/** Kernels of {@link mergedHistory} that crash where they have all of `needed`. */
export function kernelsNeeding(...needed: readonly string[]): Script {
  return {
    run(commit, _, { patches = [] } = {}): ScriptedRun {
      const own = ancestorsOf(mergedHistory.name(commit));
      const crashes = needed.every((name) => hasChange(own.has(name), name, patches));
      return crashes ? { crash: bug } : "clean";
    },
    slots: { builds: 1, runs: 2 },
  };
}

/** Kernels of {@link longHistory} in which `culprit` brought a bug that so many runs show. */
export function longKernels(
  culprit: string,
  trouble: {
    readonly rate?: number;
    /** Share of all runs that crash with something else. */
    readonly unrelated?: number;
    readonly broken?: readonly string[];
    /** Absent: {@link longHistory}. */
    readonly history?: SmallHistory;
  } = {},
): Script {
  const { history = longHistory, rate = 1, unrelated = 0, broken = [] } = trouble;
  return {
    build: (commit) => (broken.includes(history.name(commit)) ? "failed" : "built"),
    run(commit, n, { patches = [] } = {}): ScriptedRun {
      if (coin(`${commit} other`, n) < unrelated) return { crash: "WARNING in someone_else" };
      const contains = ancestors.get(history.name(commit))?.has(culprit) ?? false;
      const isBad = hasChange(contains, culprit, patches);
      return isBad && coin(commit, n) < rate ? { crash: bug } : "clean";
    },
    slots: { builds: 1, runs: 2 },
  };
}
