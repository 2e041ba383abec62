import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "vitest";

/**
 * Fails where `culprit` is not the demo's: what is wrong with it is told from its change alone, an opener
 * no longer counts itself.
 */
export async function expectReferenceLost(repository: string, culprit: string): Promise<void> {
  const counted = async (commit: string) => {
    const words = ["-C", repository, "show", `${commit}:fs/pipe.c`];
    const { stdout } = await promisify(execFile)("git", words);
    return stdout.split("files++").length - 1;
  };
  expect(await counted(culprit)).toBe((await counted(`${culprit}^`)) - 1);
}
