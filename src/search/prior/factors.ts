import { isBuildInput } from "../../history/graph-compiled.ts";
import { filesOf, type TouchedHistory } from "./history.ts";
import type { Factor } from "./part.ts";

/** Files that become part of what runs. */
const codePath = /\.(?:c|h|S|s|rs|cc|cpp|cxx|hpp|hh|go|py|l|y|ts|js|java|pl|rb|zig)$/;

/** Whether a file is source code. */
export function isCode(path: string): boolean {
  return codePath.test(path);
}

/**
 * Of 245 u-boot fixes that change a C file, the culprit changes one too, or a header, in 98 %; 38 % of
 * all commits change neither.
 */
const withoutCode = 0.1;

/** Commits that change files, and none of them source code, are believed less. Merges say nothing. */
export function codeFactor(history: TouchedHistory): Factor {
  const { paths, start, files } = history.touched;
  const ofCode = Uint8Array.from(paths, (path) => (isCode(path) ? 1 : 0));
  const factors = new Float64Array(history.graph.count).fill(1);
  for (let i = 0; i < factors.length; i++) {
    if (history.isMerge[i] === 1 || filesOf(history, i) === 0) continue;
    const mine = files.subarray(start[i], start[i + 1]);
    if (!mine.some((file) => ofCode[file] === 1)) factors[i] = withoutCode;
  }
  return { why: "commits that change no source code are believed less", factors };
}

/** Low enough to skip them, and not so low that a wrong list could not be outvoted. */
const notCompiled = 1e-3;

/**
 * Files that may decide what is built, whatever the build read, beside those of `isBuildInput`: also those
 * that compilers read, such as linker scripts, and all programs of the tree's own.
 */
const steersBuild =
  /(?:^|\/)(?:Kconfig[^/]*|Makefile[^/]*|Kbuild[^/]*|[^/]*\.lds(?:\.[sSh])?)$|^(?:scripts|tools|usr)\//;

/** Whether a change of `path` may matter to a build that read `compiled`. */
function mattersTo(compiled: ReadonlySet<string>, path: string): boolean {
  return compiled.has(path) || isBuildInput(path) || steersBuild.test(path);
}

/**
 * Commits none of whose files the first build read are believed a thousand times less. `compiled` are
 * its dependencies, as paths in the repository. Merges and commits without files are left as they are:
 * their paths are not known.
 */
export function compiledFactor(history: TouchedHistory, compiled: ReadonlySet<string>): Factor {
  const { paths, start, files } = history.touched;
  const matters = Uint8Array.from(paths, (path) => (mattersTo(compiled, path) ? 1 : 0));
  const factors = new Float64Array(history.graph.count).fill(1);
  let count = 0;
  for (let i = 0; i < factors.length; i++) {
    if (history.isMerge[i] === 1 || filesOf(history, i) === 0) continue;
    if (files.subarray(start[i], start[i + 1]).some((file) => matters[file] === 1)) continue;
    factors[i] = notCompiled;
    count += 1;
  }
  return { why: `${count} commits change nothing that this configuration compiles`, factors };
}

/**
 * Where the culprits of 207 real bugs lay between the clean release and the crash, by share of the
 * commits in between: 31 % in the older half, 24 % in the newest hundredth. Fuzzers find new bugs.
 */
const ages: readonly (readonly [from: number, share: number])[] = [
  [0, 0.31],
  [0.5, 0.19],
  [0.75, 0.14],
  [0.9, 0.12],
  [0.99, 0.24],
];
/** Only bugs that were bisected rightly are known, and those are the newer ones: half of it is believed. */
const ageTrust = 0.5;

/** Newer commits are believed more. The age of a commit is its place in the graph. */
export function recencyFactor({ graph }: TouchedHistory): Factor {
  const factors = Float64Array.from({ length: graph.count }, (_, i) => {
    const place = (i + 0.5) / graph.count;
    const at = ages.findLastIndex(([from]) => place >= from);
    const [from, share] = ages[at] as readonly [number, number];
    const to = ages[at + 1]?.[0] ?? 1;
    return 1 - ageTrust + (ageTrust * share) / (to - from);
  });
  return { why: "newer commits are believed more", factors };
}
