import { describe, expect, test } from "vitest";
import { type Expression, readExpression } from "../../src/kconfig/expression.ts";
import { directNeeds } from "../../src/kconfig/needs.ts";
import { type ReadTreeFile, readKconfig } from "../../src/kconfig/read.ts";
import { variablesFor } from "../../src/kconfig/variables.ts";

const um = variablesFor("um");

/** The options of a tree of these files. */
function read(files: Readonly<Record<string, string>>) {
  const tree: ReadTreeFile = (path) => (Object.hasOwn(files, path) ? (files[path] ?? null) : null);
  return readKconfig("Kconfig", tree, um);
}

function only(text: string, name: string) {
  const symbol = read({ Kconfig: text }).symbols.get(name);
  if (symbol === undefined) throw new Error(`${name} is not defined`);
  return symbol;
}

describe("an expression", () => {
  const symbol = (name: string): Expression => ({ kind: "symbol", name });
  test.each<[string, Expression, string]>([
    ["A", symbol("A"), ""],
    ["A if B", symbol("A"), "if B"],
    ["(A)", symbol("A"), ""],
    ["!A && B", { kind: "and", of: [{ kind: "not", of: symbol("A") }, symbol("B")] }, ""],
    [
      "A||B&&C",
      { kind: "or", of: [symbol("A"), { kind: "and", of: [symbol("B"), symbol("C")] }] },
      "",
    ],
    ["A=B", { kind: "compared", how: "=", left: symbol("A"), right: symbol("B") }, ""],
    ["A != y", { kind: "compared", how: "!=", left: symbol("A"), right: symbol("y") }, ""],
    [
      "!A=n",
      { kind: "not", of: { kind: "compared", how: "=", left: symbol("A"), right: symbol("n") } },
      "",
    ],
    ['"a \\" b"', { kind: "text", text: 'a \\" b' }, ""],
    ['$(A "B" (C)) x', { kind: "text", text: '$(A "B" (C))' }, "x"],
    ["V >= 12.1", { kind: "compared", how: ">=", left: symbol("V"), right: symbol("12.1") }, ""],
  ])("%s", (text, expression, rest) => {
    const read = readExpression(text);
    expect(read.expression).toEqual(expression);
    expect(text.slice(read.end).trim()).toBe(rest);
  });

  test.each(["", " ", "&& A", "A &&", "(A", '"a', "$(a", "!", `${"(".repeat(1000)}A`])(
    "%s is none",
    (text) => {
      expect(() => readExpression(text)).toThrow();
    },
  );
});

