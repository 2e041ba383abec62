import { constants } from "node:fs";
import { lstat, open, readdir, realpath, rm } from "node:fs/promises";
import { join, sep } from "node:path";
import { damaged } from "./elf.ts";

/** Generated files that are read into memory; a `.config` has 300 kB. */
const mostTextBytes = 16 * 1024 * 1024;

/**
 * The absolute path of the file `relative` that a build left in `folder`.
 *
 * The tree that was built may be hostile: a link to a file of the host, or below a linked folder, is not
 * taken. Throws `build-infrastructure` where there is no regular file of that name.
 */
export async function builtFile(folder: string, relative: string): Promise<string> {
  const path = join(await realpath(folder), relative);
  const real = await realpath(path).catch(() => null);
  if (real !== path || !(await lstat(path)).isFile()) {
    throw damaged(`make said nothing, but left no file ${relative}`);
  }
  return path;
}

/** The text of a file that a build left in `folder`, or null where it did not. */
export async function builtText(folder: string, relative: string): Promise<string | null> {
  const path = await builtFile(folder, relative).catch(() => null);
  if (path === null) return null;
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { size } = await file.stat();
    if (size > mostTextBytes) throw damaged(`${relative} is larger than ${mostTextBytes} bytes`);
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

/**
 * Removes what is neither file nor folder below `folder`: `modules_install` leaves links to the source
 * and the build folder, which are nowhere on another machine.
 */
export async function keepPlainFiles(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() || entry.isDirectory()) continue;
    await rm(`${entry.parentPath}${sep}${entry.name}`, { force: true });
  }
}
