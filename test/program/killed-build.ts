// A lab that is killed while its build is at work: `killed-build.ts REPO COMMIT CACHE`.
import { readdirSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { parseJob } from "../../src/job/read.ts";
import type { ProgramJob } from "../../src/job/schema.ts";
import { openProgramLab } from "../../src/lab/program-lab.ts";

const [repo = "", commit = "", cache = ""] = process.argv.slice(2);
const program = { repo, crashes: "HEAD", build: "touch half; sleep 60", run: "true" };
const job = parseJob(JSON.stringify({ version: 1, program }), { path: "/job.yaml" }) as ProgramJob;
const options = { cache, isolation: "sandbox", builds: 1, runs: 1, clean: null } as const;
const lab = await openProgramLab(job, options);
const plan = { kernel: commit.slice(0, 12), commit, patches: [] };
void lab.build(plan, { signal: new AbortController().signal });
const isHalfDone = () =>
  readdirSync(cache, { recursive: true }).some((path) => String(path).endsWith("src/half"));
while (!isHalfDone()) await delay(20);
process.kill(process.pid, "SIGKILL");
