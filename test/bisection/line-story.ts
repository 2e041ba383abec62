import type { Script } from "../../src/simulate/scripted-lab.ts";
import type { Story } from "./drive-story.ts";
import { bug } from "./kernels.ts";
import { hasChange, type Line, makeHistory } from "./small-history.ts";

/** A line `n0` to `n30`, of which these commits are other than they would be. */
export function lineWith(others: readonly Line[]): readonly Line[] {
  return Array.from({ length: 31 }, (_, n): Line => {
    const own = others.find(({ name }) => name === `n${n}`);
    return own ?? { name: `n${n}` };
  });
}

/** Whether the commit called `name` comes after the one called `other`, or is it. */
export const isIn = (name: string, other: string) =>
  Number(name.slice(1)) >= Number(other.slice(1));

/** A story in which `crashes` says of the names of commits that a kernel has whether it crashes. */
export function story(
  lines: readonly Line[],
  crashes: (has: (name: string) => boolean, name: string) => boolean,
  rest: Omit<Partial<Story>, "script"> & { readonly script?: Partial<Script> } = {},
): Story {
  const history = makeHistory(lines);
  const { script, ...others } = rest;
  return {
    history,
    crashes: "n30",
    clean: "n0",
    policy: "adaptive",
    script: {
      run: (commit, _, { patches = [] } = {}) => {
        const name = history.name(commit);
        return crashes((other) => hasChange(isIn(name, other), other, patches), name)
          ? { crash: bug }
          : "clean";
      },
      ...script,
    },
    ...others,
  };
}
