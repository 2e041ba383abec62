import { createHash } from "node:crypto";
import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../../failure/failure.ts";
import { largestProgram } from "../../job/reproducer.ts";
import { replaceFile } from "../../workplace/replace-file.ts";
import type { Arch } from "../kernel.ts";
import { whyNotStatic } from "./static-elf.ts";

/**
 * The user's own program as one for guests: the path of a copy in the cache. Throws
 * `reproducer-not-readable` where it is too large, not static, or for another processor.
 */
export async function givenProgram(path: string, arch: Arch, cacheFolder: string): Promise<string> {
  const why =
    (await stat(path)).size > largestProgram
      ? `it is larger than ${largestProgram / 1024 ** 2} MiB`
      : await whyNotStatic(path, arch);
  if (why === null) return keptCopy(path, cacheFolder);
  throw new Failure(
    "reproducer-not-readable",
    `the program ${path} cannot run in a guest: ${why}`,
    {
      facts: { path, arch },
      hint: "a guest has no libraries: give a static program for its processor, or its source as `c`",
    },
  );
}

/** A copy under a name made of the contents: what guests are made of is known by its path alone. */
export async function keptCopy(path: string, cacheFolder: string): Promise<string> {
  const bytes = await readFile(path);
  const folder = join(cacheFolder, "programs");
  const copy = join(folder, createHash("sha256").update(bytes).digest("hex"));
  await mkdir(folder, { recursive: true });
  await replaceFile(copy, bytes);
  return copy;
}
