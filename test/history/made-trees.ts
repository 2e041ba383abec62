import { spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { git } from "./made-repository.ts";

/** A commit to make. */
export interface Made {
  /** Places of its parents in the list; the tree is that of the first, and these changes. */
  readonly parents?: readonly number[];
  /** Contents by path; null removes the file where there is one. */
  readonly files: Readonly<Record<string, string | null>> | ReadonlyMap<Buffer, string>;
}

/** A repository with these commits, and their hashes; gone when the test file is done. */
export function imported(
  commits: readonly Made[],
  ...options: string[]
): { readonly folder: string; readonly hashes: string[] } {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "firstbad-history-")));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  git(folder, "init", "--quiet", "--initial-branch=main", ...options, ".");
  const result = spawnSync(
    "git",
    // Names that git would not check out are none that a repository cannot have.
    ["-c", "core.protectNTFS=false", "fast-import", "--quiet"],
    { cwd: folder, input: Buffer.concat(commits.flatMap(stream)), encoding: "utf8" },
  );
  if (result.status !== 0) throw new Error(result.stderr);
  const named = git(folder, "rev-parse", ...commits.map((_, n) => `refs/made/${n}`));
  return { folder, hashes: named.split("\n") };
}

function stream({ parents = [], files }: Made, n: number): Buffer[] {
  const [first, ...others] = parents;
  const lines = [
    ...(parents.length === 0 ? [`reset refs/made/${n}`] : []),
    `commit refs/made/${n}`,
    `mark :${n + 1}`,
    `committer A U Thor <author@example.com> ${1_600_000_000 + n} +0000`,
    "data <<END",
    `commit ${n}`,
    "END",
    ...(first === undefined ? [] : [`from :${first + 1}`]),
    ...others.map((parent) => `merge :${parent + 1}`),
  ];
  const changes = files instanceof Map ? [...files] : Object.entries(files);
  return [
    Buffer.from(`${lines.join("\n")}\n`),
    ...changes.flatMap(([path, content]) => change(Buffer.from(path), content)),
    Buffer.from("\n"),
  ];
}

function change(path: Buffer, content: string | null): Buffer[] {
  const quoted = Buffer.from(
    `"${[...path].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("")}"\n`,
  );
  if (content === null) return [Buffer.from("D "), quoted];
  return [
    Buffer.from("M 100644 inline "),
    quoted,
    Buffer.from(`data ${Buffer.byteLength(content)}\n${content}\n`),
  ];
}
