import { Failure } from "../failure/failure.ts";
import { askGit } from "./git.ts";
import type { GraphRange } from "./load-graph.ts";
import type { Abortable, Repository } from "./repository.ts";

/**
 * What git listed of a part of history, as the text of a graph whose parents are in that part.
 *
 * Git prints all parents of a commit even when it follows the first one only, and it leaves `tip` out
 * where that changes none of the paths; a search begins there all the same, so it is put at the end,
 * with the commits that no other listed one contains as its parents.
 */
export async function partOfGraph(
  repository: Repository,
  { tip, firstParent = false, paths = [] }: GraphRange,
  listed: Buffer,
  options: Abortable,
): Promise<Buffer> {
  const lines = linesOf(listed);
  if (lines.length === 0 && paths.length > 0) throw nothingMatches(paths, `up to ${tip}`);
  const text = firstParent ? chained(lines) : lines;
  if (hashIn(lines.at(-1)) === tip) return Buffer.from(joined(text), "latin1");
  const heads = firstParent ? lines.slice(-1).map(hashIn) : headsOf(lines);
  const time = await timeOf(repository, tip, options);
  return Buffer.from(joined([...text, [time, tip, ...heads].join(" ")]), "latin1");
}

/**
 * Holds `paths` against the history of `commit`. Throws `path-matches-nothing` for one that no commit
 * there ever changed, as when it is misspelt.
 */
export async function checkPaths(
  repository: Repository,
  commit: string,
  paths: readonly string[],
  { signal }: Abortable,
): Promise<void> {
  for (const path of paths) {
    const { stdout } = await askGit({
      gitDir: repository.gitDir,
      cwd: repository.gitDir,
      args: ["rev-list", "--max-count=1", "--stdin"],
      stdin: `${commit}\n--\n${path}\n`,
      what: `find a commit that changes ${path}`,
      signal,
    });
    if (stdout.length === 0) throw nothingMatches([path], `in the history of ${commit}`);
  }
}

function nothingMatches(paths: readonly string[], where: string): Failure {
  return new Failure("path-matches-nothing", `no commit ${where} changes ${paths.join(" ")}`, {
    facts: { paths },
    hint: "paths count from the top of the repository, and patterns are taken literally",
  });
}

/** Over first parents history is one line: the commit before is the parent, the oldest one's is outside. */
function chained(lines: readonly string[]): string[] {
  return lines.map((line, n) => {
    const [time, hash, parent] = line.split(" ");
    const before = n === 0 ? parent : hashIn(lines[n - 1]);
    return [time, hash, ...(before === undefined ? [] : [before])].join(" ");
  });
}

function headsOf(lines: readonly string[]): string[] {
  const inner = new Set(lines.flatMap((line) => line.split(" ").slice(2)));
  return lines.map(hashIn).filter((hash) => !inner.has(hash));
}

async function timeOf(repository: Repository, commit: string, { signal }: Abortable) {
  const { stdout } = await askGit({
    gitDir: repository.gitDir,
    cwd: repository.gitDir,
    args: ["rev-list", "--no-walk", "--timestamp", "--stdin"],
    stdin: `${commit}\n`,
    what: `find when ${commit} was made`,
    signal,
  });
  return stdout.toString("latin1").split(" ")[0] ?? "";
}

function linesOf(text: Buffer): string[] {
  return text
    .toString("latin1")
    .split("\n")
    .filter((line) => line !== "");
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

function hashIn(line = ""): string {
  return line.split(" ")[1] ?? "";
}
