import { createHash } from "node:crypto";
import type { Script, ScriptedRun } from "../../src/simulate/scripted-lab.ts";
import { hasChange, type Line, makeHistory, type SmallHistory } from "./small-history.ts";

export const bug = "KASAN: use-after-free Read in eat_me";
const otherBug = "WARNING in someone_else";

/**
 * Three releases and the commits after them, with a topic branch that began before the second release
 * and a fork that nobody merged:
 *
 *     a0 v6.0 ── a1 ── a2 v6.1 ── a3 ── a4 ── m5 v6.2 ── a6 ── a7 ── m8 ── a9
 *                  ├── t1 ── t2 ── t3 ──────┘                         │
 *                  │                  a4 ── u1 ── u2 ── u3 ───────────┘
 *                  └── f1 ── f2
 */
export const history: SmallHistory = makeHistory([
  { name: "a0", tags: ["v6.0"] },
  { name: "a1" },
  { name: "a2", tags: ["v6.1"] },
  { name: "t1", parents: ["a1"] },
  { name: "t2" },
  { name: "t3" },
  { name: "f1", parents: ["a1"] },
  { name: "f2" },
  { name: "a3", parents: ["a2"] },
  { name: "a4" },
  { name: "u1" },
  { name: "u2" },
  { name: "u3" },
  { name: "m5", parents: ["a4", "t3"], tags: ["v6.2"] },
  { name: "a6" },
  { name: "a7" },
  { name: "m8", parents: ["a7", "u3"] },
  { name: "a9" },
] satisfies Line[]);

const parents: Readonly<Record<string, readonly string[]>> = {
  a1: ["a0"],
  a2: ["a1"],
  t1: ["a1"],
  t2: ["t1"],
  t3: ["t2"],
  f1: ["a1"],
  f2: ["f1"],
  a3: ["a2"],
  a4: ["a3"],
  u1: ["a4"],
  u2: ["u1"],
  u3: ["u2"],
  m5: ["a4", "t3"],
  a6: ["m5"],
  a7: ["a6"],
  m8: ["a7", "u3"],
  a9: ["m8"],
};

/** Whether the commit called `name` has the one called `culprit` in its history. */
export function contains(name: string, culprit: string): boolean {
  return name === culprit || (parents[name] ?? []).some((parent) => contains(parent, culprit));
}

/** Kernels in which `culprit` brought the bug; `rest` says what else is the matter with them. */
export function kernelsWith(culprit: string | null, rest: Partial<KernelTrouble> = {}): Script {
  const nameOf = history.name;
  return {
    build: (commit) =>
      rest.infrastructure?.includes(nameOf(commit))
        ? "infrastructure"
        : rest.broken?.includes(nameOf(commit))
          ? "failed"
          : "built",
    ...(rest.sameKernel && {
      signature: (commit) => {
        const same = rest.sameKernel?.includes(nameOf(commit)) ? "f" : commit;
        return same.padEnd(64, "0");
      },
    }),
    ...(rest.sameTokens && {
      tokens: (commit) => (rest.sameTokens?.includes(nameOf(commit)) ? "same" : commit),
    }),
    run(commit, n, { patches = [] } = {}): ScriptedRun {
      const name = nameOf(commit);
      if (rest.hangsAtBoot?.includes(name)) return "boot-failed";
      if (rest.foreign?.includes(name)) return { crash: otherBug };
      const crashes = culprit !== null && hasChange(contains(name, culprit), culprit, patches);
      return crashes && coin(commit, n) < (rest.rate ?? 1) ? { crash: bug } : "clean";
    },
    slots: { builds: 1, runs: 2 },
  };
}

interface KernelTrouble {
  readonly broken: readonly string[];
  readonly infrastructure: readonly string[];
  readonly hangsAtBoot: readonly string[];
  readonly foreign: readonly string[];
  readonly sameKernel: readonly string[];
  /** Commits whose kernels differ from each other in line numbers alone. */
  readonly sameTokens: readonly string[];
  /** Share of runs that crash where the bug is. */
  readonly rate: number;
}

/** The same coin for the same run, whatever is asked before. */
export function coin(commit: string, n: number): number {
  return createHash("sha256").update(`${commit} ${n}`).digest().readUInt32BE() / 2 ** 32;
}
