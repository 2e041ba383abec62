import { shortHash } from "../event/short-hash.ts";
import { Failure } from "../failure/failure.ts";
import { fetchCommit } from "./fetch-commit.ts";
import { askGit } from "./git.ts";
import type { Abortable, Repository } from "./repository.ts";
import { isNotThere, resolveCommit } from "./resolve-commit.ts";
import { patchIdsOf } from "./same-change.ts";

/** A commit as it was found, and what is to be said of it; `note` null: nothing. */
export interface FoundCommit {
  readonly hash: string;
  readonly note: {
    readonly how: "title" | "unreachable" | "fetched";
    readonly counterpart: string | null;
    readonly why: string;
  } | null;
}

/** Most commits of one title that are looked at. */
const mostOfTitle = 32;

/**
 * The commit that `name` stands for, as `resolveCommit` finds it, or its change where that is not there any more:
 * `HASH ("title")`, as a Fixes tag has it, is found by its title on any branch or tag where the hash is gone, as of a
 * tree that is rebased. A hash that is there though no branch, tag or HEAD contains it is taken, and noted with the
 * commit of the same title that one contains.
 *
 * A whole hash that is nowhere is fetched, where `from` says from where; its title is the second choice.
 *
 * Throws what `resolveCommit` and `fetchCommit` throw, with the command that fetches a hash; `commit-ambiguous` where
 * different changes have the title.
 */
export async function findCommit(
  repository: Repository,
  name: string,
  { signal, from }: Finding = {},
): Promise<FoundCommit> {
  const { plain, title } = withTitle(name);
  let hash: string;
  try {
    hash = await resolveCommit(repository, plain, { signal });
  } catch (error) {
    if (!isNotThere(error)) throw error;
    if (from !== undefined && fullHash.test(plain)) {
      try {
        return await fetched(repository, plain, from, signal);
      } catch (failed) {
        if (title === null || !isNotThere(failed)) throw failed;
      }
    }
    if (title === null) throw await withFetch(error, repository, plain, signal);
    return byTitle(repository, plain, title, error, signal);
  }
  const isHash = /^[0-9a-f]{7,64}$/i.test(plain) && hash.startsWith(plain.toLowerCase());
  if (!isHash || (await isReachable(repository, hash, signal))) return { hash, note: null };
  return { hash, note: await unreachable(repository, hash, signal) };
}

/** From which remote, or URL, a hash is fetched that is not there; absent: from none. */
export interface Finding extends Abortable {
  readonly from?: string | undefined;
}

const fullHash = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

async function fetched(
  repository: Repository,
  hash: string,
  from: string,
  signal: AbortSignal | undefined,
): Promise<FoundCommit> {
  await fetchCommit(repository, from, hash, { signal });
  await resolveCommit(repository, hash, { signal });
  const why = `${shortHash(hash)} was not in the repository: it was fetched from ${from}`;
  return { hash, note: { how: "fetched", counterpart: null, why } };
}

/** `HASH ("title")` in its parts; any other name as it is. */
function withTitle(name: string): { readonly plain: string; readonly title: string | null } {
  const [, plain, title] = /^([0-9a-f]{7,64}) \("(.{1,500})"\)$/i.exec(name.trim()) ?? [];
  return plain === undefined || title === undefined
    ? { plain: name, title: null }
    : { plain, title };
}

