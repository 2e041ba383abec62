import { stat } from "node:fs/promises";
import { Excerpt } from "../workplace/excerpt.ts";
import { logLines } from "../workplace/log-lines.ts";
import { type Trouble, troubleIn } from "../workplace/trouble.ts";

/** What the output of a failed make says. */
export interface LogSummary {
  readonly excerpt: readonly string[];
  /** The first trouble of this machine that it tells of, or null. */
  readonly trouble: Trouble | null;
  /** The object whose compilation failed, as make names it (`fs/eventfd.o`); null where it was not one. */
  readonly object: string | null;
}

/**
 * A compiler's recipe failed: `make[3]: *** [SRC/scripts/Makefile.build:250: fs/eventfd.o] Error 1`.
 * Only what is a path below the build folder, and no option, is taken for a target.
 */
const failedObject =
  /^make(?:\[\d+\])?: \*\*\* \[[^\]]*: ([A-Za-z0-9_][A-Za-z0-9_+./-]*\.o)\] Error 1$/;

/** Reads the log of a make that failed. `folders` are cut off from paths: source and build folder. */
export async function summarize(log: string, folders: readonly string[]): Promise<LogSummary> {
  const excerpt = new Excerpt(folders);
  let trouble: Trouble | null = null;
  let object: string | null = null;
  const { size } = await stat(log);
  for await (const line of logLines(log, size)) {
    excerpt.add(line);
    trouble ??= troubleIn(line);
    const failed = failedObject.exec(line)?.[1];
    if (failed !== undefined && !failed.split("/").includes("..")) object ??= failed;
  }
  return { excerpt: excerpt.lines(), trouble, object };
}
