import type { Script, ScriptedRun } from "../../src/simulate/scripted-lab.ts";
import { bug, coin } from "./kernels.ts";
import { hasChange, type Line, makeHistory, type SmallHistory } from "./small-history.ts";

/** Main releases, and main line commits from one to the next. */
const releases = 14;
const between = 6;

/**
 * Fourteen releases, `v1.0` to `v14.0`, the commits `r1` to `r14`. After each come five commits, `r1.1` to `r1.5`,
 * and after the last one too. A topic branch `t4.1` to `t4.3` leaves at `r4.2` and comes back in `r12.3`, and one
 * that leaves at `r2.1`, `o2.1` and `o2.2`, in `r13.2`: older than most of what is around them.
 */
const lines: readonly Line[] = linesOf();
const parentsOf = new Map(lines.map(({ name, parents = [] }) => [name, parents]));

export const releasedHistory: SmallHistory = makeHistory(lines);

/** The same commits without any tag. */
export const untaggedHistory: SmallHistory = makeHistory(lines.map(({ tags: _, ...line }) => line));

function linesOf(): Line[] {
  const made: Line[] = [];
  let last: string | null = null;
  const merges: Readonly<Record<string, string>> = { "r12.3": "t4.3", "r13.2": "o2.2" };
  for (let n = 1; n <= releases; n++) {
    for (let k = 0; k < between; k++) {
      const name = k === 0 ? `r${n}` : `r${n}.${k}`;
      const merged = merges[name];
      const parents = [...(last === null ? [] : [last]), ...(merged === undefined ? [] : [merged])];
      made.push({ name, parents, ...(k === 0 && { tags: [`v${n}.0`] }) });
      last = name;
      if (name === "r4.2") made.push(...branch(name, "t4.1", "t4.2", "t4.3"));
      if (name === "r2.1") made.push(...branch(name, "o2.1", "o2.2"));
    }
  }
  return made;
}

function branch(from: string, ...names: string[]): Line[] {
  return names.map((name, n) => ({ name, parents: [names[n - 1] ?? from] }));
}

function ancestorsOf(name: string): Set<string> {
  const found = new Set([name]);
  for (const one of found) for (const parent of parentsOf.get(one) ?? []) found.add(parent);
  return found;
}

const ancestors = new Map(lines.map(({ name }) => [name, ancestorsOf(name)]));

/** Whether the commit called `name` has the one called `other` in its history. */
export function contains(name: string, other: string): boolean {
  return ancestors.get(name)?.has(other) ?? false;
}

/** Kernels in which `culprit` brought the bug. Those that `builds` denies do not build. */
export function releasedKernels(
  culprit: string,
  { builds = () => true, rate = 1, nameOf = releasedHistory.name }: Partial<Trouble> = {},
): Script {
  return {
    build: (commit) => (builds(nameOf(commit)) ? "built" : "failed"),
    run(commit, n, { patches = [] } = {}): ScriptedRun {
      const isBad = hasChange(contains(nameOf(commit), culprit), culprit, patches);
      return isBad && coin(commit, n) < rate ? { crash: bug } : "clean";
    },
    slots: { builds: 1, runs: 2 },
  };
}

interface Trouble {
  readonly builds: (name: string) => boolean;
  readonly rate: number;
  readonly nameOf: (hash: string) => string;
}
