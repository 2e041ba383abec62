import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { composeHistory } from "../../demo/history/compose.ts";
import { unpatched } from "../../demo/history/patch.ts";
import { Random } from "../../demo/history/random.ts";
import type { SourceFile } from "../../demo/history/source.ts";
import { importStream } from "../../demo/history/stream.ts";
import { documentPath, type TinySource, tinySource } from "./tiny-source.ts";

const folder = mkdtempSync(join(tmpdir(), "demo-history-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function* filesOf({ material }: TinySource): AsyncGenerator<SourceFile> {
  for (const [path, text] of material.texts) {
    yield { path, mode: "100644", data: Buffer.from(text, "latin1") };
  }
}

/** Imports the history over the tiny source and returns the repository's path. */
async function imported(name: string, source: TinySource): Promise<string> {
  const repository = join(folder, name);
  execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=master", repository]);
  const commits = composeHistory(source.plan, source.material, new Random("words"));
  const parts: Buffer[] = [];
  for await (const part of importStream(source.plan, commits, filesOf(source))) parts.push(part);
  execFileSync("git", ["-C", repository, "fast-import", "--quiet", "--done"], {
    input: Buffer.concat(parts),
  });
  return repository;
}

function git(repository: string, ...args: string[]): string {
  const options = { encoding: "utf8", maxBuffer: 1 << 28 } as const;
  return execFileSync("git", ["-C", repository, ...args], options);
}

const source = tinySource("compose");
const repository = await imported("first", source);

test("made twice, the history has the same hashes; another seed gives others", async () => {
  const refs = (from: string) => git(from, "for-each-ref", "--format=%(refname) %(objectname)");
  expect(refs(await imported("second", tinySource("compose")))).toBe(refs(repository));
  expect(refs(await imported("third", tinySource("other")))).not.toBe(refs(repository));
});

test("git finds the planned commits, merges and annotated tags, and nothing broken", () => {
  const { plan } = source;
  const merges = plan.commits.filter(({ parents }) => parents.length > 1).length;
  expect(git(repository, "rev-list", "--count", "master").trim()).toBe(`${plan.commits.length}`);
  expect(git(repository, "rev-list", "--count", "--merges", "master").trim()).toBe(`${merges}`);
  const tags = git(
    repository,
    "for-each-ref",
    "refs/tags",
    "--format=%(objecttype) %(refname:short)",
  );
  const expected = plan.tags.map(({ name }) => `tag ${name}`);
  expect(tags.trim().split("\n").sort()).toEqual(expected.sort());
  git(repository, "fsck", "--strict", "--no-progress");
});

test("git's own merge of the parents gives the merge's tree", () => {
  const merges = git(repository, "log", "--merges", "--format=%T %P", "master").trim().split("\n");
  const pairs = merges.map((line) => line.split(" ")).filter((words) => words.length === 3);
  expect(pairs.length).toBeGreaterThan(15);
  for (const [tree, ours = "", theirs = ""] of pairs) {
    expect(git(repository, "merge-tree", "--write-tree", ours, theirs).trim()).toBe(tree);
  }
});

test("commits have an author, a committer who signs, times that rise, and a say", () => {
  const format = "%an%x00%cn%x00%at%x00%ct%x00%B%x01";
  const commits = git(
    repository,
    "log",
    "--reverse",
    "--date-order",
    "--no-merges",
    `--format=${format}`,
  )
    .split("\x01")
    .slice(0, -1)
    .map((record) => record.trim().split("\0"));
  let before = 0;
  for (const [author, committer, authored, committed, message] of commits) {
    expect(Number(authored)).toBeLessThanOrEqual(Number(committed));
    expect(Number(committed)).toBeGreaterThan(before);
    before = Number(committed);
    if (!/^(Import|Linux) /.test(message!)) {
      expect(message).toMatch(/^[\w/ .,:+-]+: .+\n\n.+/);
      expect(message).toContain(`Signed-off-by: ${author} <`);
      expect(message).toContain(`Signed-off-by: ${committer} <`);
    }
  }
});

test("each commit changes the file that was planned, and only that", () => {
  const commits = composeHistory(source.plan, source.material, new Random("words"));
  for (const [number, { change, parents }] of source.plan.commits.entries()) {
    if (!("path" in change)) continue;
    expect(commits[number]!.files.map(({ path }) => path)).toEqual([change.path]);
    expect(parents.length).toBe(1);
  }
});

test("the compiler takes each version of a file where its commit builds, and no other", () => {
  const commits = composeHistory(source.plan, source.material, new Random("words"));
  const strict = ["-x", "c", "-fsyntax-only", "-Werror=implicit-function-declaration", "-"];
  const checked = source.plan.commits.flatMap(({ change, builds }, number) => {
    if (!("path" in change) || change.path === documentPath) return [];
    const text = commits[number]!.files[0]!.text;
    const { status } = spawnSync("gcc", strict, { input: text });
    return [{ number, builds, compiles: status === 0 }];
  });
  expect(checked.length).toBeGreaterThan(150);
  // In a broken stretch other files still compile: the break alone has to fail.
  const wrong = checked.filter(({ number, compiles }) => {
    return compiles === (source.plan.commits[number]!.change.kind === "break");
  });
  expect(wrong).toEqual([]);
});

test.each(["compose", "a", "b", "c", "d", "e"])(
  "edits leave room for the patches and let them be taken back: %s",
  (seed) => {
    const { plan, material } = tinySource(seed);
    const texts = new Map<string, string>();
    for (const { files } of composeHistory(plan, material, new Random(seed))) {
      for (const { path, text } of files) texts.set(path, text);
    }
    for (const patch of material.patches) {
      expect(unpatched(texts.get(patch.path)!, patch), patch.path).not.toBeNull();
    }
  },
);

test("a patch that does not fit the source is an error that names it", () => {
  const { plan, material } = source;
  const patches = material.patches.map((patch) => ({
    ...patch,
    hunks: [{ before: "not there\n", after: "\n" }],
  }));
  expect(() => composeHistory(plan, { ...material, patches }, new Random("words"))).toThrow(
    /"fs\/part0: make the ground patch" does not fit tiny-source 1/,
  );
});
