import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DemoHistory, makeDemoHistory } from "../../demo/history.ts";
import { demoJob } from "../../demo/job.ts";
import { beginBisection, resolveEnds } from "../../src/bisection/begin.ts";
import { drive } from "../../src/bisection/driver.ts";
import type { BisectionEvent, EventOf } from "../../src/event/index.ts";
import { openRepository } from "../../src/history/repository.ts";
import { parseJob } from "../../src/job/read.ts";
import type { KernelJob } from "../../src/job/schema.ts";
import { targetOf } from "../../src/job/target.ts";
import { readFileJournal } from "../../src/journal/file-journal.ts";
import type { Lab } from "../../src/lab/lab.ts";
import { openLocalLab } from "../../src/lab/local-lab.ts";
import { policyNamed } from "../../src/search/policies.ts";
import { keptCache } from "./kept-cache.ts";

const root = join(import.meta.dirname, "../..");
const { signal } = new AbortController();
const title = "KASAN: use-after-free Read in eat_me";

let history: DemoHistory;
/** The newest commit that adds nothing but a comment, to a file whose code tells its lines, and its parent. */
let comment: string;
let parent: string;
let real: Lab;

beforeAll(async () => {
  history = await makeDemoHistory({ folder: join(keptCache, "demo"), signal });
  const git = (...words: string[]) =>
    execFileSync("git", ["-C", history.repository, ...words], { encoding: "utf8" }).trim();
  comment = git("log", "-1", "--format=%H", "--grep=^random: say who calls", history.crashes);
  parent = git("rev-parse", `${comment}^`);
  expect(git("diff", "--numstat", parent, comment)).toBe("1\t0\tdrivers/char/random.c");
  const job = jobFor("git");
  const options = { cache: join(keptCache, "firstbad"), builds: 1, runs: 1, sandbox: true };
  real = await openLocalLab(job, options, signal);
});
afterAll(async () => {
  await real?.close();
});

function jobFor(policy: string): KernelJob {
  const given = demoJob(history.repository, join(root, "demo/repro.c"));
  const kernel = { ...given.kernel, crashes: comment, clean: parent };
  const text = JSON.stringify({ ...given, kernel, policy });
  return parseJob(text, { path: join(root, "demo/firstbad.yaml") }) as KernelJob;
}

/** Real kernels, and dice that fell out so that the comment is to blame. */
function unlucky(lab: Lab, canCompare: boolean): Lab {
  return {
    slots: lab.slots,
    build: async (plan, control) => {
      const result = await lab.build(plan, control);
      if (canCompare || result.kind === "failed") return result;
      const { objects: _, ...built } = result;
      return built;
    },
    compare: (one, other, control) => lab.compare(one, other, control),
    async run({ plan, console }) {
      await mkdir(dirname(console), { recursive: true });
      await writeFile(console, "");
      if (plan.commit !== comment) return { outcome: "clean", crashes: [], seconds: 1 };
      const crash = { title, type: "KASAN", frame: "eat_me", stack: ["eat_me"] };
      return { outcome: "crashed", crashes: [crash], seconds: 1 };
    },
    symbolize: (crash, control) => lab.symbolize(crash, control),
    compiledFiles: (plan, control) => lab.compiledFiles(plan, control),
    configOf: (plan, control) => lab.configOf(plan, control),
    withTree: (commit, use, control) => lab.withTree(commit, use, control),
    async close() {},
  };
}

async function bisect(policy: string, canCompare = true): Promise<readonly BisectionEvent[]> {
  const job = jobFor(policy);
  const repository = await openRepository(history.repository);
  const ends = await resolveEnds({ ...targetOf(job) }, repository, signal);
  const folder = await mkdtemp(join(tmpdir(), "firstbad-lines-"));
  const lab = unlucky(real, canCompare);
  const host = { name: "test", node: process.version, cpus: 2, sandbox: true };
  const openLab = async () => lab;
  const begun = await beginBisection({ job, ends, root: folder, tool: "0.0.0", host, openLab });
  try {
    const { journal } = begun;
    const [finish, halt] = [signal, signal];
    const tools = { folder: begun.folder, repository, lab, policy: policyNamed(policy) };
    await drive({ ...tools, journal, finish, halt });
  } finally {
    await begun.journal.close();
  }
  return readFileJournal(begun.folder);
}

const concluded = (events: readonly BisectionEvent[]) =>
  events.find((event) => event.kind === "concluded") as EventOf<"concluded">;

test("a commit that adds a comment to a real kernel is found where nobody looks into kernels", async () => {
  expect(concluded(await bisect("git", false))).toMatchObject({ end: "found", culprit: comment });
});

test.each(["git", "adaptive", "syzbot-2022"])(
  "policy %s finds no commit that adds a comment to a real kernel",
  async (policy) => {
    const events = await bisect(policy);
    const [one, other] = events.flatMap((event) =>
      event.kind === "kernel-built" ? [event.signature] : [],
    );
    expect(one).not.toBe(other);
    expect(events.filter(({ kind }) => kind === "kernels-equal")).toMatchObject([
      { how: "tokens" },
    ]);
    const end = concluded(events);
    if (policy.startsWith("syzbot")) {
      expect(end).toMatchObject({
        end: "unconfirmed",
        why: "the culprit differs from its parent only in line numbers: it changed nothing",
      });
    } else expect(end.culprit).not.toBe(comment);
  },
);
