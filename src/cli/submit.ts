import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { Failure } from "../failure/failure.ts";
import { withInputPaths } from "../job/inputs.ts";
import type { Job } from "../job/schema.ts";
import { planText } from "../session/plan.ts";
import { RemoteServer } from "./remote.ts";
import { type WatchFlags, watchRemote } from "./watch.ts";

/** Bytes of all files together that a server takes in one request, as base64 makes them. */
const mostBytes = 5.5 * 1024 * 1024;

/**
 * Sends a job to a server with the files that it names, and watches what comes of it. Its repository is the server's, by
 * the path that it has there. Returns the exit code of its end.
 */
export async function submit(
  job: Job,
  flags: WatchFlags & { readonly dryRun?: boolean },
): Promise<number> {
  const server = await RemoteServer.of(flags);
  const sent = await sentJob(job);
  if (flags.dryRun) return printPlan(await server.post("/api/plan", sent));
  const { id } = (await server.post("/api/bisections", sent)) as { id?: unknown };
  if (typeof id !== "string") {
    throw new Failure("server-invalid", "the server does not say what the bisection is called");
  }
  process.stderr.write(`${id}: ${server.pageOf(id)}\n`);
  return watchRemote(server, id, flags);
}

async function sentJob(job: Job): Promise<{ job: string; files: Record<string, string> }> {
  const names = new Map<string, string>();
  const { kind: _, ...inside } = withInputPaths(job, (path) => {
    const name = names.get(path) ?? `${names.size}/${basename(path)}`;
    names.set(path, name);
    return name;
  });
  const files: Record<string, string> = {};
  let bytes = 0;
  for (const [path, name] of names) {
    const content = await readFile(path).catch((cause) => {
      throw new Failure("file-not-readable", `cannot read ${path}, which the job names`, {
        facts: { path },
        hint: "correct its path in the job",
        cause,
      });
    });
    bytes += content.length;
    if (bytes > mostBytes) {
      throw new Failure(
        "request-too-large",
        `the files of the job have more than ${mostBytes} bytes`,
        {
          facts: { path },
          hint: "begin it on the machine of the server, where files are read as they lie",
        },
      );
    }
    files[name] = content.toString("base64");
  }
  return { job: JSON.stringify(inside), files };
}

function printPlan(answer: unknown): 0 {
  const { plan = [] } = answer as {
    plan?: readonly { readonly name: string; readonly value: string }[];
  };
  process.stdout.write(planText({ lines: plan.map(({ name, value }) => [name, value]) }));
  return 0;
}
