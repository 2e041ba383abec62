import { findTool, toolMissing } from "../process/find-tool.ts";
import { runProcess } from "../process/run.ts";
import { type Check, type Finding, missing, ok, type Surroundings } from "./check.ts";

/** The oldest git that has all that is asked of it: `rev-parse --path-format`. */
const oldestGit = [2, 31] as const;

/** Seconds that a program may take to say what it is. */
const deadline = 20;

/** That all of `programs` are on PATH. */
export function programs(
  name: string,
  needed: boolean,
  purpose: string,
  wanted: readonly string[] = [name],
): Check {
  const look = ({ path }: Surroundings): Finding => {
    const gone = wanted.filter((program) => findTool(program, path) === null);
    const [first] = gone;
    if (first === undefined) return ok(`${findTool(wanted[0]!, path)}`);
    return missing(`not on PATH: ${gone.join(", ")}`, toolMissing(first).hint!);
  };
  return { name, needed, purpose, look };
}

/** git, and that it is not too old. */
export async function lookForGit({ path }: Surroundings): Promise<Finding> {
  return judgeGit(firstLine(await answerOf("git", ["--version"], path)));
}

/** Whether `git version 2.39.2` is new enough. Pure. */
export function judgeGit(said: string): Finding {
  const [, major, minor] = /^git version (\d{1,4})\.(\d{1,4})/.exec(said) ?? [];
  const is = [Number(major ?? 0), Number(minor ?? 0)] as const;
  const [a, b] = oldestGit;
  if (is[0] > a || (is[0] === a && is[1] >= b)) return ok(said);
  return missing(`${said}, and ${a}.${b} is needed`, "apt-get install git");
}

/**
 * What a program of the machine prints on standard output when it ends well; else nothing.
 * Throws `tool-missing`.
 */
export async function answerOf(
  command: string,
  args: readonly string[],
  path: string,
  stdin = "",
): Promise<string | null> {
  const env = { PATH: path, LC_ALL: "C" };
  const { exitCode, stdout } = await runProcess({ command, args, env, stdin, deadline });
  return exitCode === 0 ? stdout.toString("utf8") : null;
}

function firstLine(text: string | null): string {
  return text?.split("\n", 1)[0] ?? "it does not say what it is";
}
