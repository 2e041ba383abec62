import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { culprit } from "../../examples/heap-overflow/history.ts";
import { firstbad, program } from "../cli/firstbad.ts";
import { git, madeFolder } from "../history/made-repository.ts";
import { startProgram } from "../process/start-program.ts";

const example = resolve(import.meta.dirname, "../../examples/heap-overflow");
const title = "AddressSanitizer: heap-buffer-overflow in resolve_escapes";

let folder: string;
let job: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "firstbad-example-"));
  for (const name of ["firstbad.yaml", "crash.ini"])
    cpSync(join(example, name), join(folder, name));
  execFileSync(process.execPath, [join(example, "make.ts"), join(folder, "repo")]);
  job = join(folder, "firstbad.yaml");
});

/** What a bisection came to, without what differs from one to the next. */
function comparable(stdout: string): unknown {
  const { id: _, log: __, seconds: ___, ...rest } = JSON.parse(stdout);
  return rest;
}

describe("the example with a heap overflow", () => {
  test("is the same history every time", () => {
    const repo = join(folder, "repo");
    expect(git(repo, "rev-parse", "main")).toBe("9b2939ceba8341af207517648908f02a779e9004");
    expect(git(repo, "rev-list", "--count", "--merges", "main")).toBe("6");
  });

  test("leads to the commit that brought it in", async () => {
    const home = madeFolder();
    const { code, stdout } = await firstbad(home, "bisect", job, "--policy", "git", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ end: "found", subject: culprit, bug: { title } });

    const shown = (await firstbad(home, "show", "last")).stdout;
    expect(shown).toContain(`  ${culprit}\n`);
    expect(shown).toMatch(/^spent +7 builds, \d+ runs/m);
    expect(shown).not.toContain("kernel");
    const log = (await firstbad(home, "log", "last")).stdout;
    expect(log).toContain(`all runs: crashed: ${title}\n`);
    expect(log).toMatch(/in resolve_escapes \/firstbad\/src\/value\.c:\d+$/m);
  });

  test("is found from a half-finished bisection of git's", async () => {
    const [home, clone] = [madeFolder(), madeFolder()];
    execFileSync("git", ["clone", "-q", join(folder, "repo"), clone]);
    git(clone, "bisect", "start", "main", "v1.0");
    for (let step = 0; step < 2; step++) {
      // A release that has the culprit's line crashes: its subject is in the history of HEAD.
      const subjects = git(clone, "log", "--format=%s");
      git(clone, "bisect", subjects.split("\n").includes(culprit) ? "bad" : "good");
    }
    const log = join(clone, ".git", "BISECT_LOG");
    const words = ["replay", log, job, "--policy", "git", "--json"];
    const { code, stdout, stderr } = await firstbad(home, ...words);
    expect(stderr).toContain("answers taken over: 2");
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ end: "found", subject: culprit, bug: { title } });
    expect((await firstbad(home, "show", "last")).stdout).toMatch(/^spent +4 builds, /m);
  });

  test("ends the same where it is killed in the middle, and resumed", async () => {
    const [whole, killed] = [madeFolder(), madeFolder()];
    // The adaptive policy looks at how long builds and runs took, which is another time each time.
    const bisect = ["bisect", job, "--policy", "git"];
    const { stdout } = await firstbad(whole, ...bisect, "--json");

    const env = { ...process.env, FIRSTBAD_HOME: killed };
    const session = startProgram(program, [...bisect, "-q"], { env });
    const ended = once(session, "exit");
    const answers = () => (journalOf(killed).match(/"probe-answered"/g) ?? []).length;
    while (answers() < 4 && session.exitCode === null) await delay(10);
    session.kill("SIGKILL");
    await ended;
    expect(journalOf(killed)).not.toContain('"concluded"');

    const resumed = await firstbad(killed, "resume", "last", "--json");
    expect(comparable(resumed.stdout)).toEqual(comparable(stdout));
  });
});

/** The events that are on the disk. */
function journalOf(home: string): string {
  const bisections = join(home, "bisections");
  const [id] = existsSync(bisections) ? readdirSync(bisections) : [];
  const path = join(bisections, id ?? "", "events.ndjson");
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
