import { existsSync, readdirSync, realpathSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { findTool } from "../process/find-tool.ts";
import type { CompilerFamily } from "./compiler.ts";

/** A program that is called like a compiler; what it is, only itself can say. */
export interface CompilerPlace {
  readonly family: CompilerFamily;
  /** What people may call it, the shortest first: `gcc`, `gcc-12`; below a folder its path. */
  readonly names: readonly string[];
  /** Absolute path of the program that each name stands for. */
  readonly path: string;
  /** Folder outside of the system's that the program and its parts are in, or null. */
  readonly folder: string | null;
}

/** Where distributions and people put compilers beside the system's, one a folder. */
export const usualFolders: readonly string[] = ["/opt"];

/** Folders that every sandbox shows. */
const systemFolders = ["/usr/", "/bin/", "/sbin/", "/lib/", "/lib64/"];

/** Names of compilers in one folder that are looked at: a folder may have thousands of programs. */
const mostPlaces = 64;

/**
 * The programs on `path` (as in `$PATH`) that are called `gcc`, `clang` or that with a version, gcc's after
 * `crossPrefix`; and those of `folders`, as `DIR/gcc-8.1.0/bin/gcc`. Several names of one program are one
 * place; those of ccache are none.
 */
export function compilerPlaces(
  crossPrefix: string,
  path: string,
  folders: readonly string[],
): CompilerPlace[] {
  const found = new Map<string, { family: CompilerFamily; names: string[]; path: string }>();
  for (const folder of path.split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    for (const [name, family] of namesIn(folder, crossPrefix)) {
      add(found, { family, name, path: join(folder, name) });
    }
  }
  for (const folder of folders) {
    for (const entry of listed(folder).sort()) {
      const family = /^(?:gcc|clang|llvm)-\d/.exec(entry) && familyOf(entry);
      if (!family) continue;
      const program = join(folder, entry, "bin", `${family === "gcc" ? crossPrefix : ""}${family}`);
      if (findTool(program, "") !== null) add(found, { family, name: program, path: program });
    }
  }
  return [...found.values()].slice(0, mostPlaces).map((place) => ({
    ...place,
    names: place.names.sort((a, b) => a.length - b.length || (a < b ? -1 : 1)),
    folder: folderOf(place.path, place.family),
  }));
}

/** The place of the program `path`, absolute; null where there is none. */
export function placeOf(path: string): CompilerPlace | null {
  if (!isAbsolute(path) || findTool(path, "") === null) return null;
  const family = familyOf(path.slice(path.lastIndexOf("/") + 1));
  return { family, names: [path], path, folder: folderOf(path, family) };
}

function familyOf(name: string): CompilerFamily {
  return /clang|llvm/.test(name) ? "clang" : "gcc";
}

function namesIn(folder: string, crossPrefix: string): [string, CompilerFamily][] {
  return listed(folder).flatMap((name): [string, CompilerFamily][] => {
    if (/^clang(?:-\d{1,3})?$/.test(name)) return [[name, "clang"]];
    const rest = name.startsWith(crossPrefix) ? name.slice(crossPrefix.length) : "";
    return /^gcc(?:-\d{1,3})?$/.test(rest) ? [[name, "gcc"]] : [];
  });
}

function add(
  found: Map<string, { family: CompilerFamily; names: string[]; path: string }>,
  { family, name, path }: { family: CompilerFamily; name: string; path: string },
): void {
  if (findTool(path, "") === null) return;
  const real = realpathSync(path);
  if (real.endsWith("/ccache")) return;
  const known = found.get(real);
  // A name that two folders of the path have means the first.
  const taken = [...found.values()].some(({ names }) => names.includes(name));
  if (taken) return;
  if (known === undefined) found.set(real, { family, names: [name], path });
  else known.names.push(name);
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/**
 * What a build must see of a compiler outside of the system's folders: where it is installed, if that is
 * how compilers are installed, and else only the folder that the program is in.
 */
function folderOf(path: string, family: CompilerFamily): string | null {
  if (systemFolders.some((folder) => path.startsWith(folder))) return null;
  const bin = dirname(path);
  const prefix = dirname(bin);
  const parts = family === "gcc" ? ["lib/gcc", "lib64/gcc", "libexec/gcc"] : ["lib/clang"];
  return parts.some((part) => existsSync(join(prefix, part))) ? prefix : bin;
}
