import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parseJob } from "../../src/job/read.ts";
import { emptyJob, jobText } from "../../web/new/job-text.ts";
import { belongs, filterOf, queryOf } from "../../web/pages/list-filter.ts";
import { pathTo, routeOf } from "../../web/state/route.ts";
import { alongOf, stepPath, suspectsHeight } from "../../web/views/course-lines.ts";
import { runAddress } from "../../web/views/links.ts";
import { rowsOf } from "../../web/views/span-rows.ts";
import { grouped, plural, probabilityText, timeText } from "../../web/views/words.ts";

describe("addresses", () => {
  test.each([
    ["/", { screen: "list" }],
    ["/new", { screen: "new" }],
    ["/bisections/2026-a", { screen: "bisection", id: "2026-a" }],
    ["/bisections/2026-a/result", { screen: "result", id: "2026-a" }],
    ["/bisections/2026-a/runs/0123-1-2", { screen: "console", id: "2026-a", run: "0123-1-2" }],
    ["/bisections/a%2Fb", { screen: "bisection", id: "a/b" }],
    ["/bisections/a/elsewhere", { screen: "unknown" }],
    ["/%E0%A4%A", { screen: "unknown" }],
    ["/constructor", { screen: "unknown" }],
  ])("%s", (path, route) => {
    expect(routeOf(path)).toEqual(route);
  });

  test("a name with a slash or a mark is one part of an address", () => {
    expect(pathTo("a/b", "runs", "k#1")).toBe("/bisections/a%2Fb/runs/k%231");
    expect(runAddress("0123-1#12")).toBe("0123-1-12");
    expect(runAddress("a#b#3")).toBe("a#b-3");
  });
});

describe("the filter of the list", () => {
  test("what is in the address is what is asked for, and back", () => {
    const query = new URLSearchParams("group=running&q=a+%26+b&sort=begun&offset=200");
    const filter = filterOf(query);
    expect(filter).toEqual({ group: "running", find: "", q: "a & b", sort: "begun", offset: 200 });
    expect(filterOf(new URLSearchParams(queryOf(filter)))).toEqual(filter);
  });

  test("what is asked wrongly is not asked", () => {
    const query = new URLSearchParams("group=all&find=x&sort=up&offset=-4");
    expect(queryOf(filterOf(query))).toBe("");
    expect(filterOf(new URLSearchParams("offset=1e99")).offset).toBe(0);
  });

  test("an entry that left the group is shown no more", () => {
    const filter = filterOf(new URLSearchParams("group=running"));
    expect(belongs(filter, { group: "running", find: "fix" })).toBe(true);
    expect(belongs(filter, { group: "concluded", find: "fix" })).toBe(false);
  });
});

