import { constants } from "node:fs";
import { type FileHandle, open, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { Failure } from "../../failure/failure.ts";

/**
 * Opens the file `name` of `folder` for reading: a real file that lies in it, by whatever way its name leads there. A
 * folder may have come from elsewhere, with links to what is none of its business. Throws `file-not-readable`.
 */
export async function openInside(folder: string, name: string): Promise<FileHandle> {
  const file = await open(
    join(folder, name),
    // A pipe must not keep anybody waiting.
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  ).catch(() => null);
  if (file === null) throw notReadable(name);
  try {
    const [place, home, status] = await Promise.all([
      realpath(`/proc/self/fd/${file.fd}`),
      realpath(folder),
      file.stat(),
    ]);
    if (status.isFile() && place.startsWith(home + sep)) return file;
  } catch {
    // Told below.
  }
  await file.close();
  throw notReadable(name);
}

function notReadable(name: string): Failure {
  return new Failure("file-not-readable", `there is no file ${name} of this bisection`, {
    facts: { name },
    hint: "its page lists what it has",
  });
}
