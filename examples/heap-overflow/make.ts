// Makes the history that firstbad.yaml bisects: `node examples/heap-overflow/make.ts [FOLDER]`.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { history } from "./history.ts";

/** Every commit is made by one person, a quarter of an hour after the one before. */
const person = "Ada Kern <ada@example.org>";
const begin = 1_700_000_000;
const pause = 900;

const folder = process.argv[2] ?? join(import.meta.dirname, "repo");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const git = (args: readonly string[], input?: string) =>
  execFileSync("git", ["-C", folder, ...args], input === undefined ? {} : { input });

git(["init", "--quiet", "--initial-branch=main"]);
git(["fast-import", "--quiet"], `${stream()}done\n`);
git(["reset", "--quiet", "--hard", "main"]);

function stream(): string {
  const marks = new Map(history.map(({ name }, n) => [name, n + 1]));
  return history
    .map(({ name, subject, parents, files, tag }, n) => {
      const stamp = `${person} ${begin + n * pause} +0100`;
      const [first, ...others] = parents.map((parent) => `:${marks.get(parent)}`);
      return [
        `commit refs/heads/main\nmark :${marks.get(name)}\nauthor ${stamp}\ncommitter ${stamp}\n`,
        `${dataOf(`${subject}\n`)}`,
        ...(first === undefined ? [] : [`from ${first}\n`]),
        ...others.map((other) => `merge ${other}\n`),
        ...Object.entries(files).map(([path, text]) => `M 100644 inline ${path}\n${dataOf(text)}`),
        ...(tag === undefined ? [] : [`reset refs/tags/${tag}\nfrom :${marks.get(name)}\n`]),
      ].join("");
    })
    .join("");
}

function dataOf(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}
