import { execFileSync } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { overridesFromLog } from "../../src/cli/replayed-log.ts";
import { openRepository } from "../../src/history/repository.ts";
import { knownByLog, readLog, writeGitLog, writeLog } from "../../src/syzbot/index.ts";
import { tell } from "../bisection/drive-story.ts";
import { history, kernelsWith } from "../bisection/kernels.ts";
import { firstbad } from "./firstbad.ts";

const never = new AbortController().signal;
const hash = history.hash;

function git(...words: readonly string[]): string {
  const identity = ["-c", "user.name=Heron", "-c", "user.email=heron@pond.example"];
  return execFileSync("git", [...identity, "-C", history.folder, ...words], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** What `git bisect log` prints after these commands. */
function bisected(...commands: readonly (readonly string[])[]): string {
  git("update-ref", "--no-deref", "HEAD", hash("a0"));
  for (const [command = "", ...words] of commands)
    git("bisect", command, ...(command === "start" ? ["--no-checkout"] : []), ...words);
  const log = git("bisect", "log");
  git("bisect", "reset");
  return log;
}

const half = () =>
  bisected(
    ["start", hash("a9"), hash("a0")],
    ["good", hash("m5")],
    ["skip", hash("a7")],
    ["bad", hash("m8")],
  );

async function takenFrom(log: string) {
  const known = knownByLog(readLog(Buffer.from(log), "a log"))!;
  const { told } = known;
  const after = told.findLast(({ verdict }) => verdict === "after")!.commit;
  const before = told.find(({ verdict }) => verdict === "before")!.commit;
  const ends = {
    crashes: { hash: after, name: after, subject: "" },
    clean: { hash: before, name: before },
  };
  const repository = await openRepository(history.folder);
  const overrides = await overridesFromLog({ path: "a log", known }, ends, repository, never);
  return { known, overrides, after: history.name(after), before: history.name(before) };
}

const taken = (overrides: Awaited<ReturnType<typeof takenFrom>>["overrides"]) =>
  overrides.flatMap((event) =>
    event.kind === "overridden"
      ? [[event.verdict, event.source, ...event.commits.map(history.name)]]
      : [],
  );

describe("a half-finished log of git's", () => {
  test("gives the ends, and what lies between them as overrides of its own", async () => {
    const { overrides, after, before } = await takenFrom(half());
    expect([after, before]).toEqual(["m8", "a0"]);
    expect(taken(overrides)).toEqual([
      ["before", "log", "a0"],
      ["before", "log", "m5"],
      ["untestable", "log", "a7"],
    ]);
  });

  test("is gone on with: only what it does not know is tested", async () => {
    const { overrides } = await takenFrom(half());
    const story = {
      history,
      crashes: "m8",
      clean: "a0",
      known: overrides,
      script: kernelsWith("a6"),
    };
    const { events, concluded } = await tell(story);
    expect(concluded).toMatchObject({ end: "found", culprit: hash("a6") });
    const built = events.flatMap((e) =>
      e.kind === "kernel-planned" ? [history.name(e.commit)] : [],
    );
    // u3 lies on the branch that m8 brought.
    expect(built.filter((name) => ["a0", "m5", "a7", "a3"].includes(name))).toEqual([]);
    expect(built).toContain("a6");
    expect(writeGitLog(events)).toContain(`git bisect skip ${hash("a7")}`);
    expect(writeGitLog(events)).toContain(`git bisect good ${hash("m5")}`);
  });

  test("brings its terms, its paths and first parents along", async () => {
    const log = bisected([
      "start",
      "--term-new=slow",
      "--term-old",
      "fast",
      "--first-parent",
      hash("a9"),
      hash("a0"),
      "--",
      "a6.c",
    ]);
    const { known } = await takenFrom(log);
    expect(known).toMatchObject({
      terms: { before: "fast", after: "slow" },
      part: { firstParent: true, paths: ["a6.c"] },
    });
  });

  test("may be the one that we write of a bisection with terms of its own", async () => {
    const terms = { before: "fast", after: "slow" };
    const part = { "first-parent": true, paths: ["a6.c", "a3.c"] };
    const story = { history, crashes: "a9", clean: "a0", terms, part, script: kernelsWith("a6") };
    const { events } = await tell(story);
    const log = writeGitLog(events);
    expect(log).toContain(
      `git bisect start '--term-new=slow' '--term-old=fast' '--first-parent' '${hash("a9")}' '${hash("a0")}' '--' 'a6.c' 'a3.c'\n`,
    );
    expect(log).toContain(`# first slow commit: [${hash("a6")}]`);
    const file = join(await mkdtemp(join(tmpdir(), "firstbad-replayed-")), "log");
    await writeFile(file, log.replace("start", "start '--no-checkout'"));
    git("update-ref", "--no-deref", "HEAD", hash("a0"));
    expect(git("bisect", "replay", file)).toContain(`${hash("a6")} is the first slow commit`);
    git("bisect", "reset");
  });
});

test("a log of syzbot's is gone on with", async () => {
  const { events } = await tell({ history, crashes: "a9", clean: "a0", script: kernelsWith("a6") });
  const cut = events.slice(0, events.findIndex((e) => e.kind === "concluded") - 12);
  const { overrides, before } = await takenFrom(writeLog(cut, "2026"));
  expect(before).toBe("a0");
  expect(taken(overrides).length).toBeGreaterThan(1);
});

describe("firstbad replay", () => {
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "firstbad-replay-"));
    await writeFile(join(home, "repro.c"), "int main(void) { return 0; }\n");
    await writeFile(join(home, "kernel.config"), "CONFIG_PRINTK=y\n");
    const job = {
      version: 1,
      kernel: { repo: history.folder, crashes: "nothing", config: "kernel.config", arch: "um" },
      reproducer: { c: "repro.c" },
      machine: { type: "uml" },
    };
    await writeFile(join(home, "firstbad.yaml"), JSON.stringify(job));
  });

  async function replayed(log: string, ...words: readonly string[]) {
    await writeFile(join(home, "log"), log);
    return firstbad(home, "replay", "log", "--dry-run", ...words);
  }

  test("takes its ends from the log and the rest from the job", async () => {
    const { code, stdout, stderr } = await replayed(half());
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: "log: answers taken over: 3, outside of the range: 1\n",
    });
    expect(stdout).toContain(`crashes     ${hash("m8")}`);
    expect(stdout).toContain(`clean       ${hash("a0")}`);
  });

  test("takes the ends of a fix as well", async () => {
    const log = bisected(
      ["start", "--term-new=fixed", "--term-old=broken", hash("a9"), hash("a0")],
      ["broken", hash("m5")],
      ["fixed", hash("m8")],
    );
    const { code, stdout, stderr } = await replayed(log);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: "log: answers taken over: 2, outside of the range: 1\n",
    });
    expect(stdout).toContain(`crashes     ${hash("a0")}`);
    expect(stdout).toContain(`head        ${hash("m8")}`);
  });

  const other = "0123456789abcdef0123456789abcdef01234567";
  test.each([
    [
      "hashes that are not in the repository",
      () => half().replaceAll(hash("a7"), other),
      "log-not-replayable",
      `does not have ${other}`,
    ],
    [
      "a hash that was cut short",
      () => half().replaceAll(`skip ${hash("a7")}`, `skip ${hash("a7").slice(0, 12)}`),
      "log-not-replayable",
      "cut short",
    ],
    [
      "no commit with the bug",
      () => bisected(["start"], ["good", hash("a0")]),
      "log-not-replayable",
      "no commit with the bug",
    ],
    ["what is no log", () => "hello\n", "log-not-readable", "neither"],
    [
      "ends of which none contains the other",
      () => half().replaceAll(hash("a0"), hash("a9")).replaceAll(hash("m8"), hash("a7")),
      "ends-swapped",
      "ancestor",
    ],
  ])("refuses %s", async (_, log, reason, said) => {
    const { code, stderr } = await replayed(log());
    expect(code).toBe(reason === "ends-swapped" ? 3 : 1);
    expect(stderr).toContain(said);
    expect(stderr).toContain(`docs/errors.md#${reason}`);
  });

  test("refuses paths that are in none of the history, or reach outside", async () => {
    const nowhere = await replayed(half(), "--", "drivers/nothing");
    expect(nowhere.stderr).toContain("docs/errors.md#path-matches-nothing");
    for (const path of ["../secret", "/etc/passwd", "--all", ":(top)a6.c", "a/../../b"]) {
      expect((await replayed(half(), "--", path)).stderr, path).toContain(
        "docs/errors.md#job-invalid",
      );
    }
    const one = await replayed(half(), "--", "a6.c");
    expect(one.stdout).toContain("2 commits");
  });
});