describe("the job that the form makes", () => {
  test("is YAML with what was filled in", () => {
    const text = jobText({
      ...emptyJob,
      repo: "/srv/linux",
      crashes: "7f25f0412c9e",
      clean: "v5.16",
      fragment: "uml.config",
      reproducer: "repro.c",
      seconds: "20",
    });
    expect(parse(text)).toEqual({
      version: 1,
      kernel: {
        repo: "/srv/linux",
        crashes: "7f25f0412c9e",
        clean: "v5.16",
        config: { base: "allnoconfig", fragments: ["uml.config"] },
        arch: "um",
      },
      reproducer: { c: "repro.c", seconds: 20 },
      machine: { type: "uml" },
      find: "cause",
      policy: "adaptive",
      confidence: 0.99,
    });
  });

  test.each([
    "1e5",
    "0123456",
    "null",
    "yes",
    "a: b",
    "x # y",
    "- z",
    'quote " and \\',
    "two\nlines: 1",
    "{a: b}",
    "~",
  ])("%j stays a text, and one value", (crashes) => {
    const job = parse(jobText({ ...emptyJob, repo: "/x", crashes }));
    expect(job.kernel.crashes).toBe(crashes.trim());
    expect(Object.keys(job).sort()).toEqual(
      ["confidence", "find", "kernel", "machine", "policy", "version"].sort(),
    );
  });

  const program = { ...emptyJob, target: "program", repo: "/x", crashes: "HEAD" } as const;

  test("of a program has what builds and runs it, and nothing of a kernel", () => {
    const text = jobText({
      ...program,
      ...{ clean: "v1.0", build: "make CC='gcc -g'", run: './parse "$INPUTS/bad.json"' },
      ...{ files: ["bad.json", "a: b"], seconds: "5", buildSeconds: "60", memory: "1G" },
      ...{ env: "ASAN_OPTIONS=a=b:c=d\n\nN=1\nEMPTY=", title: "SIGSEGV" },
    });
    const job = parseJob(text, { path: "/srv/firstbad.yaml" });
    expect(job).toMatchObject({
      kind: "program",
      program: {
        ...{ repo: "/x", crashes: "HEAD", clean: "v1.0", build: "make CC='gcc -g'" },
        run: './parse "$INPUTS/bad.json"',
        files: ["/srv/bad.json", "/srv/a: b"],
        env: { ASAN_OPTIONS: "a=b:c=d", N: "1", EMPTY: "" },
        ...{ seconds: 5, "build-seconds": 60, memory: 1024 ** 3 },
      },
      expect: { title: "SIGSEGV" },
    });
  });

  test("of a program that is judged by its exit code asks a shell for it", () => {
    const asked = { run: "make check # all", answer: "exit code", title: "SIGSEGV" } as const;
    const job = parse(jobText({ ...program, ...asked }));
    expect(job).not.toHaveProperty("expect");
    expect(job.program).toEqual({
      ...{ repo: "/x", crashes: "HEAD" },
      predicate: ["sh", "-c", "make check # all"],
    });
  });

  test("of a fix, up to where it is searched, and not from where", () => {
    const job = parse(
      jobText({ ...emptyJob, repo: "/x", crashes: "a", clean: "b", find: "fix", head: "master" }),
    );
    expect(job.find).toBe("fix");
    expect(job.kernel).toMatchObject({ head: "master" });
    expect(job.kernel).not.toHaveProperty("clean");
  });
});

describe("charts", () => {
  const point = {
    at: "",
    worked: 0,
    suspects: null,
    best: null,
    stated: null,
    kernels: 0,
    runs: 0,
  };

  test("decisions lie along the time worked; where none passed, along their number", () => {
    const worked = (...all: number[]) => all.map((one) => ({ ...point, worked: one }));
    expect(alongOf(worked(10, 20, 110))).toEqual([0, 0.1, 1]);
    expect(alongOf(worked(0, 0, 0))).toEqual([0, 0.5, 1]);
    expect(alongOf([])).toEqual([]);
  });

  test("suspects by their logarithm, a line in steps", () => {
    expect(suspectsHeight(10_000, 10_000)).toBe(0);
    expect(suspectsHeight(100, 10_000)).toBeCloseTo(0.5);
    expect(suspectsHeight(0, 10_000)).toBe(1);
    expect(suspectsHeight(1, 1)).toBe(1);
    expect(
      stepPath(
        [
          { x: 0, y: 0 },
          { x: 0.5, y: 1 },
        ],
        600,
        100,
      ),
    ).toBe("M0 0H300V100");
  });

  test("what was done at the same time has rows of its own, up to the most", () => {
    const span = (kind: "build" | "run", from: number, to: number) => {
      return { kind, from, to, kernel: "k", of: 1, ok: true };
    };
    const rows = rowsOf(
      [
        span("run", 0, 4),
        span("run", 2, 6),
        span("run", 5, 9),
        span("run", 3, 7),
        span("build", 0, 2),
      ],
      2,
    );
    expect(rows.map(({ kind, spans }) => [kind, spans.map(({ from }) => from)])).toEqual([
      ["build", [0]],
      ["run", [0, 5]],
      ["run", [2, 3]],
    ]);
  });
});

describe("numbers", () => {
  test.each([
    [1, "1"],
    [0.99999, "> 0.999"],
    [0.9934, "0.993"],
    [0.62, "0.62"],
    [0.031, "0.031"],
    [0.0002, "< 0.001"],
    [0, "0.000"],
  ])("the probability %d is %s", (p, text) => {
    expect(probabilityText(p)).toBe(text);
  });

  test("counts and times", () => {
    expect(grouped(1_234_567)).toBe("1,234,567");
    expect(plural(1, "run")).toBe("1 run");
    expect(plural(1000, "run")).toBe("1,000 runs");
    expect(timeText("2026-11-23T14:05:09.123Z")).toBe("2026-11-23 14:05:09 UTC");
    expect(timeText("never")).toBe("never");
  });
});
