import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

export const program = join(import.meta.dirname, "../../bin/firstbad");

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs firstbad with a home of its own, and gives back how it ended. */
export async function firstbad(home: string, ...words: readonly string[]): Promise<Ended> {
  return firstbadWith({ ...process.env, FIRSTBAD_HOME: home }, home, words);
}

/** The same, with an environment of its own. */
export async function firstbadWith(
  env: NodeJS.ProcessEnv,
  cwd: string,
  words: readonly string[],
): Promise<Ended> {
  try {
    return { code: 0, ...(await promisify(execFile)(program, words, { env, cwd })) };
  } catch (error) {
    return error as Ended;
  }
}
