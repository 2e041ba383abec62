import { filesOf, type TouchedHistory, touchersOfPath } from "./history.ts";
import type { Part } from "./part.ts";

/** The source files that a crash report points at. */
export interface ReportFiles {
  /** The file that is blamed. */
  readonly guilty: string | null;
  /** Files of the stack, innermost first, without those that are on every stack. */
  readonly stack: readonly string[];
}

/** The functions of the guilty file that are on the crash's stack, and who changes them. */
export interface GuiltyFunctions {
  /** Innermost first. */
  readonly names: readonly string[];
  /** For commits that change the file: whether they change one of these functions. Absent: not known. */
  readonly changed: ReadonlyMap<number, boolean>;
}

/**
 * Shares of the culprits of 274 real bugs: 55.5 % change the guilty file, another 27 % one of the eight
 * files on top of the stack, 5.8 % another file of that folder; a little less each, since bugs that were
 * never solved are further from their reports.
 */
const masses = { guilty: 0.5, stack: 0.25, folder: 0.06, area: 0.03, hint: 0.3 } as const;

/** Files of the stack that count; of culprits in a stack file 97 % are in the first eight. */
const stackFiles = 10;

/**
 * Of 384 pairs of a fix and its culprit that share a C file, the culprit changes the function that the
 * fix changes in 94 %, other commits to the file in 33 %.
 */
const functionFactor = { same: 2.8, other: 0.094 } as const;

/** Commits that change the guilty file, and above all the guilty function. */
export function guiltyFilePart(
  history: TouchedHistory,
  file: string,
  functions: GuiltyFunctions | null = null,
): Part {
  const weights = new Map<number, number>();
  for (const commit of touchersOfPath(history, file)) {
    const same = functions?.changed.get(commit);
    const factor = same === undefined ? 1 : same ? functionFactor.same : functionFactor.other;
    weights.set(commit, factor * specific(history, commit));
  }
  const changed = `${file}, which the crash points at`;
  const aboveAll = functions === null ? null : sayFunctions(functions, weights.size);
  return { changed, ...(aboveAll && { aboveAll }), mass: masses.guilty, weights };
}

/** So many functions are named. */
const namedFunctions = 3;

/** Null where nobody changes any of them: then all who change the file are alike. */
function sayFunctions({ names, changed }: GuiltyFunctions, commits: number): string | null {
  const count = [...changed.values()].filter((same) => same).length;
  if (count === 0) return null;
  const more = names.length > namedFunctions ? " or others of its stack" : "";
  const which = count === 1 ? "the one that changes" : `the ${count} that change`;
  const of = changed.size < commits ? `, of ${changed.size} that were looked at` : "";
  return `${which} ${names.slice(0, namedFunctions).join(", ")}${more}${of}`;
}

/**
 * Commits that change files further down the stack. The further down, the less: of culprits that change
 * such a file 45 % change the second, 18 % the third, 13 % the fourth. Each file's share is divided by
 * those who change it, for what is changed often is on many stacks.
 */
export function stackPart(history: TouchedHistory, { guilty, stack }: ReportFiles): Part {
  const weights = new Map<number, number>();
  const below = stack.filter((file) => file !== guilty).slice(0, stackFiles);
  below.forEach((file, rank) => {
    const commits = touchersOfPath(history, file);
    for (const commit of commits) {
      const share = (specific(history, commit) * (1 + rank) ** -1.2) / commits.length;
      weights.set(commit, (weights.get(commit) ?? 0) + share);
    }
  });
  return { changed: "a file on the stack of the crash", mass: masses.stack, weights };
}

/** Commits that change a file of the guilty file's folder. */
export function folderPart(history: TouchedHistory, file: string): Part {
  const folder = file.slice(0, file.lastIndexOf("/") + 1);
  const inFolder = (path: string) =>
    path.startsWith(folder) && path.indexOf("/", folder.length) < 0;
  return {
    changed: `a file in ${folder === "" ? "the top folder" : folder}, where the crash is`,
    mass: masses.folder,
    weights: folder === "" ? new Map() : alike(history, inFolder),
  };
}

/** Commits that change the guilty file's area: its first two folders, `drivers/net/` or `net/ipv4/`. */
export function areaPart(history: TouchedHistory, file: string): Part {
  const second = file.indexOf("/", file.indexOf("/") + 1);
  const area = file.slice(0, (second < 0 ? file.indexOf("/") : second) + 1);
  return {
    changed: `something below ${area}, where the crash is`,
    mass: masses.area,
    weights: area === "" ? new Map() : alike(history, (path) => path.startsWith(area)),
  };
}

/** A file or folder that the user suspects, by all names that the file had. */
export interface Hint {
  /** As the user calls it. */
  readonly path: string;
  readonly names: readonly string[];
}

/** Commits that change what the user suspects: a file, or all below a folder. */
export function hintPart(history: TouchedHistory, { path, names }: Hint): Part {
  const below = path.endsWith("/") ? path : `${path}/`;
  const matches = (file: string) => names.includes(file) || file.startsWith(below);
  return {
    changed: `${path}, which you suspect`,
    mass: masses.hint,
    weights: alike(history, matches),
    byUser: true,
  };
}

function alike(history: TouchedHistory, matches: (path: string) => boolean): Map<number, number> {
  const weights = new Map<number, number>();
  for (const path of history.touched.paths) {
    if (!matches(path)) continue;
    for (const commit of touchersOfPath(history, path)) {
      weights.set(commit, specific(history, commit));
    }
  }
  return weights;
}

/** Files from which on a commit is about no one of them in particular. */
const fewFiles = 4;

/** How much a commit is about any one file that it changes: one that changes many, less. */
function specific(history: TouchedHistory, commit: number): number {
  return Math.sqrt(fewFiles / Math.max(fewFiles, filesOf(history, commit)));
}
