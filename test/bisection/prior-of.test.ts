import { describe, expect, test } from "vitest";
import { type PriorFacts, priorOf } from "../../src/bisection/prior-of.ts";
import { indexOf } from "../../src/history/graph-hashes.ts";
import { loadGraph } from "../../src/history/load-graph.ts";
import { openRepository } from "../../src/history/repository.ts";
import { imported, type Made } from "../history/made-trees.ts";

const never = new AbortController().signal;

/** A file of functions of thirty lines, the last of which is as given. */
function source(functions: Readonly<Record<string, string>>): string {
  const body = Array.from({ length: 30 }, (_, n) => `\tstep(${n});\n`).join("");
  return Object.entries(functions)
    .map(([name, last]) => `static int ${name}(void)\n{\n${body}\t${last}\n}\n`)
    .join("\n");
}

const start = { eat: "1;", drink: "1;", sleep: "1;" };

/** A file with three functions changes one by one, is moved, and is changed again; others beside it. */
const made: readonly Made[] = [
  { files: { "net/old.c": source(start), "mm/a.c": "1", Makefile: "1" } },
  { parents: [0], files: { "net/old.c": source({ ...start, eat: "2;" }) } },
  { parents: [1], files: { "net/old.c": source({ ...start, eat: "2;", drink: "2;" }) } },
  { parents: [2], files: { "mm/a.c": "2" } },
  {
    parents: [3],
    files: { "net/old.c": null, "net/new.c": source({ ...start, eat: "2;", drink: "2;" }) },
  },
  { parents: [4], files: { "net/new.c": source({ eat: "2;", drink: "2;", sleep: "2;" }) } },
  { parents: [2], files: { "net/side.c": "1" } },
  { parents: [5, 6], files: {} },
  { parents: [7], files: { Makefile: "2" } },
];

const report = [
  "BUG: KASAN: use-after-free in eat.part.0+0x1/0x2 net/new.c:31",
  "Call Trace:",
  " eat.part.0+0x1/0x2 net/new.c:31",
  " feed+0x1/0x2 mm/a.c:7",
].join("\n");

const nothing: PriorFacts = { crash: null, compiled: null, suspect: [], releases: null };
const crash = { of: "kernel", title: "KASAN: use-after-free in eat", report } as const;

async function prior(facts: Partial<PriorFacts>) {
  const { folder, hashes } = imported(made);
  const repository = await openRepository(folder);
  const { graph } = await loadGraph(repository, { tip: hashes.at(-1)!, exclude: [] });
  const { report, prior } = await priorOf(
    repository,
    graph,
    { ...nothing, ...facts },
    { signal: never },
  );
  const weights = hashes.map((hash) => prior.weights.commits[indexOf(graph, hash)] as number);
  return {
    guilty: report.guilty,
    lines: prior.lines,
    outside: prior.weights.outside,
    weights,
    hashes,
  };
}

describe("what is likely before anything is run", () => {
  test("is above all who changed the crash's function, under any name that its file had", async () => {
    const { guilty, lines, weights } = await prior({ crash });
    expect(guilty).toBe("net/new.c");
    expect(lines[0]).toBe(
      "50 % on 5 commits that change net/new.c, which the crash points at; above all on the 2 that change eat",
    );
    const [first, eat, drink, stack, moved, sleep, , , makefile] = weights.map(Number);
    expect(Math.min(first!, eat!)).toBeGreaterThan(5 * Math.max(drink!, moved!, sleep!));
    expect(stack).toBeGreaterThan(drink!);
    expect(makefile).toBeLessThan(sleep!);
    expect(Math.min(...weights)).toBeGreaterThan(0);
  });

  test.each([
    ["built in a sandbox", "/firstbad/src/net"],
    ["built elsewhere", "/home/ada/build/../work/net"],
    ["with paths of the build's own folder", "../net"],
  ])(
    "is above all who changed the function that a program's sanitizer names, %s",
    async (_, at) => {
      const report = [
        "==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000010 at pc 0x1 bp 0x2 sp 0x3",
        "READ of size 4 at 0x602000000010 thread T0",
        "    #0 0x7f49 in __interceptor_memcpy ../../../../src/libsanitizer/asan/asan_interceptors.cpp:827",
        `    #1 0x5638 in eat ${at}/new.c:31:7`,
        `    #2 0x5639 in feed ${at}/../mm/a.c:7`,
        "    #3 0x7f4e in __libc_start_call_main ../sysdeps/nptl/libc_start_call_main.h:58",
      ].join("\n");
      const title = "AddressSanitizer: heap-use-after-free in eat";
      const { guilty, lines } = await prior({ crash: { of: "program", title, report } });
      expect(guilty).toBe("net/new.c");
      expect(lines).toEqual([
        "50 % on 5 commits that change net/new.c, which the crash points at; above all on the 2 that change eat",
        "6 % on 6 commits that change a file in net/, where the crash is",
        "3 % on 6 commits that change something below net/, where the crash is",
        "25 % on 2 commits that change a file on the stack of the crash",
        "commits that change no source code are believed less",
      ]);
    },
  );

  test("is told while it takes long to find out", async () => {
    const many = Array.from({ length: 300 }, (_, n) => ({
      ...(n > 0 && { parents: [n - 1] }),
      files: { "net/new.c": `int eat(void)\n{\n\treturn ${n};\n}\n` },
    }));
    const { folder, hashes } = imported(many);
    const repository = await openRepository(folder);
    const { graph } = await loadGraph(repository, { tip: hashes.at(-1)!, exclude: [] });
    const told: string[] = [];
    const tell = (text: string) => told.push(text);
    await priorOf(repository, graph, { ...nothing, crash }, { signal: never, tell });
    expect(told).toEqual(["finding out which functions of net/new.c commits change: 256 of 300"]);
  });

  test("follows what the user suspects through its names, too", async () => {
    const { lines, weights } = await prior({ suspect: ["net/old.c", "mm/"] });
    expect(lines.slice(0, 2)).toEqual([
      "30 % on 5 commits that change net/old.c, which you suspect",
      "30 % on 2 commits that change mm/, which you suspect",
    ]);
    expect(weights[5]).toBeGreaterThan(weights[6] as number);
  });

  test("leaves alone what the build read, merges, and what steers builds", async () => {
    const compiled = ["net/new.c"];
    const [plain, known] = [await prior({}), await prior({ compiled })];
    const factors = known.weights.map((weight, n) => weight / (plain.weights[n] as number));
    expect(factors.map((factor) => Number(factor.toFixed(6)))).toEqual([
      1, 1, 1, 0.001, 1, 1, 0.001, 1, 1,
    ]);
    expect(known.lines).toContain("2 commits change nothing that this configuration compiles");
  });

  test("is less for each older release, and something for what lies before all of them", async () => {
    const { hashes } = await prior({});
    const releases = [
      { tag: "v3.0", hash: hashes[5]! },
      { tag: "v2.0", hash: hashes[3]! },
      { tag: "v1.0", hash: "0".repeat(40) },
    ];
    const { weights, outside } = await prior({ releases });
    const plain = await prior({});
    const ages = weights.map((weight, n) => (weight / (plain.weights[n] as number)).toFixed(3));
    expect(ages).toEqual(
      ["v1", "v1", "v1", "v1", "v2", "v2", "new", "new", "new"].map(
        (since) => ({ new: "1.000", v2: "0.180", v1: "0.140" })[since],
      ),
    );
    // What v3.0, v2.0 and, before the graph, v1.0 divide.
    expect(outside).toBeCloseTo(1 - 0.5 - 0.09 - 0.07, 9);
  });
});
