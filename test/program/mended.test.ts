import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { madeFolder } from "../history/made-repository.ts";
import { madeProgram } from "./made-program.ts";

const root = join(import.meta.dirname, "../..");

const [broken, culprit, mended, count] = [3, 6, 11, 14];

/** A parser in two files: the header loses a declaration at one commit, and gets it back at another. */
function treeAt(n: number): Record<string, string> {
  const declared = n < broken || n >= mended ? "int length(const char *text);\n" : "";
  const check = n >= culprit ? "" : "  if (at >= 8) return 0;\n";
  return {
    "parse.h": `#ifndef PARSE_H\n#define PARSE_H\n${declared}#endif\n`,
    "parse.c":
      '#include "parse.h"\n#include <stdlib.h>\n\n' +
      "int length(const char *text)\n{\n  int at = 0;\n  while (text[at]) at++;\n" +
      `${check}  if (at >= 8) abort();\n  return at;\n}\n`,
    "main.c":
      '#include "parse.h"\n\nint main(void)\n{\n' +
      '  return length("a text that is too long") == 1000;\n}\n',
    // The repair changes nothing else: it can be applied.
    "version.c": `int version = ${n === mended ? n - 1 : n};\n`,
  };
}

test("a program whose build was broken for a while is bisected within that while, by its real repair", async () => {
  const { repo, commits } = madeProgram(...Array.from({ length: count }, (_, n) => treeAt(n)));
  const folder = madeFolder();
  const job = join(folder, "job.yaml");
  const program = {
    repo,
    crashes: "HEAD",
    clean: commits[0],
    build: "cc -Werror=implicit-function-declaration -o prog main.c parse.c version.c",
    run: "./prog",
  };
  writeFileSync(job, JSON.stringify({ version: 1, program, repair: true }));
  const env = { ...process.env, FIRSTBAD_HOME: join(folder, "home") };
  const firstbad = async (...words: string[]) => {
    const done = await promisify(execFile)(join(root, "bin/firstbad"), words, { env });
    return done;
  };
  const { stdout, stderr } = await firstbad("bisect", job, "--json");
  const result = JSON.parse(stdout);
  expect(result).toMatchObject({ end: "found", culprit: commits[culprit] });
  expect(result.fixes).toMatchObject([
    { fix: commits[mended], title: `commit ${mended}`, source: "found" },
  ]);
  const fix = `${commits[mended]?.slice(0, 12)} ("commit ${mended}")`;
  expect(stderr).toContain("a fix for the build is searched");
  expect(stderr).toContain(`fix: ${fix} is the first commit that works again`);
  const shown = await firstbad("show", "last");
  expect(shown.stdout).toMatch(/fixes +\d+ builds built with /);
  expect(shown.stdout).toContain(`${fix} applied, which repairs the build, broken at `);
  const explained = await firstbad("explain", "last");
  expect(explained.stdout).toContain(`with ${fix} applied`);
  const log = await firstbad("log", "last", "--format", "git");
  expect(log.stdout).toContain(`# with ${fix} applied\n`);
}, 120_000);
