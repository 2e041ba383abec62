import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { backport } from "../../src/history/backport.ts";
import { mergeBases } from "../../src/history/merge-bases.ts";
import { parseMaintainers, recipientsOf } from "../../src/history/recipients.ts";
import { compareReleaseTags, isReleaseTag } from "../../src/history/release.ts";
import { openRepository } from "../../src/history/repository.ts";
import { neededFor } from "../../src/kconfig/evaluate.ts";
import { type Expression, ExpressionError, readExpression } from "../../src/kconfig/expression.ts";
import { readKconfig } from "../../src/kconfig/read.ts";
import { groupOf, groupsFor } from "../../src/minimise/instrumentation.ts";
import { gitPolicy } from "../../src/search/git/git-policy.ts";
import type { Evidence } from "../../src/search/policy.ts";
import { commit, git, madeRepository } from "../history/made-repository.ts";
import { lineOf } from "../search/adaptive/graph-of.ts";
import { minimisedBy, minimisedConfig } from "./minimised.ts";

/*
 * Cases of syzkaller's own tests of version control and Kconfig files, as far as there are functions here for what they
 * are about: a small file of them, and that of others where it lies beside the checkout.
 */

const small = join(import.meta.dirname, "small-vcs-kconfig.json");
const corpus = join(import.meta.dirname, "../../../shared/corpus/vcs-kconfig-scenarios.json");
const files = [small, ...(existsSync(corpus) ? [corpus] : [])];

// biome-ignore lint/suspicious/noExplicitAny: files of others have any form
type Any = any;

test.each(files)("cases of version control and Kconfig: %s", async (file) => {
  const cases = JSON.parse(readFileSync(file, "utf8"));
  const counts: Record<string, number> = {};
  for (const [name, check] of Object.entries(sections)) {
    const of = cases[name];
    if (of === undefined) continue;
    counts[name] = await check(of);
    expect(counts[name], name).toBeGreaterThan(0);
  }
  console.log(
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(", "),
  );
  expect(Object.keys(counts)).toEqual(Object.keys(sections));
});

