import { findAccelerator } from "../machine/qemu/accelerator.ts";
import { findTool, toolMissing } from "../process/find-tool.ts";
import { degraded, type Finding, missing, ok, type Surroundings } from "./check.ts";
import { answerOf } from "./programs.ts";
import { lookForKvm } from "./resources.ts";

const program = "qemu-system-x86_64";

/** QEMU, and its version. */
export async function lookForQemu({ path }: Surroundings): Promise<Finding> {
  const there = findTool(program, path);
  if (there === null) return missing(`not on PATH: ${program}`, toolMissing(program).hint!);
  const said = await answerOf(there, ["--version"], path);
  const version = /version (\d{1,4}(?:\.\d{1,4}){1,3})/.exec(said ?? "")?.[1];
  if (version === undefined) return missing(`${there} does not run`, `${there} --version`);
  return ok(`${there} ${version}`);
}

/** The processor's virtualisation: that guests really run under it, where there is a QEMU to try it. */
export async function lookForGuestsUnderKvm({ path }: Surroundings): Promise<Finding> {
  const opens = lookForKvm();
  if (opens.state !== "ok" || findTool(program, path) === null) return opens;
  const accelerator = await findAccelerator("x86_64");
  if (accelerator.kind === "kvm") return ok(`${opens.found}, and a guest runs`);
  return degraded(`${opens.found}, but no guest runs: ${accelerator.why}`, "dmesg | grep -i kvm");
}
