import { guiltyFileOf, relevantFrames } from "../crash/guilty-file.ts";
import type { EventOf, KernelId } from "../event/index.ts";
import type { ChangedLine } from "../history/changed-lines.ts";
import { isBuildInput, isForPeople } from "../history/graph-compiled.ts";
import type { Repository } from "../history/repository.ts";
import { whatChanges } from "../history/what-changes.ts";
import type { KernelPlan, Lab } from "../lab/lab.ts";
import { type Blamed, detectorsIn } from "./made-visible.ts";
import { type BisectionState, kernelOf, startOf } from "./state.ts";
import type { Task } from "./step.ts";

type Examined = EventOf<"culprit-examined">;
type Kind = keyof Examined["kinds"];

/** Most paths that are named. */
const mostNamed = 64;

/**
 * What a culprit changes, by git, and what of that its build and its parent's read. Throws `git-failed` or
 * `interrupted`, and what labs throw.
 */
export async function examineCulprit(
  { commit, kernels }: Extract<Task, { task: "examine" }>,
  state: BisectionState,
  given: {
    readonly repository: Repository;
    readonly lab: Lab;
    readonly planOf: (kernel: KernelId) => Promise<KernelPlan>;
  },
  signal: AbortSignal,
): Promise<Examined> {
  const { repository, lab, planOf } = given;
  const { tree, isMerge, files, lines } = await whatChanges(repository, commit, { signal });
  const read = new Set<string>();
  let isBuildKnown = kernels.length > 0;
  for (const kernel of kernels) {
    if (kernelOf(state, kernel).built === null) continue;
    const compiled = await lab.compiledFiles(await planOf(kernel), { signal });
    if (compiled === null) isBuildKnown = false;
    for (const path of compiled ?? []) read.add(path);
  }
  const kinds = { documentation: 0, foreign: 0, compiled: 0, uncompiled: 0, other: 0 };
  for (const path of files) kinds[kindOf(state, path, read, isBuildKnown)] += 1;
  const blamed = blamedBy(state);
  const touched = blamed.files.filter((path) => files.includes(path));
  return {
    kind: "culprit-examined",
    commit,
    tree,
    files: files.slice(0, mostNamed),
    of: files.length,
    kinds,
    isBuildKnown,
    isMerge,
    isRelease: lines !== null && isRelease(files, lines),
    onStack: touched.slice(0, mostNamed),
    guilty: blamed.files[0] ?? null,
    detectors: [...detectorsIn(lines ?? [], blamed)],
  };
}

function kindOf(
  state: BisectionState,
  path: string,
  read: ReadonlySet<string>,
  isBuildKnown: boolean,
): Kind {
  const { target = "kernel", arch } = startOf(state);
  if (read.has(path)) return "compiled";
  // Of any other program nobody knows what its build goes by.
  if (target !== "kernel") return "other";
  if (isForPeople(path)) return "documentation";
  if (isForeign(path, arch)) return "foreign";
  return isBuildKnown && !isBuildInput(path) ? "uncompiled" : "other";
}

/** Folders below `arch/` that kernels are made of, by the architecture of the job. */
const folders: Readonly<Record<string, readonly string[]>> = {
  um: ["um", "x86"],
  x86_64: ["x86"],
  i386: ["x86"],
  arm64: ["arm64", "arm"],
  arm: ["arm"],
  ppc64le: ["powerpc"],
  riscv64: ["riscv"],
  s390x: ["s390"],
};

function isForeign(path: string, arch: string): boolean {
  const folder = /^arch\/([\w-]+)\//.exec(path)?.[1];
  const own = folders[arch];
  return folder !== undefined && own !== undefined && !own.includes(folder);
}

/** The top Makefile alone, and in it nothing but how this release is called. */
function isRelease(files: readonly string[], lines: readonly ChangedLine[]): boolean {
  if (files.length !== 1 || files[0] !== "Makefile" || lines.length === 0) return false;
  return lines.every(({ text }) =>
    /^(?:VERSION|PATCHLEVEL|SUBLEVEL|EXTRAVERSION|NAME)\s*=/.test(text),
  );
}

/** By the report of the culprit's crash, else by what the crashing commit's pointed at. */
function blamedBy(state: BisectionState): Blamed {
  const { find } = startOf(state);
  const { guilty = null, stack = [] } = state.prior ?? {};
  const title = state.symbolized?.title ?? state.bug?.title ?? "";
  const report = state.symbolized?.report ?? "";
  const known = [...(guilty === null ? [] : [guilty]), ...stack];
  if (startOf(state).target === "program") return { find, title, report, files: known };
  const named = guiltyFileOf(title, report);
  const frames = relevantFrames(report).filter(({ generic }) => !generic);
  const files = [...(named === null ? [] : [named]), ...frames.map(({ file }) => file), ...known];
  return { find, title, report, files: [...new Set(files)] };
}
