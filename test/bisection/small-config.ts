import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseConfig } from "../../src/kernel/config.ts";
import type { Script, ScriptedRun } from "../../src/simulate/scripted-lab.ts";
import { coin, history, kernelsWith } from "./kernels.ts";

/** Options that a story's crash has nothing to do with. */
const extras = Array.from({ length: 24 }, (_, n) => `EXTRA_${n}`);

const files = {
  Kconfig: `mainmenu "small"
source "arch/$(SRCARCH)/Kconfig"
source "fs/Kconfig"
source "lib/Kconfig"
`,
  "arch/um/Kconfig": `config PRINTK
	bool "messages"

config TTY
	bool "terminals"
	depends on PRINTK
`,
  "fs/Kconfig": `menu "files"
config EVENTS
	bool "events"
	help
	  What waits
	  for what.

config EVENTS_FAST
	bool "faster ones"
	depends on EVENTS
	select HELPER

config PIPES
	bool "pipes"
endmenu
config HELPER
	bool
`,
  "lib/Kconfig": `config KASAN
	bool "finds bad pointers"
config KASAN_INLINE
	bool "faster"
	depends on KASAN
config UBSAN
	bool "finds undefined behaviour"
config PROVE_LOCKING
	bool "finds deadlocks"
${extras.map((name) => `config ${name}\n\tbool "${name}"\n`).join("")}`,
  "fs/Makefile": "obj-y += open.o\nobj-$(CONFIG_EVENTS) += events.o\n",
};

/** A tree with those Kconfig files. */
function smallTree(): string {
  const folder = mkdtempSync(join(tmpdir(), "firstbad-kconfig-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** The configuration that a story's crash was seen with. */
const wholeConfig = [
  ...["PRINTK", "TTY", "EVENTS", "EVENTS_FAST", "PIPES", "HELPER"],
  ...["KASAN", "KASAN_INLINE", "UBSAN", "PROVE_LOCKING", ...extras],
]
  .map((name) => `CONFIG_${name}=y\n`)
  .join("");

/** Names without `CONFIG_` that are on in a configuration's text. */
export function namesOn(text: string): string[] {
  return [...parseConfig(text)].flatMap(([name, value]) =>
    value === "n" ? [] : [name.slice("CONFIG_".length)],
  );
}

/** Kernels that boot with PRINTK and TTY, and show the bug of `culprit` where all of `needed` are on. */
export function configuredKernels(
  culprit: string,
  needed: readonly string[],
  rate = 1,
  base = "CONFIG_PRINTK=y\n",
): Script {
  const plain = kernelsWith(culprit, { rate: 1 });
  return {
    ...plain,
    configs: { whole: wholeConfig, base, tree: smallTree() },
    run(commit, n, { config = "" } = {}): ScriptedRun {
      const on = new Set(namesOn(config));
      if (!on.has("PRINTK") || !on.has("TTY")) return "no-output";
      const shows = needed.every((name) => on.has(name)) && coin(commit + config, n) < rate;
      return shows ? plain.run(commit, n) : "clean";
    },
  };
}

export { history };
