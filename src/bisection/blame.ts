import { builtAt } from "../crash/built-at.ts";
import { guiltyFileOf, relevantFrames } from "../crash/guilty-file.ts";
import { sourcePlaces } from "../crash/program/source-places.ts";
import { pathIndexOf, type TouchedPaths } from "../history/graph-paths.ts";
import type { ReportFiles } from "../search/prior/file-parts.ts";

/** A crash as it was printed, of a kernel or of a user program. */
export interface ReportedCrash {
  readonly of: "kernel" | "program";
  readonly title: string;
  readonly report: string;
}

/** Whom a crash puts the blame on. */
export interface Blame {
  /** Files by their paths in the tree. */
  readonly report: ReportFiles;
  /** The functions of the guilty file that are on the stack. */
  readonly names: readonly string[];
}

/** No crash, or one that names no place in the source. */
export const nothingBlamed: Blame = { report: { guilty: null, stack: [] }, names: [] };

/** The files and functions that `crash` points at, in a tree of which commits touch `touched`. */
export function blamedBy(crash: ReportedCrash, touched: TouchedPaths): Blame {
  return crash.of === "kernel" ? blamedByKernel(crash) : blamedByProgram(crash.report, touched);
}

function blamedByKernel({ title, report }: ReportedCrash): Blame {
  const frames = relevantFrames(report);
  const guilty = guiltyFileOf(title, report);
  const own = frames.filter(({ generic }) => !generic);
  return {
    report: { guilty, stack: [...new Set(own.map(({ file }) => file))] },
    names: namesOf(frames.filter(({ file }) => file === guilty)),
  };
}

/** The innermost place of the program's own is to blame: runtimes and libraries have been left out. */
function blamedByProgram(report: string, touched: TouchedPaths): Blame {
  const places = sourcePlaces(report).flatMap((place) => {
    const file = fileAt(place.path, touched);
    return file === null ? [] : [{ function: place.function, file }];
  });
  const [first] = places;
  if (first === undefined) return nothingBlamed;
  const named = places.filter(({ file }) => file === first.file);
  return {
    report: { guilty: first.file, stack: [...new Set(places.map(({ file }) => file))] },
    names: namesOf(named),
  };
}

/** What a compiler made of a function has its name: `unix_gc.part.0`. */
function namesOf(frames: readonly { readonly function: string | null }[]): string[] {
  const names = frames.flatMap((frame) => frame.function?.split(".")[0] ?? []);
  return [...new Set(names)];
}

/**
 * The path in the tree of what a program calls `printed`: exact where it was built in a sandbox. Elsewhere
 * nobody knows which folder it was compiled in, and the longest end of the path that any commit touches is
 * taken; null where none does: then the place says nothing about these commits.
 */
function fileAt(printed: string, touched: TouchedPaths): string | null {
  const parts: string[] = [];
  const isExact = printed.startsWith(builtAt);
  for (const part of (isExact ? printed.slice(builtAt.length) : printed).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  if (isExact) return parts.join("/");
  for (let from = 0; from < parts.length; from++) {
    const end = parts.slice(from).join("/");
    if (pathIndexOf(touched, end) >= 0) return end;
  }
  return null;
}
