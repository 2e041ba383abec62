import { findTool, toolMissing } from "../process/find-tool.ts";
import { runProcess } from "../process/run.ts";
import { type Finding, missing, ok, type Surroundings } from "./check.ts";

const program = "ssh";

/** The client of OpenSSH, and its version: others lack the options that boards are reached with. */
export async function lookForSsh({ path }: Surroundings): Promise<Finding> {
  const there = findTool(program, path);
  if (there === null) return missing(`not on PATH: ${program}`, toolMissing(program).hint!);
  const env = { PATH: path, LC_ALL: "C" };
  // It says so on standard error.
  const said = await runProcess({
    command: there,
    args: ["-V"],
    env,
    stderr: "stdout",
    deadline: 30,
  });
  return judgeSsh(there, said.stdout.toString("utf8"));
}

/** What `ssh -V` says. Pure. */
export function judgeSsh(there: string, said: string): Finding {
  const version = /OpenSSH_(\d{1,3}\.\d{1,3}\w{0,4})/.exec(said)?.[1];
  if (version === undefined) return missing(`${there} is not OpenSSH`, toolMissing(program).hint!);
  return ok(`${there} ${version}`);
}
