import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { beforeAll, describe, expect, test } from "vitest";
import { commandTree } from "../../src/cli/command-line.ts";
import { difference, examplesOf } from "./console-blocks.ts";
import { type PreparedTree, prepareTree } from "./prepared-tree.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/commands.md"), "utf8");
const examples = examplesOf(page);
const sections = Array.from(page.matchAll(/^## (.*)$/gm), ([, heading]) => heading);

/** Every command that can be called, by its words. */
function callable(command: Command, words: string): string[] {
  const below = command.commands.filter((each) => each.name() !== "help");
  return below.length === 0
    ? [words]
    : below.flatMap((each) => callable(each, `${words} ${each.name()}`));
}

const commands = callable(
  commandTree(async () => {}),
  "firstbad",
);

describe("docs/commands.md", () => {
  test("has a section for every command, and for no other", () => {
    const missing = commands.filter((command) => !sections.includes(command));
    const unknown = sections.filter((section) => !commands.includes(section ?? ""));
    expect({ missing, unknown }).toEqual({ missing: [], unknown: [] });
  });

  test("has an example of every command, in a `console` block of its section", () => {
    const shown = (command: string) =>
      examples.some(
        (example) =>
          example.section === command &&
          `${example.command} `.includes(`${command} `) &&
          example.prints.length > 0,
      );
    expect(commands.filter((command) => !shown(command))).toEqual([]);
  });
});

describe("what docs/commands.md says is what is printed", () => {
  let tree: PreparedTree;
  beforeAll(async () => {
    tree = await prepareTree();
  }, 120_000);

  test.each(examples)("line $line: $command", async ({ command, prints }) => {
    const printed = await typed(command);
    const said = prints.at(-1) === "" ? prints.slice(0, -1) : prints;
    expect(difference(said, printed), printed.join("\n")).toBeNull();
  });

  /** What a terminal would show after `command`: both streams, as they come. */
  function typed(command: string): Promise<string[]> {
    const { folder: cwd, env } = tree;
    return new Promise((resolve) => {
      execFile("bash", ["-c", `exec 2>&1\n${command}`], { cwd, env }, (_, stdout) => {
        const lines = stdout.split("\n");
        resolve(lines.at(-1) === "" ? lines.slice(0, -1) : lines);
      });
    });
  }
});

describe("an example is compared line by line", () => {
  test.each([
    [["a", "b"], ["a", "b"], true],
    [["a"], ["a", "b"], false],
    [["a", "b"], ["a"], false],
    [["a …"], ["a b"], true],
    [["… c …"], ["a b c d"], true],
    [["a … a"], ["a a"], false],
    [["…a"], ["a"], true],
    [["…"], [], true],
    [["…", "c"], ["a", "b", "c"], true],
    [["…", "c"], ["a", "b", "c", "d"], false],
    [["a", "…", "d", "…"], ["a", "b", "d", "e"], true],
    [["a", "…", "d"], ["a", "b"], false],
    [["…", ""], ["a", ""], true],
  ])("%j against %j: %j", (prints, printed, same) => {
    expect(difference(prints, printed) === null).toBe(same);
  });
});