/** What each section of a file is about; all hold their cases and return how many there were. */
const sections: Readonly<Record<string, (of: Any) => number | Promise<number>>> = {
  release_tags: ({ parse }) =>
    each(parse, ({ input, without_rc: want }) => {
      const releases = input.split("\n").filter(isReleaseTag).toSorted(compareReleaseTags);
      expect(releases).toEqual(want);
    }),
  commit_parsing({ case: { input, want }, fix_tags: { cases: tagged = [] } = {} }) {
    const [, subject, email, , , , , ...body] = input.split("\n");
    const message = [subject, "", ...body].join("\n");
    expect(recipientsOf({ author: { email }, message }).to).toEqual(want.recipients_to);
    for (const { commit_message: message, author_email: email, recipients_to: to } of tagged) {
      expect(recipientsOf({ author: { email }, message }).to).toEqual(to);
    }
    return 1 + tagged.length;
  },
  git_bisect: ({ cases }) =>
    each(cases, ({ predicate, want }) => {
      expect(bisectedLine(predicate)).toEqual(want);
    }),
  contains: async ({ cases }) => {
    const { folder, hashes } = commonRepository();
    const repository = await openRepository(folder);
    for (const { head, commit: other, contains } of cases) {
      const [tip, part] = [hashes.get(head) ?? "", hashes.get(other) ?? ""];
      expect((await mergeBases(repository, tip, [part])).includes(part), `${head} ${other}`).toBe(
        contains,
      );
    }
    return cases.length;
  },
  merge_base: async (cases) => {
    const folder = madeRepository();
    const [a = "", b = ""] = [commit(folder, "A")].flatMap((hash) => [
      hash,
      commit(folder, "B", hash),
    ]);
    const [c, d] = [commit(folder, "C", a), commit(folder, "D", b)];
    const e = commit(folder, "E", commit(folder, "merge", d, c));
    const hashes = new Map(Object.entries({ A: a, B: b, C: c, D: d, E: e }));
    const repository = await openRepository(folder);
    for (const {
      of: [one, other],
      want,
    } of cases) {
      const bases = await mergeBases(repository, hashes.get(one) ?? "", [hashes.get(other) ?? ""]);
      expect(bases, `${one} ${other}`).toEqual(want.map((name: string) => hashes.get(name)));
    }
    return cases.length;
  },
  maintainers: (cases) =>
    each(cases, ({ input, want }) => {
      const of = (kind: string) =>
        want.filter((one: Any) => one.kind === kind).map((one: Any) => one.address);
      expect(parseMaintainers(input)).toEqual({ to: of("To"), cc: of("Cc") });
    }),
  backports: async (cases) => {
    const { folder, hashes } = fixedRepository();
    const repository = await openRepository(folder);
    const of = (name: string) => hashes.get(name) ?? "";
    for (const { name, head, rule, want_applied: want } of cases) {
      const guilty = rule.guilty === null ? null : of(rule.guilty);
      const wanted = { commit: of(head), fix: of(rule.fix), over: [], guilty };
      const { result } = await backport(repository, wanted);
      expect(result === "applies", name).toBe(want);
    }
    return cases.length;
  },
  sanitizer_configs: ({ base, cases }) =>
    each(cases, ({ types, must_stay_y: stay }) => {
      const found = types.flatMap((type: string) => groupsFor({ type, title: "" }));
      const on = [...base.matchAll(/^CONFIG_(\w+)=y$/gm)].map(([, name]) => name as string);
      const kept = on.filter((name) => groupOf(name) === null || found.includes(groupOf(name)));
      expect(kept).toEqual(expect.arrayContaining(stay));
    }),
  kconfig_parse_ok: (cases) =>
    each(cases, (text) => {
      expect(readText(text).symbols.size).toBeGreaterThan(0);
    }),
  kconfig_selected_by: ({ kconfig, want }) => {
    const { symbols } = readText(kconfig);
    const direct = (name: string) =>
      [...symbols.values()].flatMap((symbol) =>
        symbol.definitions.some(({ selects }) => selects.some((one) => one.name === name))
          ? [symbol.name]
          : [],
      );
    return each(Object.entries(want), ([name, by]) => {
      const found = new Set(direct(name));
      for (const one of found) for (const other of direct(one)) found.add(other);
      expect([...found].toSorted()).toEqual(by);
    });
  },
  kconfig_expr: (cases) =>
    each(cases, ({ in: text, error = false, out, deps }) => {
      if (error) {
        expect(() => readExpression(text)).toThrow(ExpressionError);
        return;
      }
      const { expression, end } = readExpression(`${text} if C`);
      expect(textOf(expression)).toBe(out);
      expect(`${text} if C`.slice(end).trim()).toBe("if C");
      if (deps === undefined) return;
      // All that may be needed, whichever way it is made true.
      const names = parts(expression).flatMap((part) => neededFor(part, () => "n"));
      expect([...new Set(names)].filter((name) => !name.startsWith("$")).toSorted()).toEqual(deps);
    }),
  kconfig_minimize: ({ kconfig, base_config, full_config, cases }) =>
    each(cases, ({ predicate, want }) => {
      const crashes = predicateOf(predicate, full_config);
      const got = minimisedConfig({ kconfig, base: base_config, full: full_config, crashes });
      expect(lines(got)).toEqual(lines(want));
    }),
  slice_minimize: (cases) =>
    each(cases, ({ name, want }) => {
      const elements = Array.from({ length: 100 }, (_, n) => n);
      switch (name) {
        case "to zero":
          return expect(minimisedBy(elements, () => true).kept).toEqual([]);
        case "full":
          return expect(minimisedBy(elements, () => false).kept).toEqual(elements);
        case "fixed elements": {
          const needed = want as number[];
          const has = (kept: ReadonlySet<number>) => needed.every((one) => kept.has(one));
          return expect(minimisedBy(elements, has).kept).toEqual(needed);
        }
        default:
          for (let n = 1; n < 50; n += 7) {
            const needed = elements.slice(0, n).filter((one) => (one * 7919) % 5 === 0);
            const has = (kept: ReadonlySet<number>) => needed.every((one) => kept.has(one));
            expect(minimisedBy(elements.slice(0, n), has).kept).toEqual(needed);
          }
      }
    }),
};

function each(cases: readonly Any[], check: (one: Any) => unknown): number {
  for (const one of cases) check(one);
  return cases.length;
}

