import { describe, expect, test } from "vitest";
import type { Age } from "../../src/kernel/age.ts";
import type { FailedMake, SlotResult } from "../../src/kernel/build.ts";
import type { Compiler } from "../../src/kernel/compiler.ts";
import { buildFitting, mayBeCompilers } from "../../src/kernel/fitting.ts";

const compilers = [9, 10, 11, 12, 13, 14].map((major): Compiler => {
  const name = `gcc-${major}`;
  const same = { tools: [], command: name, hostCommand: name, folder: null, ccache: false };
  return { name, family: "gcc", version: [major, 1], identity: name, ...same };
});

const ice = "mm/slub.c:7:1: internal compiler error: in expand_insn";
const built = { kind: "built", signature: "s" } as unknown as SlotResult;
const failed = (line: string, object: string | null = "mm/slub.o"): SlotResult => ({
  ...{ kind: "failed", stage: "build", excerpt: [line], compiler: "x", object },
});
const stuck: FailedMake = { kind: "failed", excerpt: ["probe"], trouble: null, object: null };

/** What is tried, in order, and what came of it. */
async function outcome(
  script: {
    builds?: Record<string, SlotResult>;
    probes?: Record<string, FailedMake>;
    proven?: string[];
  },
  age: Age = { major: 6, minor: 1 },
  order = compilers,
) {
  const tried: string[] = [];
  const { compiler, result, stumbled } = await buildFitting(order, age, {
    async build({ name }) {
      tried.push(`build ${name}`);
      return script.builds?.[name] ?? built;
    },
    async probe({ name }, object) {
      tried.push(`probe ${name}${object === null ? "" : ` ${object}`}`);
      return script.probes?.[name] ?? null;
    },
    isProven: ({ name }) => script.proven?.includes(name) ?? false,
  });
  return { tried, by: compiler.name, result, stumbled: stumbled.map((one) => one.compiler.name) };
}

describe("a kernel", () => {
  test("is built by the first compiler, if that can", async () => {
    expect(await outcome({})).toMatchObject({ tried: ["build gcc-9"], by: "gcc-9", stumbled: [] });
  });

  test("of a commit that is wrong in C is asked of no other compiler", async () => {
    const wrong = failed("mm/slub.c:7:1: error: 'nothere' undeclared (first use in this function)");
    const { tried, result } = await outcome({ builds: { "gcc-9": wrong } });
    expect(tried).toEqual(["build gcc-9"]);
    expect(result).toBe(wrong);
  });

  test("goes to one that compiles the object which failed, and the rest", async () => {
    expect(
      await outcome({ builds: { "gcc-9": failed(ice) }, probes: { "gcc-10": stuck } }),
    ).toMatchObject({
      tried: ["build gcc-9", "probe gcc-10 mm/slub.o", "probe gcc-11 mm/slub.o", "build gcc-11"],
      by: "gcc-11",
      result: built,
      stumbled: ["gcc-9"],
    });
  });

  test("that nobody compiles is the commit's own failure, after three others were asked", async () => {
    const probes = Object.fromEntries(compilers.map(({ name }) => [name, stuck]));
    const own = failed(ice);
    const { tried, by, result, stumbled } = await outcome({ builds: { "gcc-9": own }, probes });
    expect(tried).toHaveLength(4);
    expect([by, result, stumbled]).toEqual(["gcc-9", own, []]);
  });

  test("whose build fails with the other one, too, is the commit's own failure", async () => {
    const own = failed(ice);
    const { by, result, stumbled } = await outcome({
      builds: { "gcc-9": own, "gcc-10": failed("ld: mm/slub.o: bad", null) },
    });
    expect([by, result, stumbled]).toEqual(["gcc-9", own, []]);
  });

  const old = { major: 5, minor: 10 };
  const newer = compilers.slice(2);

  test("that the tables have for older compilers is probed before it is built", async () => {
    expect(await outcome({ probes: { "gcc-11": stuck } }, old, newer)).toMatchObject({
      tried: ["probe gcc-11", "probe gcc-12", "build gcc-12"],
      by: "gcc-12",
      stumbled: ["gcc-11"],
    });
    expect((await outcome({ proven: ["gcc-11"] }, old, newer)).tried).toEqual(["build gcc-11"]);
    // With nothing to choose from there is nothing to ask.
    expect((await outcome({}, old, newer.slice(0, 1))).tried).toEqual(["build gcc-11"]);
  });

  test("whose preparations fail with all is the commit's own failure", async () => {
    const probes = Object.fromEntries(compilers.map(({ name }) => [name, stuck]));
    const { result, stumbled } = await outcome({ probes }, old, newer);
    expect(result).toMatchObject({ kind: "failed", stage: "build", excerpt: ["probe"] });
    expect(stumbled).toEqual([]);
  });
});

test.each([
  [ice, true],
  ["a.c:1:1: error: inlining failed in call to 'always_inline' 'f': x", true],
  ["a.c:1:2: error: '-mindirect-branch' and '-fcf-protection' are not compatible", true],
  ["a.c:1:1: error: expected ';' before '}' token", false],
  ["a.c:1:1: error: implicit declaration of function 'f'", false],
  ["a.c:1:10: fatal error: b.h: No such file or directory", false],
  ["a.c:1:1: error: use of undeclared identifier 'x'", false],
])("%s: a compiler's doing? %j", (line, may) => {
  expect(mayBeCompilers(failed(line) as Extract<SlotResult, { kind: "failed" }>)).toBe(may);
});
