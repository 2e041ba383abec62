import type { Script } from "../../src/simulate/scripted-lab.ts";
import { bug, coin } from "./kernels.ts";
import { appliedIn, hasChange, type Line, makeHistory } from "./small-history.ts";

/**
 * The main line `m0` to `m19`, with tags `v1.0` at `m0` and `v2.0` at `m10`. The topic branches `s1` to `s4` and `t1`
 * to `t3` leave it at `m1` and `m4` and come back in `m9` and `m12`; `k1` to `k3`, a stable tree, leaves at `m5` and
 * `d1` to `d3`, another one, at `m2`, and neither comes back.
 */
const lines: readonly Line[] = [
  ...along("m", 0, 1),
  ...branch("m1", "s", 4),
  ...along("m", 2, 2),
  ...branch("m2", "d", 3),
  ...along("m", 3, 4),
  ...branch("m4", "t", 3),
  ...along("m", 5, 5),
  ...branch("m5", "k", 3),
  ...along("m", 6, 19),
];

function along(name: string, first: number, last: number): Line[] {
  const merged: Readonly<Record<string, string>> = { m9: "s4", m12: "t3" };
  const tags: Readonly<Record<string, string>> = { m0: "v1.0", m10: "v2.0" };
  return Array.from({ length: last - first + 1 }, (_, k) => {
    const at = `${name}${first + k}`;
    const [other, tag] = [merged[at], tags[at]];
    const before = first + k === 0 ? [] : [`${name}${first + k - 1}`];
    return {
      name: at,
      parents: [...before, ...(other === undefined ? [] : [other])],
      ...(tag !== undefined && { tags: [tag] }),
    };
  });
}

function branch(from: string, name: string, length: number): Line[] {
  return Array.from({ length }, (_, k) => ({
    name: `${name}${k + 1}`,
    parents: [k === 0 ? from : `${name}${k}`],
  }));
}

export const fixedHistory = makeHistory(lines);

const parentsOf = new Map(lines.map(({ name, parents = [] }) => [name, parents]));
const ancestors = new Map(
  lines.map(({ name }) => {
    const found = new Set([name]);
    for (const one of found) for (const parent of parentsOf.get(one) ?? []) found.add(parent);
    return [name, found];
  }),
);

/** Whether the commit called `name` is, or contains, `other`. */
function contains(name: string, other: string): boolean {
  return ancestors.get(name)?.has(other) ?? false;
}

/** Kernels that crash if they contain `cause` and none of `fixes`; those of `broken` do not build. */
export function fixedKernels(
  cause: string,
  fixes: readonly string[],
  { broken = [], rate = 1 }: { readonly broken?: readonly string[]; readonly rate?: number } = {},
): Script {
  const { name } = fixedHistory;
  return {
    build: (commit) => (broken.includes(name(commit)) ? "failed" : "built"),
    run(commit, n, { patches = [] } = {}) {
      // A merge that is brought there brings what it merged.
      const has = (other: string) =>
        hasChange(contains(name(commit), other), other, patches) ||
        appliedIn(patches).some((applied) => contains(applied, other));
      const isBad = has(cause) && !fixes.some(has);
      return isBad && coin(commit, n) < rate ? { crash: bug } : "clean";
    },
  };
}
