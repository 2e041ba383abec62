import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LabScript } from "./local-lab.ts";

const hook = new URL("hook.ts", import.meta.url);

/** An environment in which firstbad's kernels keep to the script of the job's reproducer. */
export function scriptedEnv(home: string): NodeJS.ProcessEnv {
  const { CI, NO_COLOR, FORCE_COLOR, ...rest } = process.env;
  const node = { FIRSTBAD_NODE: process.execPath, NODE_OPTIONS: `--import ${hook.href}` };
  return { ...rest, ...node, FIRSTBAD_HOME: home };
}

/** Writes a job for `repository` into `folder`, with a script as its reproducer; the job's path. */
export async function writeScriptedJob(
  folder: string,
  kernel: { readonly repo: string; readonly crashes: string; readonly clean?: string },
  script: LabScript,
): Promise<string> {
  await writeFile(join(folder, "repro.c"), `// ${JSON.stringify(script)}\nint main(void) {}\n`);
  await writeFile(join(folder, "kernel.config"), "CONFIG_PRINTK=y\n");
  const path = join(folder, "firstbad.yaml");
  const job = {
    version: 1,
    kernel: { ...kernel, config: "kernel.config", arch: "um" },
    reproducer: { c: "repro.c" },
    machine: { type: "uml" },
  };
  await writeFile(path, `${JSON.stringify(job, null, 2)}\n`);
  return path;
}
