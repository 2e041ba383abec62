import { execFile } from "node:child_process";
import { promisify } from "node:util";

/**
 * Whether `commit` is the one that brings the demo's bug. That is written nowhere: what is wrong with it
 * is told from its change alone, an opener no longer counts itself.
 */
export async function losesReference(repository: string, commit: string): Promise<boolean> {
  const counted = async (revision: string) => {
    const words = ["-C", repository, "show", `${revision}:fs/pipe.c`];
    const { stdout } = await promisify(execFile)("git", words);
    return stdout.split("files++").length - 1;
  };
  return (await counted(commit)) === (await counted(`${commit}^`)) - 1;
}
