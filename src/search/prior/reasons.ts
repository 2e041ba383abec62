import { isCode } from "./factors.ts";
import type { ReportFiles } from "./file-parts.ts";

/** What the prior of a bisection went by. */
export interface PriorGrounds extends ReportFiles {
  /** Paths that the user suspects. */
  readonly hints: readonly string[];
}

/**
 * Why the prior suspects a commit that changes `paths`, for people, the strongest reason first; nothing
 * where it is as suspect as any other. It goes by the names that files have now, so that a commit that
 * changed one under an earlier name has fewer reasons here than it had there.
 */
export function reasonsFor(
  { paths, isMerge }: { readonly paths: readonly string[]; readonly isMerge: boolean },
  { guilty, stack, hints }: PriorGrounds,
): string[] {
  if (isMerge) return ["a merge brings no change of its own"];
  const hinted = hints.filter((hint) => paths.some((path) => isBelow(path, hint)));
  const reported = reportReason(paths, guilty, stack);
  return [
    ...(reported === null ? [] : [reported]),
    ...hinted.slice(0, mostHints).map((hint) => `it changes ${hint}, which you suspect`),
    ...(paths.length > 0 && !paths.some(isCode) ? ["it changes no source code"] : []),
  ];
}

const mostHints = 3;

function reportReason(
  paths: readonly string[],
  guilty: string | null,
  stack: readonly string[],
): string | null {
  if (guilty !== null && paths.includes(guilty)) {
    return `it changes ${guilty}, which the crash points at`;
  }
  const below = stack.find((path) => paths.includes(path));
  if (below !== undefined) return `it changes ${below}, which is on the stack of the crash`;
  const folder = guilty?.slice(0, guilty.lastIndexOf("/") + 1) ?? "";
  if (folder !== "" && paths.some((path) => path.startsWith(folder))) {
    return `it changes ${folder}, where the crash is`;
  }
  return null;
}

function isBelow(path: string, hint: string): boolean {
  return path === hint || path.startsWith(hint.endsWith("/") ? hint : `${hint}/`);
}
