import { constants, readdirSync } from "node:fs";
import { open } from "node:fs/promises";
import { join, posix } from "node:path";

/** `.cmd` files of a build that are read; all of Linux has 30,000. */
const mostFiles = 100_000;
/** Bytes of one; those of a kernel have up to 100 kB. */
const mostFileBytes = 4 << 20;
/** Bytes of all of them; a kernel of 850 objects has 22 MB. */
const mostBytes = 2 ** 31;
/** Different paths; all of Linux has 90,000 files. */
const mostPaths = 1_000_000;

/**
 * The files of the tree that building what lies in the folder `out` has read: sources, headers, linker
 * scripts, and what the commands of its Makefiles name; sorted, from the top of the tree. `src` is the
 * path at which the build saw the tree.
 *
 * Make keeps them in `.cmd` files beside what it makes. Those of objects that an earlier commit left
 * behind count too, so that a file too many may be told and none too few. Null where there is none, or
 * where they are more than any kernel has, or cannot be read: the tree may be hostile. Links are not
 * followed.
 */
export async function readCompiledFiles(
  out: string,
  src: string,
): Promise<readonly string[] | null> {
  try {
    return await readAll(out, src);
  } catch (error) {
    // A folder that may not be read, a path longer than the system takes: a build can leave such things.
    if (error instanceof Error && "code" in error) return null;
    throw error;
  }
}

async function readAll(out: string, src: string): Promise<readonly string[] | null> {
  const commands = commandFiles(out);
  if (commands === null || commands.length === 0) return null;
  const found = new Set<string>();
  let bytes = 0;
  for (const path of commands) {
    const text = await textOf(path);
    if (text === null) return null;
    bytes += text.length;
    addPaths(text, `${src}/`, found);
    if (bytes > mostBytes || found.size > mostPaths) return null;
  }
  return [...new Set(Array.from(found, (path) => posix.normalize(path)))].sort();
}

/** The `.cmd` files below `folder`; null for too many. */
function commandFiles(folder: string): string[] | null {
  const found: string[] = [];
  const waiting = [folder];
  let seen = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const entry of readdirSync(next, { withFileTypes: true })) {
      seen += 1;
      if (entry.isDirectory()) waiting.push(join(next, entry.name));
      else if (entry.isFile() && entry.name.endsWith(".cmd")) found.push(join(next, entry.name));
    }
    if (found.length > mostFiles || seen > mostPaths) return null;
  }
  return found;
}

/** Null where it is too long, or no longer a plain file. */
async function textOf(path: string): Promise<string | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const status = await file.stat();
    if (!status.isFile() || status.size > mostFileBytes) return null;
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

/**
 * Adds what follows `prefix` wherever a word of `text` begins with it. The words of commands count too:
 * what a script makes a header of is named there alone. Folders to look for headers in do not.
 */
function addPaths(text: string, prefix: string, found: Set<string>): void {
  for (let at = text.indexOf(prefix); at >= 0; at = text.indexOf(prefix, at)) {
    const begin = at + prefix.length;
    const isWord = at === 0 || wordBreaks.includes(text.charAt(at - 1));
    const isFolder = text.startsWith("-I ", at - 3);
    at = begin;
    while (at < text.length && !wordBreaks.includes(text.charAt(at))) at += 1;
    if (isWord && !isFolder && at > begin) found.add(text.slice(begin, at));
  }
}

/** What words of a Makefile and of a shell end at; no file of a kernel has them in its name. */
const wordBreaks = " \t\n\r\"'`()<>;";
