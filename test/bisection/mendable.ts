import type { ScriptedRun } from "../../src/simulate/scripted-lab.ts";
import type { Story } from "./drive-story.ts";
import { bug, coin } from "./kernels.ts";
import { appliedIn, hasChange, type Line, makeHistory } from "./small-history.ts";

/** What breaks builds or boots from one commit on, until another mends it. */
export interface Region {
  readonly from: string;
  readonly to: string;
  readonly how: "build" | "boot";
}

export interface Trouble {
  readonly lines: readonly Line[];
  readonly culprit: string;
  readonly regions: readonly Region[];
  /** Share of runs that crash where the bug is; absent: all. */
  readonly rate?: number;
  /** A fix brings the bug as well, or breaks what it is applied to. */
  readonly bringsBug?: string;
  readonly breaks?: { readonly fix: string; readonly at: string };
}

/** A main line `m0` to `m(count-1)`, with more lines put in behind the ones that they name as their parents. */
export function mainLine(count: number, others: readonly Line[] = []): readonly Line[] {
  const main = Array.from({ length: count }, (_, n): Line => {
    const merged = others.filter(({ name }) => name === `m${n}`)[0];
    return merged ?? { name: `m${n}`, parents: n === 0 ? [] : [`m${n - 1}`] };
  });
  const topics = others.filter(({ name }) => !name.startsWith("m"));
  // Parents come before children: a topic's commit stands behind the last of its parents.
  const made: Line[] = [];
  const place = (line: Line) => {
    made.push(line);
    for (const topic of topics) if (topic.parents?.[0] === line.name) place(topic);
  };
  for (const line of main) place(line);
  return made;
}

/** A story of the adaptive policy in which patches do what the commits do that they come from. */
export function mendable(trouble: Trouble, rest: Partial<Story> = {}): Story {
  const history = makeHistory(trouble.lines);
  const parents = new Map(trouble.lines.map(({ name, parents = [] }) => [name, parents]));
  const ancestors = new Map<string, Set<string>>();
  for (const { name } of trouble.lines) {
    const found = new Set([name]);
    for (const one of found) for (const parent of parents.get(one) ?? []) found.add(parent);
    ancestors.set(name, found);
  }
  const has = (commit: string, patches: readonly string[], other: string) =>
    hasChange(ancestors.get(history.name(commit))?.has(other) ?? false, other, patches);
  const isBroken = (commit: string, patches: readonly string[], how: Region["how"]) => {
    const { breaks } = trouble;
    if (breaks && how === "build" && history.name(commit) === breaks.at) {
      if (appliedIn(patches).includes(breaks.fix)) return true;
    }
    return trouble.regions.some(
      (region) =>
        region.how === how && has(commit, patches, region.from) && !has(commit, patches, region.to),
    );
  };
  const last = trouble.lines.at(-1)?.name ?? "";
  return {
    history,
    crashes: last,
    clean: "m0",
    policy: "adaptive",
    script: {
      build: (commit, patches = []) => (isBroken(commit, patches, "build") ? "failed" : "built"),
      run(commit, n, { patches = [] } = {}): ScriptedRun {
        if (isBroken(commit, patches, "boot")) return "boot-failed";
        const isBad =
          has(commit, patches, trouble.culprit) ||
          (trouble.bringsBug !== undefined && has(commit, patches, trouble.bringsBug));
        return isBad && coin(commit, n) < (trouble.rate ?? 1) ? { crash: bug } : "clean";
      },
      slots: { builds: 1, runs: 2 },
    },
    fixes: { repair: true },
    ...rest,
  };
}
