import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeDemoHistory } from "../../demo/history.ts";
import { demoJob } from "../../demo/job.ts";
import { keptCache } from "./kept-cache.ts";

const root = join(import.meta.dirname, "../..");

/** A commit of a made history: over which, by name, and the files that it writes. */
interface Made {
  readonly name: string;
  readonly parents: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  /** Its message, from the hash of a commit before it by its name; absent: the name. */
  readonly message?: (hash: (name: string) => string) => string;
  readonly tag?: string;
}

/** Commits over a release of the demo's history, and the hash of each by its name. */
export async function historyOf(
  commits: (show: (path: string) => string) => readonly Made[],
): Promise<{ folder: string; hash: (name: string) => string }> {
  const { signal } = new AbortController();
  const demo = await makeDemoHistory({ folder: join(keptCache, "demo"), signal });
  const base = demo.tags[0]?.commit ?? "";
  const folder = await mkdtemp(join(tmpdir(), "firstbad-proof-"));
  const git = (args: readonly string[], input?: string) =>
    execFileSync("git", ["-C", folder, ...args], {
      encoding: "utf8",
      maxBuffer: 64 * 1024 ** 2,
      ...(input !== undefined && { input }),
    });
  git(["clone", "--quiet", "--bare", "--shared", demo.repository, "."]);
  const made = commits((path) => git(["show", `${base}:${path}`]));
  const known = new Map([["base", base]]);
  const hash = (name: string) => known.get(name) ?? git(["rev-parse", `refs/heads/${name}`]).trim();
  // One after the other: a message may have the hash of a commit before it.
  for (const [n, { name, parents, files, message, tag }] of made.entries()) {
    const person = `Ada Kern <ada@example.org> ${1_700_000_000 + n * 60} +0000`;
    const [first = "", ...others] = parents.map(hash);
    const text = message?.(hash) ?? name;
    const stream = [
      `commit refs/heads/${name}\nauthor ${person}\ncommitter ${person}`,
      `data ${Buffer.byteLength(text)}\n${text}`,
      `from ${first}`,
      ...others.map((other) => `merge ${other}`),
      ...Object.entries(files).map(
        ([path, text]) => `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}`,
      ),
      "\ndone\n",
    ].join("\n");
    git(["fast-import", "--quiet"], stream);
    known.set(name, git(["rev-parse", `refs/heads/${name}`]).trim());
    if (tag !== undefined) git(["update-ref", `refs/tags/${tag}`, hash(name)]);
  }
  return { folder, hash };
}

/** Bisects from `clean` to `crashes`, by name, and returns what `--json` prints. */
export async function bisect(
  repository: string,
  ends: { readonly clean: string; readonly crashes: string },
  more: Readonly<Record<string, unknown>>,
) {
  const data = await mkdtemp(join(tmpdir(), "firstbad-proof-data-"));
  const { kernel, ...rest } = demoJob(repository, join(root, "demo/repro.c"));
  const job = join(data, "job.yaml");
  const given = { ...rest, ...more, kernel: { ...kernel, ...ends } };
  await writeFile(job, JSON.stringify(given));
  const env = { ...process.env, XDG_DATA_HOME: data, XDG_CACHE_HOME: keptCache };
  const { stdout } = await promisify(execFile)(
    join(root, "bin/firstbad"),
    ["bisect", job, "--json"],
    { env, maxBuffer: 64 * 1024 ** 2 },
  );
  return JSON.parse(stdout);
}

/** Two files that only together are wrong: one has a level, the other one warns unless that is 1. */
export function sources(show: (path: string) => string) {
  const [ctype, pipe] = [show("lib/ctype.c"), show("fs/pipe.c")];
  const level = (n: number) => ({ "lib/ctype.c": `${ctype}\nint level_of_all = ${n};\n` });
  const other = (n: number) => ({
    "lib/argv_split.c": `${show("lib/argv_split.c")}\nint change_${n};\n`,
  });
  const poll = /\npipe_poll\(struct file \*filp, poll_table \*wait\)\n\{\n/;
  const warns = pipe
    .replace(poll, (head) => `${head}\tWARN_ON(level_of_all != 1);\n`)
    .replace(
      "\nstatic __poll_t\npipe_poll",
      "\nextern int level_of_all;\n\nstatic __poll_t\npipe_poll",
    );
  if (!warns.includes("WARN_ON(level") || !warns.includes("extern int level")) {
    throw new Error("pipe_poll looks otherwise");
  }
  return { level, other, check: { "fs/pipe.c": warns } };
}

/** What each check came to, by its name. */
export const checksOf = (result: { checks: readonly { check: string; result: string }[] }) =>
  Object.fromEntries(result.checks.map(({ check, result: said }) => [check, said]));
