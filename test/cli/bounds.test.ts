import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { history } from "../bisection/kernels.ts";
import { firstbadWith } from "./firstbad.ts";
import { scriptedEnv, writeScriptedJob } from "./scripted/scripted-job.ts";

const bug = "KASAN: slab-use-after-free Read in pipe_poll";

let home: string;
let job: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "firstbad-bounds-"));
  const kernel = { repo: history.folder, crashes: "c17", clean: "v6.0" };
  job = await writeScriptedJob(home, kernel, { culprit: history.hash("a6"), bug });
});

const firstbad = (...words: readonly string[]) => firstbadWith(scriptedEnv(home), home, words);
const bisect = (...words: readonly string[]) =>
  firstbad("bisect", job, "--policy", "adaptive", "--json", ...words);
const events = async () => {
  const root = join(home, "bisections");
  const [id = ""] = await readdir(root);
  return { id, path: join(root, id, "events.ndjson") };
};

describe("a bisection that may take only so much", () => {
  test("ends with 5 and what is left, and goes on where it may take more", async () => {
    const { code, stdout, stderr } = await bisect("--budget", "builds=3,runs=40");
    expect(code).toBe(5);
    expect(JSON.parse(stdout)).toMatchObject({ end: "budget", culprit: null, kernels: 3 });
    expect(stderr).toContain("at most 3 kernels, 40 runs\n");
    const shown = await firstbad("show", "last");
    expect(shown.stdout).toContain("budget: 3 builds were made, as many as are allowed; ");
    expect(shown.stdout).toMatch(/\n {3,}\d+\.\d % [0-9a-f]{12} a\d: a commit\n/);
    const { id } = await events();
    expect(shown.stdout).toContain(`go on with: firstbad resume ${id} --budget builds=6,runs=80\n`);

    // Without more, that is the end of it, and nothing is added to it.
    const { path } = await events();
    const before = await readFile(path, "utf8");
    expect((await firstbad("resume", "last", "--json")).code).toBe(5);
    expect(await readFile(path, "utf8")).toBe(before);

    const more = await firstbad("resume", "last", "--budget", "builds=none", "--json");
    expect(more.code).toBe(0);
    expect(JSON.parse(more.stdout)).toMatchObject({ end: "found", culprit: history.hash("a6") });
    expect(more.stderr).toContain("at most 40 runs\n");
    expect(more.stderr).not.toContain("warning");
  });

  test("names a culprit without a check that it has no room for, and makes that with more", async () => {
    const whole = JSON.parse((await bisect("--reuse", "none")).stdout);
    const allowed = `builds=${whole.kernels - 1}`;
    const first = await bisect("--reuse", "none", "--budget", allowed);
    const named = JSON.parse(first.stdout);
    expect([first.code, named.end, named.leftOut]).toEqual([0, "found", true]);
    expect(named.checks.at(-1)).toMatchObject({ check: "revert-on-crashing", result: "unknown" });
    const more = `--budget builds=${2 * (whole.kernels - 1)}`;
    const shown = await firstbad("show", "last");
    expect(shown.stdout).toContain(`budget is made with: firstbad resume ${named.id} ${more}\n`);

    const path = join(home, "bisections", named.id, "events.ndjson");
    const before = await readFile(path, "utf8");
    expect((await firstbad("resume", "last", "--json")).code).toBe(0);
    expect(await readFile(path, "utf8")).toBe(before);

    // As much as before does no more than before.
    const same = JSON.parse(
      (await firstbad("resume", "last", "--budget", allowed, "--json")).stdout,
    );
    expect([same.end, same.leftOut, same.kernels]).toEqual(["found", true, named.kernels]);

    const again = await firstbad("resume", "last", ...more.split(" "), "--json");
    const proven = JSON.parse(again.stdout);
    expect([proven.end, proven.culprit, proven.leftOut]).toEqual([
      "found",
      whole.culprit,
      undefined,
    ]);
    expect(proven.checks.at(-1)).toMatchObject({ check: "revert-on-crashing", result: "passed" });
    expect(proven.checks).toHaveLength(whole.checks.length);
    expect(proven.kernels).toBe(whole.kernels);
    const late = await firstbad("resume", "last", "--budget", "none", "--json");
    expect([late.code, JSON.parse(late.stdout).kernels]).toEqual([0, whole.kernels]);
  }, 120_000);

  test("takes the bounds of the job file, over which flags go", async () => {
    const given = JSON.parse(await readFile(job, "utf8"));
    const budget = { builds: 2, "machine-time": "5h" };
    await writeFile(job, JSON.stringify({ ...given, budget, deadline: "1h30m" }));
    const { stdout } = await bisect("--budget", "builds=4", "--dry-run");
    expect(stdout).toContain("at most     4 builds, 5h0m of builds and runs, 1h30m of work\n");
    const { code, stderr } = await bisect("--budget", "builds=4", "--deadline", "none");
    expect([code, stderr]).toEqual([5, expect.anything()]);
    expect(stderr).toContain("at most 4 kernels, 5h0m of builds and runs\n");
  });

  test.each([
    [["--budget", "builds=0"], "a whole number from 1 on"],
    [["--budget", "kernels=3"], "expected builds=N, runs=N or machine-time=TIME"],
    [["--budget", "machine-time=soon"], "a time such as 90m or 2h"],
    [["--deadline", "2w"], "a time such as 90m or 2h"],
  ])("refuses %j", async (flags, why) => {
    const { code, stderr } = await bisect(...flags);
    expect(code).toBe(129);
    expect(stderr).toContain(why);
  });
});

describe("decisions of a bisection", () => {
  test("are taken again where that is asked for, and come out as they were", async () => {
    await bisect();
    const { code, stdout } = await firstbad("show", "last", "--verify");
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^all \d+ decisions come out as they were taken\n$/),
    ]);
    const json = JSON.parse((await firstbad("show", "last", "--verify", "--json")).stdout);
    expect(json).toMatchObject({ version: 1, differing: [] });
    expect(json.verified).toBe(json.of);
  });

  test("that come out otherwise are named, and the bisection goes on all the same", async () => {
    await bisect("--budget", "builds=4");
    const { path } = await events();
    const lines = (await readFile(path, "utf8")).split("\n");
    // Another version may have asked for more runs of the first commit of its search.
    const place = lines.findIndex((line) => /"kind":"probe-chosen","stage":"search"/.test(line));
    const chosen = JSON.parse(lines[place] ?? "");
    chosen.probes[0].runs -= 1;
    await writeFile(path, lines.with(place, JSON.stringify(chosen)).join("\n"));

    const { code, stdout } = await firstbad("show", "last", "--verify");
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^decision \d+ of \d+ \(event \d+\): recorded: tests [0-9a-f]{12} \(\d runs\); now: tests [0-9a-f]{12} \(\d runs\)\n/,
    );
    expect(stdout).toContain(`(event ${chosen.seq})`);
    const resumed = await firstbad("resume", "last", "--budget", "none", "--json");
    expect(resumed.code).toBe(0);
    expect(JSON.parse(resumed.stdout)).toMatchObject({ culprit: history.hash("a6") });
    expect(resumed.stderr).toMatch(/^warning: decision \d+ of \d+ \(event \d+\): recorded: /m);
  });
});
