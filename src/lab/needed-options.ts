import type { Crash } from "../crash/crash.ts";
import { detectorOf } from "../crash/detectors.ts";
import { guiltyFileOf } from "../crash/guilty-file.ts";
import type { Options } from "../kernel/config.ts";
import { optionsOf } from "../kernel/makefile-options.ts";

/** An option, or several of which one does, without which a crash cannot be seen. */
export interface NeededOption {
  readonly anyOf: readonly string[];
  readonly why: string;
  /** It only matters in trees that have this file; null: in all. */
  readonly file: string | null;
}

/** Folders above a file whose Makefiles are read. */
const mostFolders = 8;

/**
 * What a kernel must have on for this crash to be seen, of what the kernel that showed it has on (`options`):
 * what tells of such crashes, and what builds the file that the report blames. `readFile` gives the text of
 * a file of its tree, or null.
 *
 * What tells of a crash is needed whether the blamed file exists or not: where code was moved, a kernel that
 * cannot tell is silent about the old place, too. What builds the file is needed where the file exists:
 * where it does not, there is nothing to crash, and clean runs are what they should be.
 */
export async function neededOptions(
  crash: Pick<Crash, "title" | "type" | "report">,
  options: Options,
  readFile: (path: string) => Promise<string | null>,
): Promise<readonly NeededOption[]> {
  const needed: NeededOption[] = [];
  const detector = detectorOf(crash);
  if (detector !== null) needed.push({ ...detector, file: null });
  const guilty = guiltyFileOf(crash.title, crash.report);
  if (guilty?.endsWith(".c")) {
    for (const option of await optionsBuilding(guilty, readFile)) {
      needed.push({ anyOf: [option], why: `it builds ${guilty}`, file: guilty });
    }
  }
  return needed.filter(({ anyOf }) => anyOf.some((option) => isOn(options, option)));
}

/** Those of `needed` that a kernel with these options lacks. */
export async function missingOptions(
  needed: readonly NeededOption[],
  options: Options,
  readFile: (path: string) => Promise<string | null>,
): Promise<readonly NeededOption[]> {
  const missing: NeededOption[] = [];
  for (const one of needed) {
    if (one.anyOf.some((option) => isOn(options, option))) continue;
    if (one.file === null || (await readFile(one.file)) !== null) missing.push(one);
  }
  return missing;
}

function isOn(options: Options, option: string): boolean {
  const value = options.get(option) ?? "n";
  return value === "y" || value === "m";
}

/** From the file's own folder up to the top of the tree. */
async function optionsBuilding(
  file: string,
  readFile: (path: string) => Promise<string | null>,
): Promise<string[]> {
  const found = new Set<string>();
  const parts = file.split("/");
  let object = `${parts.pop()?.slice(0, -".c".length)}.o`;
  for (let depth = 0; parts.length > 0 && depth < mostFolders; depth++) {
    const folder = parts.join("/");
    const makefile =
      (await readFile(`${folder}/Kbuild`)) ?? (await readFile(`${folder}/Makefile`)) ?? "";
    for (const option of optionsOf(makefile, object)) found.add(option);
    object = `${parts.pop()}/`;
  }
  return [...found];
}
