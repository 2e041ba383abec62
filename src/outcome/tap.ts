/*
 * Results of tests as TAP and KTAP have them: https://docs.kernel.org/dev-tools/ktap.html. KUnit indents what is
 * nested by four spaces (by a tab before v5.9), kselftest puts `# ` before it.
 */

/** What a test came to. A skipped one says nothing. */
export type TestResult = "passing" | "failing" | "skipped";

/** Results with fewer names in front than this are kept; no test is nested as deep. */
const mostPending = 64;

/** `not ok 3 - name # SKIP why`, with what is before it. The number is left out by some. */
const result = /^([\s#]{0,200})(not ok|ok)\b(?:[ \t]+(\d{1,9})\b)?[ \t]*(?:-[ \t]+)?(.{0,1000})$/;
/** `# Subtest: name`, which KUnit prints before the tests of a suite. */
const subtest = /^([\s#]{0,200}?)# Subtest: (.{1,500})$/;
const directive = / # *(SKIP|TODO|XFAIL)\b.*$/i;
const comment = / # .*$/;

/** A result whose name is known from `rest` on, the names of what it is nested in being still to come. */
interface Pending {
  readonly depth: number;
  /** What is still to be found in front: `net.core` of `net.core.case`. */
  readonly rest: string;
  result: TestResult;
}

/**
 * Finds the results of one test, by its name with those of what it is nested in before it, joined by dots:
 * `suite.case`. It may begin with any of these, so that `case` alone is found in every suite. Where it is found
 * more than once, one that fails outweighs others, and one that was skipped is outweighed by others.
 *
 * Takes lines without the kernel's prefix. Time is linear in them; memory is bounded, whatever they are.
 */
export class TapReader {
  readonly #wanted: string;
  #pending: Pending[] = [];
  /** Suites that have said their names and no result yet, by how deep their tests are. */
  #open: { readonly depth: number; readonly name: string }[] = [];
  #result: TestResult | null = null;

  constructor(name: string) {
    this.#wanted = name;
  }

  /** Takes the next line. */
  push(line: string): void {
    const begun = line.includes("# Subtest: ") ? subtest.exec(line) : null;
    if (begun !== null) {
      const depth = depthOf(begun[1] ?? "");
      this.#open = this.#open.filter((suite) => suite.depth < depth).slice(-mostPending);
      this.#open.push({ depth, name: (begun[2] ?? "").trim() });
      // What is left there belongs to a suite before, whose result never came.
      this.#pending = this.#pending.filter((pending) => pending.depth < depth);
      return;
    }
    const found = line.includes("ok") ? result.exec(line) : null;
    if (found === null) return;
    const [, before = "", ok = "", number, text = ""] = found;
    const said = saidBy(ok, text);
    if (said !== null) this.#take(depthOf(before), nameIn(text) || (number ?? ""), said);
  }

  /** What the test came to, all that was taken considered; null: nothing was said of it. */
  get result(): TestResult | null {
    return this.#result;
  }

  #take(depth: number, name: string, said: TestResult): void {
    const inside = this.#pending.filter((pending) => pending.depth > depth);
    this.#pending = this.#pending.filter((pending) => pending.depth <= depth);
    this.#open = this.#open.filter((suite) => suite.depth <= depth);
    this.#match(depth, name, this.#wanted, said);
    // What is nested in it came before it.
    for (const pending of inside) this.#match(depth, name, pending.rest, pending.result);
  }

  /** A result that needs `rest` as the last of its names, and has `name` there. */
  #match(depth: number, name: string, rest: string, said: TestResult): void {
    const left = withoutName(rest, name);
    if (left === null) return;
    if (left === "") {
      this.#result = worseOf(this.#result, said);
      return;
    }
    // A kernel that dies in a suite never says its result: its name was said before.
    if (this.#isOpen(depth, left)) this.#result = worseOf(this.#result, said);
    const same = this.#pending.find((one) => one.depth === depth && one.rest === left);
    if (same !== undefined) same.result = worseOf(same.result, said);
    else if (this.#pending.length < mostPending) {
      this.#pending.push({ depth, rest: left, result: said });
    }
  }

  #isOpen(depth: number, rest: string): boolean {
    let left: string = rest;
    for (const suite of this.#open.filter((one) => one.depth <= depth).reverse()) {
      const shorter = withoutName(left, suite.name);
      if (shorter === null) return false;
      if (shorter === "") return true;
      left = shorter;
    }
    return false;
  }
}

/** What of `rest` must stand before `name`; empty: nothing; null: it does not end with it. */
function withoutName(rest: string, name: string): string | null {
  if (name === "") return null;
  if (rest === name || name.endsWith(`.${rest}`)) return "";
  return rest.endsWith(`.${name}`) ? rest.slice(0, -name.length - 1) : null;
}

/** How deep what stands behind `before` is nested, in columns. */
function depthOf(before: string): number {
  let depth = 0;
  for (const character of before) depth += character === "\t" ? 8 : 1;
  return depth;
}

/** A test that is known to fail (`TODO`, `XFAIL`) says nothing where it does. */
function saidBy(ok: string, text: string): TestResult | null {
  const known = directive.exec(` ${text}`)?.[1]?.toUpperCase();
  if (known === "SKIP") return "skipped";
  if (ok === "ok") return "passing";
  return known === undefined ? "failing" : null;
}

function nameIn(text: string): string {
  return ` ${text}`.replace(directive, "").replace(comment, "").trim();
}

const weight = { skipped: 0, passing: 1, failing: 2 } as const;

function worseOf(one: TestResult | null, other: TestResult): TestResult {
  return one !== null && weight[one] >= weight[other] ? one : other;
}
