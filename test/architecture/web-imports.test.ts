import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");

/** What of `src` the pages may have as code: pure, small, and without anything of Node's. */
const pure = ["src/report/duration.ts"];

interface Import {
  readonly from: string;
  readonly to: string;
  readonly isType: boolean;
}

function imports(): Import[] {
  const entries = readdirSync(join(root, "web"), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name));
  return files.flatMap(({ parentPath, name }) => {
    const path = join(parentPath, name);
    const found = readFileSync(path, "utf8").matchAll(
      /^(?:import|export)( type)?[^;"]*from "(\.[^"]+)"/gm,
    );
    return Array.from(found, ([, type, specifier = ""]) => ({
      from: relative(root, path),
      to: relative(root, resolve(dirname(path), specifier)),
      isType: type !== undefined,
    }));
  });
}

test("the pages know the rooms by their types alone, but for a few pure functions", () => {
  const all = imports();
  expect(all.length).toBeGreaterThan(100);
  const code = all.filter(({ to, isType }) => to.startsWith("src/") && !isType);
  expect(code.filter(({ to }) => !pure.includes(to))).toEqual([]);
  const types = all.filter(({ to, isType }) => to.startsWith("src/") && isType);
  expect(types.filter(({ to }) => !to.startsWith("src/view/"))).toEqual([]);
});

test("no place of the pages turns a string into markup or into code", () => {
  const entries = readdirSync(join(root, "web"), { recursive: true, withFileTypes: true });
  const risky =
    /dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/;
  const found = entries
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => risky.test(readFileSync(path, "utf8")));
  expect(found).toEqual([]);
});
