import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { program } from "../cli/firstbad.ts";
import type { LabScript } from "../cli/scripted/local-lab.ts";
import { scriptedEnv } from "../cli/scripted/scripted-job.ts";
import { startProgram } from "../process/start-program.ts";

/** `firstbad serve` in a process of its own, whose kernels keep to the script of their reproducer. */
export interface ServerProcess {
  readonly url: string;
  readonly process: ChildProcess;
  /** All that it logged so far. */
  log(): string;
  /** Ends it with a signal, and waits for that. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  get(path: string): Promise<Response>;
  post(path: string, body: unknown): Promise<Response>;
}

/** The JSON of a response. */
// biome-ignore lint/suspicious/noExplicitAny: a test says what it expects by looking into it
export function told(response: Response): Promise<any> {
  return response.json();
}

/** Starts it with further flags and waits until it listens. */
export async function serverProcess(
  home: string,
  ...flags: readonly string[]
): Promise<ServerProcess> {
  const child = startProgram(program, ["serve", "--port", "0", ...flags], {
    env: scriptedEnv(home),
  });
  const ended = once(child, "close");
  let [stdout, stderr] = ["", ""];
  child.stderr.on("data", (bytes) => {
    stderr += bytes;
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (bytes) => {
      stdout += bytes;
      if (stdout.includes("/\n")) resolve(stdout.trim().replace(/\/$/, ""));
    });
    child.once("close", () => reject(new Error(`it ended: ${stderr}`)));
  });
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    const [code] = await ended;
    return code as number | null;
  };
  return {
    ...{ url, process: child, end, log: () => stderr },
    get: (path) => fetch(url + path),
    post: (path, body) =>
      fetch(url + path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
  };
}

/** A job that is sent, for `repository`, with a script as its reproducer. */
export function sentJob(
  kernel: { readonly repo: string; readonly crashes: string; readonly clean?: string },
  script: LabScript,
  more: object = {},
) {
  const job = {
    version: 1,
    kernel: { ...kernel, config: "kernel.config", arch: "um" },
    reproducer: { c: "src/repro.c" },
    machine: { type: "uml" },
    policy: "git",
    ...more,
  };
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  return {
    job: JSON.stringify(job),
    files: {
      "kernel.config": base64("CONFIG_PRINTK=y\n"),
      "src/repro.c": base64(`// ${JSON.stringify(script)}\nint main(void) {}\n`),
    },
  };
}
