import { isAbsolute } from "node:path";
import { type Check, type Finding, missing, ok, type Surroundings } from "./check.ts";
import { answerOf } from "./programs.ts";

/** That the compiler finds the C header `header`, which comes with `packageName`. */
export function header(name: string, packageName: string, header: string, purpose: string): Check {
  const look = async ({ path }: Surroundings): Promise<Finding> => {
    const source = `#include <${header}>\n`;
    const args = ["-E", "-o", "/dev/null", "-x", "c", "-"];
    if ((await answerOf("gcc", args, path, source)) !== null) return ok(`<${header}>`);
    return missing(`gcc does not find <${header}>`, `apt-get install ${packageName}`);
  };
  return { name, needed: false, purpose, look };
}

/** That programs can be linked statically against the C library. */
export async function lookForStaticLibrary({ path }: Surroundings): Promise<Finding> {
  // gcc prints the name as it was given where it finds no such file.
  const said = (await answerOf("gcc", ["-print-file-name=libc.a"], path))?.trim() ?? "";
  if (isAbsolute(said)) return ok(said);
  return missing("gcc does not find libc.a", "apt-get install libc6-dev");
}
