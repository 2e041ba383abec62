import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openRepository } from "../../src/history/repository.ts";
import { TreeIds } from "../../src/workplace/tree-ids.ts";

const never = new AbortController().signal;

let folder: string;
let ids: TreeIds;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "firstbad-tree-ids-"));
  git("init", "--quiet");
  for (const text of ["a", "b"]) commit(text);
  ids = new TreeIds(await openRepository(folder));
});
afterEach(() => ids.close());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function git(...words: readonly string[]): string {
  return execFileSync("git", ["-C", folder, ...words], { encoding: "utf8" }).trim();
}

function commit(text: string): string {
  writeFileSync(join(folder, "file"), text);
  git("add", "file");
  git("-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qm", text);
  return git("rev-parse", "HEAD");
}

/** The open gits of this process, by what they were asked for. */
function openGits(): number[] {
  const children = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
  return children.map(Number).filter((pid) => {
    try {
      const parent = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.split(" ")[1];
      const words = readFileSync(`/proc/${pid}/cmdline`, "latin1");
      return Number(parent) === process.pid && words.includes("--batch-check");
    } catch {
      return false;
    }
  });
}

test("tells each commit's tree, whoever asks at the same time, by one git", async () => {
  const commits = [git("rev-parse", "HEAD~1"), git("rev-parse", "HEAD")];
  const trees = await Promise.all([...commits, ...commits].map((hash) => ids.of(hash, never)));
  expect(trees).toEqual([...commits, ...commits].map((hash) => git("rev-parse", `${hash}^{tree}`)));
  expect(openGits()).toHaveLength(1);
  await ids.close();
  expect(openGits()).toHaveLength(0);
});

test("knows commits that come later, also packed ones", async () => {
  await ids.of(git("rev-parse", "HEAD"), never);
  const later = commit("c");
  git("gc", "--quiet");
  expect(await ids.of(later, never)).toBe(git("rev-parse", "HEAD^{tree}"));
});

test("asks another git where one was killed", async () => {
  const head = git("rev-parse", "HEAD");
  await ids.of(head, never);
  for (const pid of openGits()) process.kill(pid, "SIGKILL");
  expect(await ids.of(head, never)).toBe(git("rev-parse", "HEAD^{tree}"));
});

test.each([
  ["a hash that nothing has", () => "0123456789".repeat(4)],
  ["a file's hash", () => git("rev-parse", "HEAD:file")],
  ["a name", () => "HEAD"],
  ["an option", () => "--batch-command"],
  ["more than one line", () => `${git("rev-parse", "HEAD")}\n`],
])("%s is no commit", async (_, name) => {
  const failure = { code: "commit-not-found" };
  await expect(ids.of(name(), never)).rejects.toMatchObject(failure);
});

test("is interrupted by its signal, and answers the next question", async () => {
  const head = git("rev-parse", "HEAD");
  await expect(ids.of(head, AbortSignal.abort())).rejects.toMatchObject({ code: "interrupted" });
  expect(await ids.of(head, never)).toBe(git("rev-parse", "HEAD^{tree}"));
});
