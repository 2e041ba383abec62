import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { shellQuoted, shellWords } from "../../src/syzbot/git-log/shell-words.ts";
import { readLog, writeGitLog, writeLog } from "../../src/syzbot/index.ts";
import { stories } from "./endings.ts";
import { commit, Story } from "./story.ts";

/** A repository with a straight history `c0` … `c15`, and what git does in it. */
function repository() {
  const folder = mkdtempSync(join(tmpdir(), "firstbad-git-log-"));
  const identity = ["user.name=Heron", "user.email=heron@pond.example", "init.defaultBranch=main"];
  const git = (...words: string[]) =>
    execFileSync("git", [...identity.flatMap((pair) => ["-c", pair]), "-C", folder, ...words], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  git("init", "-q");
  for (let n = 0; n < 16; n++) git("commit", "-q", "--allow-empty", "-m", `c${n}: the frog's`);
  const hashes = git("rev-list", "--reverse", "HEAD").trim().split("\n");
  return { folder, git, hash: (n: number) => hashes[n] ?? "" };
}

const made = repository();

/** What git has to say when it replays `log`, and what is left then of the log. */
function replayed(log: string): { readonly said: string; readonly log: string } {
  const file = join(made.folder, ".git", "replayed.log");
  writeFileSync(file, log);
  try {
    return { said: made.git("bisect", "replay", file), log: made.git("bisect", "log") };
  } finally {
    made.git("bisect", "reset");
  }
}

/** A story on the made repository: the ends, then a mark for each number. */
function story(find: "cause" | "fix", tested: readonly (readonly [number, string])[]): Story {
  const made = new Story(find).start();
  return tested.reduce((story, [n, mark]) => story.test("search", `c${n}`, mark), made);
}

/** The story with the repository's hashes in place of those that are made up from words. */
function inRepository({ events }: Story): typeof events {
  let text = JSON.stringify(events);
  for (let n = 0; n < 16; n++) {
    const [made_, real] = [commit(`c${n}`), made.hash(n)];
    text = text.replaceAll(made_, real).replaceAll(made_.slice(0, 12), real.slice(0, 12));
  }
  return JSON.parse(text);
}

describe("git bisect replay takes", () => {
  it("a bisection of ours, and comes to the same commit", () => {
    const marks = [
      [8, "."],
      [12, "x"],
      [10, "n"],
      [11, "x"],
      [9, "x"],
    ] as const;
    const ours = new Story().start().range("c15", "c0");
    for (const [n, mark] of marks) ours.test("search", `c${n}`, mark);
    ours.conclude("found", { culprit: commit("c9"), confidence: 0.9 });
    const log = writeGitLog(inRepository(ours));
    expect(replayed(log).said).toContain(`${made.hash(9)} is the first bad commit`);
  });

  it("a log of syzbot's", () => {
    const events = inRepository(
      new Story()
        .start()
        .range("c15", "c0")
        .test("search", "c7", "x", { left: { suspects: 3, steps: 2 } })
        .test("search", "c3", ".", { left: { suspects: 3, steps: 2 } })
        .test("search", "c5", "n", { left: { suspects: 3, steps: 2 } }),
    );
    const log = readLog(Buffer.from(writeLog(events, "2026")), "a log");
    const { log: left } = replayed(writeGitLog(log));
    expect(left).toContain(`git bisect bad ${made.hash(7)}`);
    expect(left).toContain(`git bisect good ${made.hash(3)}`);
    expect(left).toContain(`git bisect skip ${made.hash(5)}`);
  });

  it("a fix, whose commits are fixed and broken", () => {
    const events = inRepository(
      story("fix", []).range("c15", "c0").test("search", "c8", "x").test("search", "c9", "."),
    );
    const { said } = replayed(writeGitLog(events));
    expect(said).toContain(`${made.hash(9)} is the first fixed commit`);
  });

  it("the newest answer of a commit that was answered twice", () => {
    const events = inRepository(
      new Story().start().range("c15", "c0").test("search", "c8", "n").test("culprit", "c8", "x"),
    );
    const log = writeGitLog(events);
    expect(log.match(/^git bisect \w+ \w+$/gm)).toEqual([`git bisect bad ${made.hash(8)}`]);
    expect(replayed(log).log).toContain(`git bisect bad ${made.hash(8)}`);
  });
});

describe("git's own log", () => {
  const commands: readonly (readonly [string, readonly string[][]])[] = [
    ["with the ends at once", [["start", "HEAD", "HEAD~15"], ["good"], ["bad"]]],
    ["with skipped commits", [["start", "HEAD", "HEAD~4"], ["skip"], ["skip"], ["skip"]]],
    ["with the ends one by one", [["start"], ["bad", "HEAD"], ["good", "HEAD~9"], ["good"]]],
    [
      "with terms and a path",
      [
        ["start", "--term-new=fixed", "--term-old", "broken", "--", "."],
        ["fixed", "HEAD"],
        ["broken", "HEAD~3"],
        ["fixed"],
      ],
    ],
    ["with old and new", [["start"], ["new", "HEAD"], ["old", "HEAD~3"], ["new"], ["old"]]],
  ];

  test.each(commands)("%s comes out as it was", (_, all) => {
    for (const words of all) {
      try {
        made.git("bisect", ...words);
      } catch {
        // Only skipped commits left: git says so with its exit code.
      }
    }
    const log = made.git("bisect", "log");
    made.git("bisect", "reset");
    const events = readLog(Buffer.from(log), "a log");
    expect(events.filter(({ kind }) => kind === "line-unrecognised")).toEqual([]);
    expect(writeGitLog(events)).toBe(log);
    expect(events.some(({ kind }) => kind === "probe-answered")).toBe(true);
  });
});

describe("the log that we write", () => {
  test.each(Object.entries(stories))("%s", async (name, story) => {
    const log = writeGitLog(story().events);
    await expect(log).toMatchFileSnapshot(`git-logs/${name}.log`);
    if (log !== "") expect(writeGitLog(readLog(Buffer.from(log), "a log"))).toBe(log);
  });
});

describe("words that git quotes", () => {
  it("are the same again", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        expect(shellWords(shellQuoted(words))).toEqual(words);
      }),
    );
  });

  test.each(["'", "a 'b", "\\"])("%s is not closed", (text) => {
    expect(shellWords(text)).toBeNull();
  });
});