async function byTitle(
  repository: Repository,
  plain: string,
  title: string,
  gone: Failure,
  signal: AbortSignal | undefined,
): Promise<FoundCommit> {
  const found = await titled(repository, title, signal);
  const [newest] = found;
  if (newest === undefined) {
    throw new Failure(
      gone.code,
      `${gone.message}, nor any with the title ${JSON.stringify(title)}`,
      {
        facts: { ...gone.facts, title },
        hint: `fetch the branch that has it, or correct it`,
        cause: gone,
      },
    );
  }
  const patches = await patchIdsOf(repository, found, { signal });
  // Copies on several branches are one change; of those any will do.
  if (new Set(found.map((hash) => patches.get(hash) ?? hash)).size > 1) {
    throw new Failure("commit-ambiguous", `${found.length} commits have the title ${title}`, {
      facts: { name: plain, candidates: found.slice(0, 10) },
      hint: "name one of them by its hash",
      cause: gone,
    });
  }
  const why = `${plain} is not in the repository: taken is the commit of its title, ${shortHash(newest)}`;
  return { hash: newest, note: { how: "title", counterpart: newest, why } };
}

async function unreachable(
  repository: Repository,
  hash: string,
  signal: AbortSignal | undefined,
): Promise<NonNullable<FoundCommit["note"]>> {
  const { stdout } = await ask(repository, ["log", "--no-walk", "--format=%s", hash, "--"], signal);
  const others = (await titled(repository, stdout.toString("utf8").trimEnd(), signal)).filter(
    (other) => other !== hash,
  );
  const patches = await patchIdsOf(repository, [hash, ...others], { signal });
  const same = others.find((other) => patches.get(other) === patches.get(hash));
  const counterpart = same ?? others[0] ?? null;
  const like = same === undefined ? "a commit of its title is" : "the same change is";
  const also = counterpart === null ? "" : `; ${like} ${shortHash(counterpart)}`;
  const why = `no branch or tag contains ${shortHash(hash)}${also}`;
  return { how: "unreachable", counterpart, why };
}

/** Commits of exactly this title that a branch, a tag or HEAD contains, the newest first. */
async function titled(
  repository: Repository,
  title: string,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  if (title.trim() === "") return [];
  const { stdout } = await ask(
    repository,
    [
      ...[
        "log",
        "--exclude=refs/firstbad/*",
        "--all",
        "--no-merges",
        "-z",
        "--format=%H %s",
        "--fixed-strings",
      ],
      ...[`--grep=${title}`, `--max-count=${mostOfTitle * 4}`, "--"],
    ],
    signal,
  );
  return stdout
    .toString("utf8")
    .split("\0")
    .filter((line) => line.slice(line.indexOf(" ") + 1) === title)
    .map((line) => line.slice(0, line.indexOf(" ")))
    .slice(0, mostOfTitle);
}

async function isReachable(
  repository: Repository,
  hash: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  // What we fetched is on no branch of theirs.
  const ourRefs = "--exclude=refs/firstbad/*";
  const args = ["rev-list", "--max-count=1", hash, "--not", ourRefs, "--all", "--"];
  const { stdout } = await ask(repository, args, signal);
  return stdout.length === 0;
}

/** Says how a hash is fetched, where there is somewhere to fetch it from. */
async function withFetch(
  gone: Failure,
  repository: Repository,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Failure> {
  if (!fullHash.test(name)) return gone;
  const args = ["config", "--name-only", "--get-regexp", "^remote\\..*\\.url$"];
  const { stdout } = await ask(repository, args, signal, [0, 1]);
  const remotes = [...stdout.toString("utf8").matchAll(/^remote\.(.+)\.url$/gm)].map(
    ([, one]) => one,
  );
  const remote = remotes.includes("origin") ? "origin" : remotes[0];
  if (remote === undefined) return gone;
  const fetch = `git -C ${repository.folder} fetch ${remote} ${name}`;
  return new Failure(gone.code, gone.message, {
    facts: gone.facts,
    hint: `${repository.shallow ? `${gone.hint}; or that commit` : "fetch it"}: ${fetch}; or name it with its title: ${shortHash(name)} ("…")`,
    cause: gone,
  });
}

function ask(
  { gitDir }: Repository,
  args: readonly string[],
  signal: AbortSignal | undefined,
  answers: readonly number[] = [0],
) {
  return askGit({ gitDir, cwd: gitDir, args, answers, what: "look for a commit", signal });
}
