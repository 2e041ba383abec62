import { Failure } from "../failure/failure.ts";
import { askGit } from "./git.ts";
import { nearestNames } from "./near-names.ts";
import type { Abortable, Repository } from "./repository.ts";

const fullHash = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const hashLike = /^[0-9a-f]{4,64}$/i;

/**
 * The full hash of the commit that `name` stands for: a hash or the unambiguous start of one, a tag
 * (peeled), a branch, or any other revision that git understands, such as `v5.17-rc1~3`.
 *
 * Throws `commit-ambiguous` with the candidates; `history-missing` for a hash that a shallow repository
 * does not have; `commit-not-found` for anything else that names no commit, with tags of a similar name.
 */
export async function resolveCommit(
  repository: Repository,
  name: string,
  options: Abortable = {},
): Promise<string> {
  if (name === "" || name.startsWith("-") || /[\0\r\n]/.test(name) || name.length > 1024) {
    throw notFound(name, "this is no name of a commit", "give a hash, a tag or a branch");
  }
  // The name goes in as data: on a command line, git could take it for an option.
  const { stdout, stderr } = await askGit({
    gitDir: repository.gitDir,
    cwd: repository.gitDir,
    args: ["cat-file", "--batch-check"],
    stdin: `${name}^{commit}\n${name}\n`,
    what: `look up the commit ${name}`,
    signal: options.signal,
  });
  const [peeled = "", plain = ""] = stdout.toString("utf8").split("\n");
  const [hash = "", type] = peeled.split(" ");
  if (fullHash.test(hash) && type === "commit") return hash;
  if (peeled.endsWith(" ambiguous") || plain.endsWith(" ambiguous")) throw ambiguous(name, stderr);
  const [, otherType] = plain.slice(plain.startsWith(name) ? name.length : 0).split(" ");
  if (otherType !== undefined && ["blob", "tree", "tag"].includes(otherType)) {
    throw notFound(
      name,
      `it names a ${otherType}, not a commit`,
      "give a commit, a tag or a branch",
    );
  }
  if (repository.shallow && hashLike.test(name)) throw missing(repository, name);
  const near = nearestNames(name, await tagNames(repository, options));
  throw notFound(
    name,
    "the repository has no commit of that name",
    near.length > 0
      ? `did you mean ${near.join(" or ")}?`
      : "fetch it first (`git fetch --tags REMOTE`), or correct the name",
    near,
  );
}

/** Whether an error says that the repository has no commit of a name, and nothing else. */
export function isNotThere(error: unknown): error is Failure {
  return (
    error instanceof Failure &&
    (error.code === "commit-not-found" || error.code === "history-missing")
  );
}

function notFound(name: string, problem: string, hint: string, near: string[] = []): Failure {
  return new Failure(
    "commit-not-found",
    `cannot find the commit ${JSON.stringify(name)}: ${problem}`,
    {
      facts: near.length > 0 ? { name, near } : { name },
      hint,
    },
  );
}

function ambiguous(name: string, message: string): Failure {
  // "hint:   0123abc commit 2022-01-21 - subject"
  const candidates = [...message.matchAll(/^hint: {1,8}([0-9a-f]{4,64}) commit (.{0,200})/gm)].map(
    ([, hash, rest]) => `${hash} ${rest}`,
  );
  return new Failure("commit-ambiguous", `${name} is the start of several hashes`, {
    facts: { name, candidates: candidates.slice(0, 10) },
    hint: "give more digits of the hash",
  });
}

function missing(repository: Repository, name: string): Failure {
  return new Failure("history-missing", `the shallow repository does not have the commit ${name}`, {
    facts: { name, repository: repository.folder },
    hint: `fetch the whole history first: git -C ${repository.folder} fetch --unshallow`,
  });
}

async function tagNames(repository: Repository, options: Abortable): Promise<string[]> {
  const { stdout } = await askGit({
    gitDir: repository.gitDir,
    cwd: repository.gitDir,
    args: ["for-each-ref", "--format=%(refname:strip=2)", "refs/tags/"],
    what: "list the tags",
    signal: options.signal,
  });
  return stdout.toString("utf8").split("\n").slice(0, -1);
}
