import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { preprocessing } from "../../../src/kernel/objects/preprocessing.ts";
import { readTokens } from "../../../src/kernel/objects/token-reader.ts";
import type { Tokens } from "../../../src/kernel/objects/tokens.ts";
import { findTool } from "../../../src/process/find-tool.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "firstbad-tokens-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

type Files = Readonly<Record<string, string>>;

const options =
  "-nostdinc -I SRC/include -Wall -Wundef -Werror -O1 -DNAME='\"one\"' -include SRC/include/all.h";
let trees = 0;

/** What is told of `one.o`, which `compiler` makes of the source `files`, after a tree of the same path. */
async function tokensOf(files: Files, compiler = "gcc", more = ""): Promise<Tokens> {
  const out = join(folder, `out-${++trees}`);
  const src = join(folder, "src");
  rmSync(src, { recursive: true, force: true });
  for (const [name, text] of Object.entries({ "include/all.h": "", ...files })) {
    mkdirSync(dirname(join(src, name)), { recursive: true });
    writeFileSync(join(src, name), text);
  }
  mkdirSync(out);
  const words = options.replaceAll("SRC", src);
  const command = `ccache ${compiler} -Wp,-MMD,./.one.o.d ${words} ${more} -c -o one.o ${src}/fs/one.c`;
  writeFileSync(
    join(out, ".one.o.cmd"),
    `cmd_one.o := ${command} ; ./tools/objtool one.o\n\nsource_one.o := ${src}/fs/one.c\n`,
  );
  const { signal } = new AbortController();
  const setting = {
    src,
    out,
    compiler: { folder: null },
    sandboxed: false,
    jobs: 2,
    nice: 0,
    signal,
  };
  const [tokens] = await readTokens(["one.o"], setting);
  return tokens as Tokens;
}

async function areSame(one: Files, other: Files, compiler = "gcc"): Promise<boolean> {
  const [a, b] = [await tokensOf(one, compiler), await tokensOf(other, compiler)];
  for (const tokens of [a, b]) if (tokens.kind === "refused") throw new Error(tokens.why);
  return JSON.stringify(a) === JSON.stringify(b);
}

const hasClang = findTool("clang", process.env.PATH ?? "/usr/bin") !== null;

const bug =
  "#define S2(x) #x\n#define S(x) S2(x)\n#define P2(a, b) a##b\n#define P(a, b) P2(a, b)\n";
const one = `${bug}int line(void) { return __LINE__; }\n`;
const withComment = (text: string) => `/*\n * It's a "comment" // of\n */\n${text}`;

describe.each(hasClang ? ["gcc", "clang"] : ["gcc"])("what %s is given", (compiler) => {
  test.each<[string, Files, Files]>([
    [
      "a comment above code that tells its line",
      { "fs/one.c": one },
      { "fs/one.c": withComment(one) },
    ],
    [
      "a comment in a header with such code",
      { "include/a.h": one, "fs/one.c": '#include "a.h"\n' },
      { "include/a.h": withComment(one), "fs/one.c": '#include "a.h"\n' },
    ],
    [
      "white space and comments between tokens",
      { "fs/one.c": "int f(int a) { return a+1; }\n" },
      { "fs/one.c": "int\nf( int a /* of it */ )\n{\n\n\n\treturn a+1; // more\n}\n" },
    ],
    [
      "lines in names, strings and assembly",
      {
        "fs/one.c": `${bug}int P(v, __LINE__); char s[] = S(__LINE__);\nasm(".word " S(__LINE__));\n`,
      },
      {
        "fs/one.c": `${bug}\n\nint P(v, __LINE__); char s[] = S(__LINE__);\nasm(".word " S(__LINE__));\n`,
      },
    ],
    [
      "code that is not compiled",
      { "fs/one.c": `#ifdef NEVER\nint a;\n#endif\n${one}` },
      { "fs/one.c": `#ifdef NEVER\nlong a;\nint b;\n#endif\n${one}` },
    ],
    [
      "a pragma, as it was",
      { "fs/one.c": `#pragma pack(1)\n${one}` },
      { "fs/one.c": `// packed\n#pragma pack(1)\n${one}` },
    ],
  ])("is the same after %s", async (_, before, after) => {
    expect(await areSame(before, after, compiler)).toBe(true);
  });

  test.each<[string, string, string]>([
    ["another number", "int a = 1;\n", "int a = 2;\n"],
    ["white space in a string", 'char s[] = "a b";\n', 'char s[] = "a  b";\n'],
    [
      "what parts two tokens",
      "int a, b; int f(void) { return a - -b; }\n",
      "int a, b; int f(void) { return a --b; }\n",
    ],
    [
      "a counter that was asked once more",
      "int a = __COUNTER__;\n",
      "#if __COUNTER__\n#endif\nint a = __COUNTER__;\n",
    ],
    ["another file name", "char s[] = __FILE__;\n", '#line 1 "two.c"\nchar s[] = __FILE__;\n'],
    ["a quote in a string", `char s[] = "\\"/*";\n`, `char s[] = "\\"/**/";\n`],
    ["another pragma", "#pragma pack(1)\nint a;\n", "#pragma pack(2)\nint a;\n"],
  ])("differs after %s", async (_, before, after) => {
    expect(await areSame({ "fs/one.c": before }, { "fs/one.c": after }, compiler)).toBe(false);
  });

  test("differs after included data", async () => {
    const table = { "fs/one.c": 'int a[] = {\n#include "table.inc"\n};\n' };
    const [short, long] = [
      { ...table, "fs/table.inc": "1,2," },
      { ...table, "fs/table.inc": "1,3," },
    ];
    expect(await areSame(short, long, compiler)).toBe(false);
  });

  test.each<[string, string, string]>([
    ["a line number decides what is compiled", "#if __LINE__ > 1\nint a;\n#endif\nint b;\n", "-w"],
    [".incbin takes in another file", 'asm(".incbin \\"data\\"");\n', ""],
    ["its source cannot be preprocessed", '#include "not-there.h"\n', ""],
    ["-Wa,macros.s lets the compiler read another file", "int a;\n", "-Wa,macros.s"],
    ["-fplugin=./p.so lets the compiler read another file", "int a;\n", "-fplugin=./p.so"],
    ["its command is not understood", "int a;\n", "-DA=`date`"],
  ])("is not told where %s", async (why, text, more) => {
    expect(await tokensOf({ "fs/one.c": text }, compiler, more)).toEqual({ kind: "refused", why });
  });
});

test.each<[string, string]>([
  ["ld -r -o vmlinux.o vmlinux.a", "no C compiler made it"],
  ["gcc -c -o one.o /src/fs/one.S", "it is not made of a C file of the tree"],
  ["ccache gcc -c -o one.o vdso-image.c", "it is not made of a C file of the tree"],
  ["gcc -S -o one.s /src/fs/one.c", "it is not compiled to an object"],
])("%s is refused", (words, why) => {
  expect(preprocessing(words.split(" "), "/src")).toEqual({ kind: "refused", why });
});
