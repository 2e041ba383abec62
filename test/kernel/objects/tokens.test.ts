import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { namesInThinArchive } from "../../../src/kernel/objects/archive.ts";
import { firstCommand } from "../../../src/kernel/objects/command.ts";
import { differenceOf } from "../../../src/kernel/objects/difference.ts";
import type { Manifest } from "../../../src/kernel/objects/manifest.ts";
import { tokensOf } from "../../../src/kernel/objects/tokens.ts";

const hashOf = (text: string) => {
  const tokens = tokensOf(Buffer.from(text));
  return tokens.kind === "tokens" ? tokens.hash : tokens.why;
};

describe("tokens", () => {
  /** Tokens that would be others were they not parted; strings of their own among them. */
  const token = fc.oneof(
    fc.constantFrom("a", "b1", "0x1f", "+", "-", "(", ")", ";", "{", "->", "<<=", "'\\''"),
    fc.string({ maxLength: 6 }).map((text) => JSON.stringify(text)),
  );
  const gap = fc.stringMatching(/^[ \t\n]{1,3}$/);

  test("are the same however far they stand apart, and others if one is another", () => {
    fc.assert(
      fc.property(fc.array(token, { maxLength: 12 }), fc.infiniteStream(gap), (tokens, gaps) => {
        const spread = tokens.map((one) => one + gaps.next().value).join("");
        expect(hashOf(spread)).toBe(hashOf(tokens.join(" ")));
        expect(hashOf(`${spread} x`)).not.toBe(hashOf(spread));
      }),
    );
  });

  test("are not told where strings or directives are not understood", () => {
    expect(hashOf('char *s = R"(a  b)";')).toBe("it has a raw string");
    expect(hashOf('char *s = "a\nb";')).toBe("a string has no end");
    expect(hashOf("int a;\n#embed <x>\n")).toBe("a directive is left to the compiler");
    expect(hashOf("#pragma a\nb\n")).not.toBe(hashOf("#pragma a b\n"));
    expect(hashOf("x\n#pragma a")).toBe(hashOf("x #pragma a".replace(" #", "\n\n#")));
  });

  test("of any bytes are told or not, and nothing is thrown", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(tokensOf(bytes).kind).toMatch(/^(?:tokens|refused)$/);
      }),
    );
  });
});

describe("a command", () => {
  test.each<[string, readonly string[] | null]>([
    [`gcc -DA='"x y"' -c a.c`, ["gcc", '-DA="x y"', "-c", "a.c"]],
    [`gcc -DA=\\"b\\" "c d" ; objtool a.o`, ["gcc", '-DA="b"', "c d"]],
    ["gcc '-D$(pound)=$$1'", ["gcc", "-D#=$1"]],
    ["gcc $(shell date)", null],
    ["gcc a.c > b", null],
    ["gcc a.c || true", null],
    ["gcc 'a", null],
    ['gcc "a$(x)"', null],
    ["", null],
  ])("%s is split as a shell would, or not at all", (text, words) => {
    expect(firstCommand(text)).toEqual(words);
  });
});

test("names are read from thin archives alone", () => {
  const table = "one.o/\nfs/two.o/\n";
  const header = (name: string, size: number) =>
    `${name.padEnd(16)}${"0".padEnd(32)}${String(size).padEnd(10)}\`\n`;
  const thin = `!<thin>\n${header("/", 3)}abc\n${header("//", table.length)}${table}${header("/0", 99)}`;
  expect(namesInThinArchive(Buffer.from(thin))).toEqual(["one.o", "fs/two.o"]);
  expect(namesInThinArchive(Buffer.from("!<arch>\n"))).toEqual([]);
  expect(namesInThinArchive(Buffer.from(`!<arch>\n${header("a.o/", 0)}`))).toBeNull();
  expect(namesInThinArchive(Buffer.from(thin.slice(0, 100)))).toBeNull();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      namesInThinArchive(Buffer.concat([Buffer.from("!<thin>\n"), bytes]));
    }),
  );
});

describe("two kernels", () => {
  const made = (bytes: string, command = "gcc") => ({ bytes, command });
  const base: Manifest = {
    objects: new Map([
      ["fs/one.o", made("1")],
      ["fs/two.o", made("2")],
    ]),
    archives: new Map([["vmlinux.a", "one, two"]]),
    generated: new Map([["include/generated/bounds.h", "0"]]),
  };
  const differing = (change: Partial<Manifest>) => differenceOf(base, { ...base, ...change });
  const objects = (...changes: [string, ReturnType<typeof made>][]) => ({
    objects: new Map([...base.objects, ...changes]),
  });

  test("differ in objects alone, those that an earlier build left aside", () => {
    const change = objects(["fs/two.o", made("3")], ["fs/stale.o", made("4")]);
    expect(differing(change)).toEqual({ kind: "objects", objects: ["fs/two.o"] });
  });

  test.each<[string, Partial<Manifest>]>([
    ["fs/one.o is made by another command", objects(["fs/one.o", made("1", "gcc -O3")])],
    ["vmlinux.a has other objects", { archives: new Map([["vmlinux.a", "one"]]) }],
    [
      "include/generated/bounds.h, which is generated, differs",
      { generated: new Map([["include/generated/bounds.h", "1"]]) },
    ],
    ["they differ in something that is no object", {}],
  ])("differ in more: %s", (why, change) => {
    expect(differing(change)).toEqual({ kind: "more", why });
  });
});
