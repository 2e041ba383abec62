import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { keptCache } from "./kept-cache.ts";
import { checksOf } from "./made-history.ts";
import { makeShelfHistory, readsShelf } from "./shelf-history.ts";

const root = join(import.meta.dirname, "../..");

let repository: string;
let hash: (name: string) => string;

beforeAll(async () => {
  ({ folder: repository, hash } = await makeShelfHistory());
});

/** A question about the shelf's history, in a folder of its own: nothing is known from another one. */
class Question {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** `ends`: of its kernel; `find`: the cause, where nothing is said. */
  static async of(ends: Readonly<Record<string, string>>, find = "cause"): Promise<Question> {
    const folder = await mkdtemp(join(tmpdir(), "firstbad-questions-"));
    const fragments = ["small.config", "shelf.config"].map((name) =>
      join(import.meta.dirname, name),
    );
    const config = { base: "allnoconfig", fragments };
    const job = {
      version: 1,
      kernel: { repo: repository, ...ends, config, arch: "um" },
      reproducer: { c: "read.c", seconds: 5 },
      machine: { type: "uml", memory: "64M" },
      find,
    };
    await writeFile(join(folder, "read.c"), readsShelf);
    await writeFile(join(folder, "firstbad.yaml"), JSON.stringify(job));
    return new Question(folder);
  }

  /** What a command says with `--json`, and the code that it ends with. */
  async ask(...words: readonly string[]) {
    const { FIRSTBAD_HOME: _, ...rest } = process.env;
    const env = { ...rest, XDG_DATA_HOME: this.#folder, XDG_CACHE_HOME: keptCache };
    const options = { env, cwd: this.#folder, maxBuffer: 64 * 1024 ** 2 };
    const program = join(root, "bin/firstbad");
    const ended = await promisify(execFile)(program, [...words, "--json"], options).then(
      ({ stdout }) => ({ code: 0, stdout }),
      (error: { code: number; stdout: string }) => error,
    );
    return { code: ended.code, ...JSON.parse(ended.stdout) };
  }
}

/** What every cause and every fix of this history is asked, beside what is asked of one of the two. */
const asked = {
  "signatures-differ": "passed",
  "changes-code": "passed",
  "is-compiled": "passed",
  "touches-stack": "passed",
  "no-detector": "passed",
};
const causeProven = {
  ...asked,
  "culprit-crashes": "passed",
  "parent-clean": "passed",
  "revert-on-culprit": "passed",
  "revert-on-crashing": "passed",
};
const fixProven = {
  ...asked,
  "fix-clean": "passed",
  "parent-crashes": "passed",
  "fix-on-parent": "passed",
  "fix-on-crashing": "passed",
};
const bug = { title: "WARNING in shelf_show" };

test("the cause is found, and the crashing kernel is clean without it", async () => {
  const question = await Question.of({ clean: "v9.1", crashes: "v9.2" });
  const result = await question.ask("bisect");
  expect(result).toMatchObject({ code: 0, end: "found", culprit: hash("cause"), bug });
  expect(checksOf(result)).toEqual(causeProven);
});

test("the fix is found behind a merge of what never had the bug", async () => {
  const question = await Question.of({ crashes: "v9.2", head: "v9.3" }, "fix");
  const result = await question.ask("bisect");
  expect(result).toMatchObject({ code: 0, end: "found", culprit: hash("fix"), bug });
  expect(checksOf(result)).toEqual(fixProven);
});

test("what was begun before the cause is no fix, with git's policy either", async () => {
  // That one has nothing but halving to keep to, and comes upon the topic branch.
  const question = await Question.of({ crashes: "cause", head: "v9.3" }, "fix");
  const result = await question.ask("bisect", "--policy", "git");
  expect(result).toMatchObject({ code: 0, end: "found", culprit: hash("fix"), bug });
  expect(checksOf(result)).toMatchObject({ "fix-clean": "passed", "parent-crashes": "passed" });
});

test("a fix that was reverted is none yet, and the one that came again is found", async () => {
  const question = await Question.of({ crashes: "v9.2", head: "v9.4" }, "fix");
  const first = await question.ask("bisect");
  expect(first).toMatchObject({ code: 6, end: "not-fixed-yet", culprit: null });
  expect(first.candidates).toEqual([hash("broken")]);

  const again = await question.ask("resume", "last", "--head", "v9.5");
  expect(again).toMatchObject({ code: 0, end: "found", culprit: hash("refix"), bug });
  expect(checksOf(again)).toEqual(fixProven);
  // The kernels of both ends are not built, and not run, again.
  const of = (commit: string) =>
    again.evidence.filter((one: { commit: string }) => one.commit === commit);
  expect(of(hash("broken"))).toEqual(
    first.evidence.filter((one: { commit: string }) => one.commit === hash("broken")),
  );
});

test("the revert of the fix is the cause of what comes after it", async () => {
  const question = await Question.of({ clean: "v9.3", crashes: "v9.4" });
  const result = await question.ask("bisect");
  expect(result).toMatchObject({ code: 0, end: "found", culprit: hash("unfix"), bug });
  expect(checksOf(result)).toEqual(causeProven);
});

test("a second cause of the same crash is named, and not the one that was mended", async () => {
  // The range has all of it, clean and crashing by turns.
  const question = await Question.of({ clean: "v9.1", crashes: "v9.6" });
  const result = await question.ask("bisect");
  expect(result).toMatchObject({ code: 0, end: "found", culprit: hash("second"), bug });
  expect(checksOf(result)).toEqual(causeProven);
});

test("the releases with the cause and without the fix are affected", async () => {
  const question = await Question.of({ crashes: "v9.2" });
  const known = ["--cause", hash("cause"), "--fix", hash("fix")];
  const told = await question.ask("presence", "--releases", "v9.1..v9.5", ...known);
  const [none, cause] = [null, { commit: hash("cause") }];
  const [fix, refix] = [{ commit: hash("fix") }, { commit: hash("refix"), how: "title" }];
  expect(told).toMatchObject({ code: 0, end: "surveyed" });
  expect(told.presence.trees).toMatchObject([
    { name: "v9.1", cause: none, fix: none, state: "not-affected", crashed: 0 },
    { name: "v9.2", cause, fix: none, state: "affected" },
    { name: "v9.3", cause, fix, state: "fixed", crashed: 0 },
    { name: "v9.4", cause, fix: none, state: "affected" },
    { name: "v9.5", cause, fix: refix, state: "fixed" },
  ]);
  // What was fixed before, and has the same fix again, is not built.
  expect(told.presence.trees[4].kernel).toBeNull();

  const all = await question.ask("presence", "--releases", "v9.5..v9.6", "--all", ...known);
  expect(all.presence.trees).toMatchObject([
    { name: "v9.5", state: "fixed", crashed: 0 },
    {
      ...{ name: "v9.6", cause, fix: refix, state: "affected" },
      why: expect.stringContaining("though it has the fix: that does not mend it all"),
    },
  ]);
});
