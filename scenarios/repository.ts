import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The simulated repository: a bare one on disk, and its commits by their numbers. */
export interface NumberedRepository {
  readonly folder: string;
  has(number: number): boolean;
  hashOf(number: number): string;
  /** The commit of master with this title, as git finds it. Throws where there is none. */
  byTitle(title: string): string;
  /** The number of a commit; null of one that has none. */
  numberOf(hash: string): number | null;
  /** Whether the commit is, or contains, the one numbered `other`. */
  contains(hash: string, other: number): boolean;
  /** Whether a release tag is on the commit. */
  isRelease(hash: string): boolean;
}

interface Commit {
  readonly title: string;
  readonly parents: readonly string[];
  readonly tag?: string;
  /** A file that it changes; the others are empty. */
  readonly file?: string;
}

/** Releases, the numbers after each, and how many commits a release has. */
const releases = [4, 5, 6, 7, 8, 9];
const ofRelease = 6;

/** Branches that are merged: where they begin, their commits, and the merge. */
const side = [
  { from: 500, commits: [650], mergedBy: 700 },
  { from: 700, commits: [790, 791, 792], mergedBy: 804 },
];

/**
 * Makes the repository that scenarios are told in: `master` with six commits a release, two side branches that it
 * merges, `v8-branch` that it does not, and the first commits of a test repository before them.
 */
export function makeRepository(): NumberedRepository {
  const commits = allCommits();
  const folder = mkdtempSync(join(tmpdir(), "firstbad-scenarios-"));
  const git = (args: readonly string[], input?: string) =>
    execFileSync("git", ["-C", folder, ...args], {
      encoding: "utf8",
      ...(input !== undefined && { input }),
    });
  git(["init", "-q", "--bare", "-b", "master"]);
  git(["fast-import", "--quiet"], streamOf(commits));
  const listed = git(["log", "--all", "--format=%H %s"]);
  const hashes = new Map<string, string>();
  for (const [, hash = "", title = ""] of listed.matchAll(/^(\w+) (.*)$/gm))
    hashes.set(title, hash);
  const titles = new Map([...hashes].map(([title, hash]) => [hash, title]));
  const ancestors = ancestorsOf(commits);
  const tagged = new Set(commits.flatMap(({ tag, title }) => (tag === undefined ? [] : [title])));
  return {
    folder,
    has: (number) => hashes.has(String(number)),
    hashOf(number) {
      const hash = hashes.get(String(number));
      if (hash === undefined) throw new Error(`the repository has no commit ${number}`);
      return hash;
    },
    byTitle(title) {
      const found = git(["log", "--format=%H %s", "refs/heads/master"])
        .split("\n")
        .find((line) => line.endsWith(` ${title}`));
      if (found === undefined) throw new Error(`master has no commit with the title ${title}`);
      return found.slice(0, found.indexOf(" "));
    },
    numberOf(hash) {
      const title = titles.get(hash) ?? "";
      return /^\d+$/.test(title) ? Number(title) : null;
    },
    contains: (hash, other) => ancestors.get(titles.get(hash) ?? "")?.has(String(other)) ?? false,
    isRelease: (hash) => tagged.has(titles.get(hash) ?? ""),
  };
}

function allCommits(): Commit[] {
  const made: Commit[] = [
    { title: "master-0", parents: [] },
    ...["branch1", "branch2"].flatMap((branch) => [
      { title: `${branch}-0`, parents: ["master-0"] },
      { title: `${branch}-1`, parents: [`${branch}-0`] },
    ]),
    { title: "master-1", parents: ["master-0"] },
  ];
  let last = "master-1";
  for (const release of releases) {
    for (let k = 0; k < ofRelease; k++) {
      const number = release * 100 + k;
      const merged = side.find(({ mergedBy }) => mergedBy === number);
      if (merged !== undefined) made.push(...branchOf(String(merged.from), merged.commits));
      made.push({
        title: String(number),
        parents: [last, ...(merged === undefined ? [] : [String(merged.commits.at(-1))])],
        ...(k === 0 && { tag: `v${release}.0` }),
      });
      last = String(number);
    }
  }
  const other = { title: "v8-branch-850", parents: ["800"], file: "object1" };
  return [...made, other, ...branchOf(other.title, [851, 852])];
}

function branchOf(from: string, numbers: readonly number[]): Commit[] {
  return numbers.map((number, k) => {
    const parent = k === 0 ? from : String(numbers[k - 1]);
    return { title: String(number), parents: [parent] };
  });
}

/** What `git fast-import` reads: a commit a minute, so that git's order by date is that of the list. */
function streamOf(commits: readonly Commit[]): string {
  const marks = new Map(commits.map(({ title }, n) => [title, n + 1]));
  const branches = [
    ["master", "905"],
    ["v8-branch", "852"],
    ["branch1", "branch1-1"],
    ["branch2", "branch2-1"],
  ] as const;
  return [
    ...commits.flatMap(({ title, parents: [first, ...others], file }, n) => [
      `commit refs/scenario/${n}`,
      `mark :${n + 1}`,
      `author Ada Kern <ada@example.org> ${1_700_000_000 + n * 60} +0000`,
      `committer Ada Kern <ada@example.org> ${1_700_000_000 + n * 60} +0000`,
      `data ${title.length}`,
      title,
      ...(first === undefined ? [] : [`from :${marks.get(first)}`]),
      ...others.map((parent) => `merge :${marks.get(parent)}`),
      ...(file === undefined ? [] : [`M 100644 inline ${file}`, "data 1", "x"]),
      "",
    ]),
    ...branches.flatMap(([name, title]) => [
      `reset refs/heads/${name}`,
      `from :${marks.get(title)}`,
      "",
    ]),
    ...commits.flatMap(({ tag, title }) =>
      tag === undefined ? [] : [`reset refs/tags/${tag}`, `from :${marks.get(title)}`, ""],
    ),
    "done",
    "",
  ].join("\n");
}

function ancestorsOf(commits: readonly Commit[]): ReadonlyMap<string, ReadonlySet<string>> {
  const all = new Map<string, ReadonlySet<string>>();
  for (const { title, parents } of commits) {
    const own = new Set([title]);
    for (const parent of parents) for (const one of all.get(parent) ?? []) own.add(one);
    all.set(title, own);
  }
  return all;
}
