import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { Failure } from "../src/failure/failure.ts";
import { composeHistory, type Material } from "./history/compose.ts";
import { type Patch, parsePatch } from "./history/patch.ts";
import { type Plan, planHistory } from "./history/plan.ts";
import { Random } from "./history/random.ts";
import { filesBelow, fingerprint, sourceVersion, unpackSource } from "./history/source.ts";
import { importStream } from "./history/stream.ts";

/** A git history with a bug in it. */
export interface DemoHistory {
  /** Path of the bare repository. */
  readonly repository: string;
  /** Full hash of the tip of `master`, on which the reproducer crashes the kernel. */
  readonly crashes: string;
  /** Release tags, oldest first, with the full hash of the tagged commit. */
  readonly tags: readonly { readonly name: string; readonly commit: string }[];
  /** How many commits there are, and how many of them are merges. */
  readonly commits: number;
  readonly merges: number;
  /** Full hashes of the commits that do not build. */
  readonly unbuildable: readonly string[];
  /** Name and version of the Debian package it was made from. */
  readonly source: string;
}

export interface DemoRequest {
  /** Where histories are kept; made where it is missing. */
  readonly folder: string;
  /** What its commits hold: what the demo's UML kernel is made of, or all of the source, some GB. Absent: um. */
  readonly tree?: "um" | "whole";
  readonly signal: AbortSignal;
  /** Told what is being done, in a few words. */
  readonly onProgress?: (what: string) => void;
}

const here = import.meta.dirname;
const seed = "firstbad demo";
const size = 1000;
const marksFile = "marks";

/**
 * The demo's history, made on first use from Debian's kernel source and kept in `folder`.
 *
 * The same version of the source and of this generator give the same hashes. Several may make it at
 * once: each works in a folder of its own, and the first to finish is used by all.
 * Throws a Failure: `tool-missing` without the source package or git, `disk-full`, `interrupted`.
 */
export async function makeDemoHistory(request: DemoRequest): Promise<DemoHistory> {
  const { signal, tree: holds = "um", onProgress = () => {} } = request;
  const folder = resolve(request.folder);
  const source = await sourceVersion(signal);
  const recipe = await fingerprint(here, ["history", "kernel", "patches"]);
  const key = createHash("sha256")
    .update(`${source}\n${recipe}\n${seed}\n${size}\n${holds}`)
    .digest("hex");
  const place = join(folder, `history-${key.slice(0, 16)}`);
  const known = await read(place);
  if (known !== null) return known;

  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(folder, "making-"));
  try {
    onProgress(`unpacking ${source}`);
    const tree = join(work, "tree");
    await mkdir(tree);
    const wanted = holds === "whole" ? ["*"] : await listed("kernel/used-files.txt");
    await unpackSource(tree, wanted, signal);
    onProgress("writing about 1,000 commits");
    const { plan, material } = await planned(tree, source);
    const made = join(work, "made");
    const commits = composeHistory(plan, material, new Random(seed).fork("commits"));
    await importInto(made, importStream(plan, commits, filesBelow(tree)), signal);
    await describe(made, plan, source);
    await rename(made, place).catch(async (error: NodeJS.ErrnoException) => {
      // Somebody else was faster: theirs is the same.
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new Failure("interrupted", "making the demo's history was interrupted", { cause: error });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return (await read(place)) as DemoHistory;
}

/** The plan for the files below `tree`, and the texts it is carried out on. */
async function planned(tree: string, source: string): Promise<{ plan: Plan; material: Material }> {
  const exists = new Set(await readdir(tree, { recursive: true }));
  const files = (await listed("kernel/edited-files.txt")).filter((path) => exists.has(path));
  const [ground, topic] = await Promise.all([patchesOf("ground"), patchesOf("topic")]);
  const patches = [...ground, ...topic];
  const byHand = new Set(patches.map((patch) => patch.path));
  const breakable = await listed("kernel/breakable-files.txt");
  const plan = planHistory(
    {
      commits: size,
      files,
      breakable: breakable.filter((path) => exists.has(path) && !byHand.has(path)),
      groundPatches: ground.map((patch) => patch.path),
      topicPatches: topic.map((patch) => patch.path),
    },
    new Random(seed).fork("plan"),
  );
  const texts = new Map<string, string>();
  for (const path of new Set(["Makefile", ...files, ...byHand])) {
    texts.set(path, await readFile(join(tree, path), "latin1"));
  }
  return { plan, material: { source, texts, patches } };
}

async function patchesOf(kind: "ground" | "topic"): Promise<Patch[]> {
  const folder = join(here, "patches", kind);
  const names = (await readdir(folder)).sort();
  return Promise.all(names.map(async (n) => parsePatch(await readFile(join(folder, n), "utf8"))));
}

/** The lines of one of this folder's lists. */
async function listed(name: string): Promise<string[]> {
  return (await readFile(join(here, name), "utf8")).trimEnd().split("\n");
}

/** Makes the repository in the folder `made`, and beside it git's list of marks and hashes. */
async function importInto(
  made: string,
  stream: AsyncGenerator<Buffer>,
  signal: AbortSignal,
): Promise<void> {
  const repository = join(made, "linux.git");
  await git(["init", "--quiet", "--bare", "--initial-branch=master", repository]);
  const marks = `--export-marks=${join(made, marksFile)}`;
  const args = ["-c", "core.compression=1", "fast-import", "--quiet", "--done", marks];
  const child = spawn("git", args, {
    stdio: ["pipe", "ignore", "inherit"],
    cwd: repository,
    env: gitEnv,
    signal,
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  // With --done, git may be gone before the pipe is closed in order: its exit code tells all is there.
  const fed = pipeline(Readable.from(stream), child.stdin).then(
    () => null,
    (error: unknown) => error,
  );
  const [code, cause] = await Promise.all([ended, fed]);
  if (code !== 0) {
    throw new Failure("git-failed", `git fast-import into ${repository} ended with ${code}`, {
      hint: "look at what git printed above",
      cause,
    });
  }
}

/** Writes what {@link read} gives back, beside the repository. */
async function describe(made: string, plan: Plan, source: string): Promise<void> {
  const marks = (await readFile(join(made, marksFile), "utf8")).trimEnd().split("\n");
  const hashes: string[] = [];
  for (const line of marks) {
    const [mark = "", hash = ""] = line.split(" ");
    hashes[Number(mark.slice(1)) - 1] = hash;
  }
  const summary: Omit<DemoHistory, "repository"> = {
    crashes: hashes[plan.tip] as string,
    tags: plan.tags.map(({ name, commit }) => ({ name, commit: hashes[commit] as string })),
    commits: plan.commits.length,
    merges: plan.commits.filter(({ parents }) => parents.length > 1).length,
    unbuildable: plan.commits.flatMap(({ builds }, i) => (builds ? [] : [hashes[i] as string])),
    source,
  };
  await writeFile(join(made, "history.json"), `${JSON.stringify(summary, null, 2)}\n`);
}

async function read(place: string): Promise<DemoHistory | null> {
  try {
    const summary = JSON.parse(await readFile(join(place, "history.json"), "utf8"));
    return { repository: join(place, "linux.git"), ...summary };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

const gitEnv = {
  PATH: process.env.PATH,
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
};

async function git(args: readonly string[]): Promise<void> {
  await promisify(execFile)("git", args, { env: gitEnv });
}