/** What git's own search is left with among five commits in a line, of which the first is good and the last bad. */
function bisectedLine(predicate: Readonly<Record<string, string>>): number[] {
  const graph = lineOf(4);
  const says = { bad: "after", good: "before", skip: "untestable" } as const;
  const evidence: Evidence[] = [];
  for (;;) {
    const state = { graph, after: 3, evidence, crashMeans: "after" as const, runs: 1 };
    const decision = gitPolicy.next(state);
    // Commit 0 is the good one, which is not in the graph.
    if (decision.kind === "found") return [decision.commit + 1];
    if (decision.kind === "ties") return decision.commits.map((commit) => commit + 1);
    if (decision.kind !== "probe") throw new Error(decision.why);
    const [probe] = decision.probes;
    const asked = predicate[String((probe?.commit ?? 0) + 1)] ?? predicate["*"];
    if (asked === undefined) throw new Error("a commit was asked for that is not named");
    const verdict = says[asked as keyof typeof says];
    evidence.push({
      commit: probe?.commit ?? 0,
      crashed: 0,
      clean: 0,
      foreign: 0,
      missing: 0,
      verdict,
    });
  }
}

function commonRepository(): { folder: string; hashes: ReadonlyMap<string, string> } {
  const folder = madeRepository();
  const hashes = new Map<string, string>();
  const add = (name: string, ...parents: string[]) => {
    hashes.set(name, commit(folder, name, ...parents.map((parent) => hashes.get(parent) ?? "")));
  };
  add("master/0");
  add("master/1", "master/0");
  for (const branch of ["branch1", "branch2"]) {
    add(`${branch}/0`, "master/0");
    add(`${branch}/1`, `${branch}/0`);
  }
  return { folder, hashes };
}

/** A fix on a branch of its own, and branches with and without the commit that it is for. */
function fixedRepository(): { folder: string; hashes: ReadonlyMap<string, string> } {
  const folder = madeRepository();
  const main = commit(folder, "starting commit");
  const blob = git(folder, "hash-object", "-w", "--stdin", "/dev/null").split("\n")[0] ?? "";
  git(folder, "update-index", "--add", "--cacheinfo", `100644,${blob},object.txt`);
  const fix = git(folder, "commit-tree", git(folder, "write-tree"), "-p", main, "-m", "fix title");
  const without = commit(folder, "some commit", main);
  const guilty = commit(folder, "bad commit", without);
  const withBug = commit(folder, "some other commit", guilty);
  const names = {
    main,
    "fix title": fix,
    "branch-no-bug": without,
    "bad commit": guilty,
    "branch-with-bug": withBug,
  };
  return { folder, hashes: new Map(Object.entries(names)) };
}

function readText(text: string) {
  return readKconfig("Kconfig", (path) => (path === "Kconfig" ? text : null), new Map());
}

/** An expression with all its parentheses. */
function textOf(expression: Expression): string {
  switch (expression.kind) {
    case "symbol":
      return expression.name;
    case "text":
      return expression.text.startsWith("$") ? expression.text : `"${expression.text}"`;
    case "not":
      return `!(${textOf(expression.of)})`;
    case "and":
    case "or":
      return `(${expression.of.map(textOf).join(expression.kind === "and" ? " && " : " || ")})`;
    case "compared":
      return `(${textOf(expression.left)} ${expression.how} ${textOf(expression.right)})`;
  }
}

/** Symbols that stand in it and are not negated, each as an expression. */
function parts(expression: Expression): Expression[] {
  switch (expression.kind) {
    case "symbol":
      return [expression];
    case "and":
    case "or":
      return expression.of.flatMap(parts);
    case "compared":
      return [...parts(expression.left), ...parts(expression.right)];
    default:
      return [];
  }
}

/** Whether a configuration has what a case's words name: `C and D are both not off`. */
function predicateOf(words: string, full: string): (on: ReadonlySet<string>) => boolean {
  if (words.startsWith("always")) return () => words === "always true";
  const names = [...full.matchAll(/^CONFIG_(\w+)=y$/gm)].map(([, name]) => name as string);
  const named = new Set(words.match(/\b[A-Z][A-Z0-9_]*\b/g));
  const needed = names.filter((name) => named.has(name));
  return (on) => needed.every((name) => on.has(name));
}

function lines(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .toSorted();
}