describe("a Kconfig file", () => {
  test("asks of an option what the menus, choices and ifs around it ask", () => {
    const text = `
menu "outer"
	depends on NET && \\
		!BROKEN
if INET
config A
	bool "a"
	depends on B || C
endif
endmenu
config D
	bool
`;
    const [definition] = only(text, "A").definitions;
    expect(JSON.stringify(definition?.depends)).toBe(
      JSON.stringify(readExpression("((NET && !BROKEN) && INET) && (B || C)").expression),
    );
    expect(only(text, "D").definitions[0]).toMatchObject({ depends: null, prompt: null, line: 11 });
  });

  test("has texts for people, by their indentation, which are no statements", () => {
    const text = `config A
	bool "a"
	help
	  config B
	    bool

	  choice of words
config C
	tristate "c" if A
	---help---
	  menu
	default y if A && B
`;
    expect([...read({ Kconfig: text }).symbols.keys()]).toEqual(["A", "C"]);
    expect(only(text, "C")).toMatchObject({ type: "tristate", definitions: [{ prompt: "c" }] });
    expect(only(text, "C").definitions[0]?.defaults).toHaveLength(1);
  });

  test.each([
    'config A\n\tdefault "$(shell,$(srctree)/x.sh "$(CC)" "y")" if B\n',
    "config A\n\ttransitional\n",
    "config A\n\tbool\n\tdepends on B if C\n",
    "config A\n\toption modules\n\tmodules\n\toptional\n\trange 1 5 if B\n",
    'comment "nothing"\n\tdepends on A\nconfig B\n\tbool\n',
    'x := $(shell,ls)\n$(error-if,$(failure,x),"no")\nconfig A\n\tbool\n',
    'choice NAMED\n\tprompt "one"\n\tdefault A\n\thelp\n\t  words\nconfig A\n\tbool "a"\nendchoice\n',
    'osource "missing"\nsource "$(unknown)/Kconfig"\n',
    'menu "m"\n\tvisible if A\nconfig B\n\tint\n\tdefault 3\nendmenu\n',
  ])("is read: %j", (text) => {
    expect(read({ Kconfig: text }).files).toBe(1);
  });

  test("sources others, by variables and beside itself", () => {
    const { symbols, files } = read({
      Kconfig: 'source "arch/$(SRCARCH)/Kconfig"\nsource "arch/$SRCARCH/Kconfig.debug"\n',
      "arch/um/Kconfig": 'DIR := arch/$(HEADER_ARCH)\nrsource "own/Kconfig"\nsource "$(DIR)/K"\n',
      "arch/um/own/Kconfig": "config OWN\n\tbool\n",
      "arch/um/Kconfig.debug": "config OWN\n\tdefault y\n",
      "arch/x86/K": "config SHARED\n\tbool\n",
    });
    expect([...symbols.keys()]).toEqual(["OWN", "SHARED"]);
    expect(symbols.get("OWN")?.definitions).toHaveLength(2);
    expect(files).toBe(5);
  });

  test.each([
    ["Kconfig", 'source "a"\n', "Kconfig:1: there is no file a"],
    ["a", 'config A\nsource "Kconfig"\n', "a:2: Kconfig sources itself"],
    ["a", "if A\nconfig B\n\tbool\n", "a:1: this if has no end"],
    ["a", 'menu "x"\nendif\n', "a:2: this endif ends nothing"],
    ["a", "endmenu\n", "a:1: this endmenu ends nothing"],
    ["a", "\n\tbool\n", "a:2: `bool` belongs to no option"],
    ["a", "config A\n\tbull\n", "a:2: `bull` is no attribute of an option"],
    ["a", "config A\n\tdepends A\n", "a:2: `on` is missing"],
    ["a", "config A\n\tdepends on (A\n", "a:2: a parenthesis is not closed"],
    ["a", "config\n", "a:1: an option has no name"],
    ["a", "\0\0\n", "a:1: this is no statement"],
    ["a", `config A\n\tdepends on ${"x".repeat(200_000)}\n`, "a:2: the line is too long"],
    ["a", "if A\n".repeat(300), "a:257: menus are nested too deeply"],
  ])("that is wrong in %s, case %#, is refused", (file, text, message) => {
    const files = { Kconfig: 'source "a"\n', [file]: text };
    expect(() => read(file === "Kconfig" ? { Kconfig: text } : files)).toThrow(
      expect.objectContaining({
        code: "kconfig-invalid",
        message: expect.stringContaining(message),
      }),
    );
  });

  test("that sources more files than any tree has is refused soon", () => {
    const tree: ReadTreeFile = (path) =>
      path === "40" ? "" : `source "${Number(path) + 1}"\n`.repeat(2);
    const top: ReadTreeFile = (path) => tree(path === "Kconfig" ? "0" : path);
    expect(() => readKconfig("Kconfig", top, um)).toThrow(/more than 20000 files/);
  });

  test("of a million lines is read, and one of two million more is refused", () => {
    const text = (lines: number) => `${"#\n".repeat(lines)}config A\n\tbool\n`;
    expect(read({ Kconfig: text(1_000_000) }).symbols.size).toBe(1);
    expect(() => read({ Kconfig: text(3_000_000) })).toThrow(/more than 2000000 lines/);
  });
});

describe("what an option needs", () => {
  const text = `
config NET
	bool "net"
config INET
	bool "inet"
	depends on NET
	select CRYPTO
config CRYPTO
	bool
config HIDDEN
	def_bool y
	depends on INET
config USER
	tristate "user"
	depends on HIDDEN && (OTHER || NET && INET) && !OFF && NET != n && MODE = "x"
config OTHER
	bool "other"
config LONELY
	bool "lonely"
config SHY
	bool "shy" if EXPERT
config EXPERT
	bool "expert"
config USUAL
	bool "usual" if EXPERT
	default y
config NEEDS_CRYPTO
	bool "needs"
	depends on CRYPTO
`;
  const options = new Map(
    [
      "SHY",
      "EXPERT",
      "USUAL",
      "NET",
      "INET",
      "CRYPTO",
      "HIDDEN",
      "USER",
      "OTHER",
      "LONELY",
      "NEEDS_CRYPTO",
    ].map((name) => [`CONFIG_${name}`, name === "USER" ? "m" : "y"]),
  ).set("CONFIG_MODE", '"x"');
  const needs = directNeeds(read({ Kconfig: text }), options);

  test.each([
    ["NET", []],
    ["INET", ["NET", "CRYPTO"]],
    ["HIDDEN", ["INET"]],
    ["USER", ["HIDDEN", "OTHER", "NET"]],
    ["LONELY", []],
    ["SHY", ["EXPERT"]],
    ["USUAL", []],
    ["CRYPTO", ["INET"]],
    ["NEEDS_CRYPTO", ["CRYPTO"]],
  ])("%s", (name, expected) => {
    expect(needs.get(name)).toEqual(expected);
  });
});
