import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseConfig } from "../src/kernel/config.ts";

/*
 * A scenario's configurations are words. For the search for a smaller configuration they are made real: the whole one
 * has BASE, what the bug needs, and one more; a baseline has BASE alone, unless the bug is to be seen with it.
 */

const names = ["BASE", "TRIGGER", "EXTRA"];
const textOf = (on: readonly string[]) => on.map((name) => `CONFIG_${name}=y\n`).join("");

const whole = textOf(names);

/** What a baseline with this word is, and how the search for a smaller configuration goes with it. */
export interface Baseline {
  readonly text: string;
  /** Whether the bug is seen with a configuration where these are on. */
  shows(config: string): boolean;
  /** What a kernel with the baseline itself does. */
  readonly kernel: "runs" | "does-not-build" | "does-not-boot";
}

/** The words that scenarios know; with any other one nothing smaller shows the bug. */
export function baselineOf(word: string): Baseline {
  const shows = (needed: readonly string[]) => (config: string) => {
    const on = onIn(config);
    return needed.every((name) => on.has(name));
  };
  const kernel =
    word === "baseline-fails"
      ? "does-not-build"
      : word === "baseline-skip"
        ? "does-not-boot"
        : "runs";
  switch (word) {
    case "baseline-repro":
      return { text: textOf(["BASE", "TRIGGER"]), shows: shows(["TRIGGER"]), kernel };
    case "minimize-succeeds":
      return { text: textOf(["BASE"]), shows: shows(["TRIGGER"]), kernel };
    default:
      return { text: textOf(["BASE"]), shows: shows(names), kernel };
  }
}

/** Whether `config` is the baseline and nothing more. */
export function isBaselineText(config: string, { text }: Baseline): boolean {
  const [on, base] = [onIn(config), onIn(text)];
  return on.size === base.size && [...on].every((name) => base.has(name));
}

/** What a scripted lab tells of configurations; its tree is one where each of those options is known. */
export function scriptedConfigs(): { whole: string; base: string; tree: string } {
  const tree = mkdtempSync(join(tmpdir(), "firstbad-scenario-tree-"));
  const options = names.map((name) => `config ${name}\n\tbool "${name}"\n`).join("\n");
  const files = { Kconfig: 'source "arch/$(SRCARCH)/Kconfig"\n', "arch/um/Kconfig": options };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  return { whole, base: textOf(["BASE"]), tree };
}

/** Names without `CONFIG_` that are on. */
function onIn(config: string): ReadonlySet<string> {
  return new Set(
    [...parseConfig(config)].flatMap(([name, value]) =>
      value === "n" ? [] : [name.slice("CONFIG_".length)],
    ),
  );
}
