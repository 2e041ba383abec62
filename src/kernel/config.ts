import { Failure } from "../failure/failure.ts";

/** Options and their values as a `.config` writes them: `y`, `m`, `n`, a number, or a quoted string. */
export type Options = ReadonlyMap<string, string>;

const unset = /^# (CONFIG_[A-Za-z0-9_]+) is not set$/;
const set = /^(CONFIG_[A-Za-z0-9_]+)=(.*)$/;
const value = /^(?:[ymn]|-?[0-9]+|0[xX][0-9A-Fa-f]+|"(?:[^"\\]|\\.)*")$/;

/**
 * The options of a `.config` or a fragment, by name with `CONFIG_`; an option given twice has its last
 * value, as kconfig takes it. `CONFIG_X=n` and `# CONFIG_X is not set` are both `n`.
 *
 * `name` is what people know the text by. Throws `config-invalid` with the first line that kconfig would
 * not understand either (it would only warn, and go on without the option).
 */
export function parseConfig(text: string, name = "config"): Options {
  const options = new Map<string, string>();
  const lines = text.split("\n");
  for (const [index, raw] of lines.entries()) {
    const line = raw.replace(/\r$/, "");
    const off = unset.exec(line);
    if (off) {
      options.set(off[1]!, "n");
      continue;
    }
    if (line.trim() === "" || line.startsWith("#")) continue;
    const on = set.exec(line);
    if (!on || !value.test(on[2]!)) throw notUnderstood(name, index + 1, line);
    options.set(on[1]!, on[2]!);
  }
  return options;
}

function notUnderstood(name: string, line: number, text: string): Failure {
  const shown = JSON.stringify(text.slice(0, 80));
  return new Failure("config-invalid", `line ${line} of ${name} is no kernel option: ${shown}`, {
    facts: { config: name, line, text: text.slice(0, 80) },
    hint: 'write CONFIG_NAME=y, =m, =NUMBER, ="text" or "# CONFIG_NAME is not set"',
  });
}

/** Options as lines that {@link parseConfig} reads back, in order. */
export function formatConfig(options: Options): string {
  let text = "";
  for (const [name, given] of options) {
    text += given === "n" ? `# ${name} is not set\n` : `${name}=${given}\n`;
  }
  return text;
}

/** All options of all `layers`; a later layer wins. */
export function overlay(...layers: readonly Options[]): Options {
  const all = new Map<string, string>();
  for (const layer of layers) {
    for (const [name, given] of layer) {
      // Set anew at its end: kconfig lets the last member of a choice win, whatever its value was before.
      all.delete(name);
      all.set(name, given);
    }
  }
  return all;
}

/**
 * What kconfig finds out by itself, about the toolchain or the architecture, and nobody asks for: saved
 * `.config` files have them, and they differ wherever the compiler does.
 */
const findings =
  /^CONFIG_(?:CC|GCC|CLANG|AS|LD|LLD|RUSTC|RUST|BINDGEN|PAHOLE|TOOLS|HAVE|ARCH_HAS|ARCH_WANTS?|ARCH_USES?|ARCH_SUPPORTS|ARCH_HAVE|ARCH_ENABLE|GENERIC)_/;

/**
 * Options of `asked` that `resolved` does not have as asked, as `CONFIG_X=y`, in the order of `asked`.
 *
 * An option asked for as a module that became built in is there and not dropped. What was asked to be off
 * and is on is `CONFIG_X=n`.
 */
export function droppedOptions(asked: Options, resolved: Options): string[] {
  const dropped: string[] = [];
  for (const [name, wanted] of asked) {
    if (findings.test(name)) continue;
    const got = resolved.get(name) ?? "n";
    if (got === wanted || (wanted === "m" && got === "y")) continue;
    // kconfig writes a text option that has no value as "".
    if (wanted === '""' && got === "n") continue;
    dropped.push(`${name}=${wanted}`);
  }
  return dropped;
}

/** Whether any option is a module, so that there is something to install. */
export function hasModules(resolved: Options): boolean {
  for (const given of resolved.values()) if (given === "m") return true;
  return false;
}

/**
 * Options that firstbad decides whatever was asked, because kernels could not be compared otherwise or
 * commits would be lost to something that is not the bug's.
 */
export const decided: Options = new Map([
  // The commit's hash in the release string: every kernel would differ from every other.
  ["CONFIG_LOCALVERSION_AUTO", "n"],
  // A key made at random for each build folder is part of the kernel.
  ["CONFIG_MODULE_SIG", "n"],
  // Random seeds, one for each build folder.
  ["CONFIG_GCC_PLUGIN_RANDSTRUCT", "n"],
  ["CONFIG_RANDSTRUCT_FULL", "n"],
  ["CONFIG_RANDSTRUCT_PERFORMANCE", "n"],
  ["CONFIG_GCC_PLUGIN_LATENT_ENTROPY", "n"],
  // Needs a pahole that fits the kernel's age, and seconds of every link.
  ["CONFIG_DEBUG_INFO_BTF", "n"],
  // Keeps debug information in the build folder, which the next commit overwrites, and not in vmlinux.
  ["CONFIG_DEBUG_INFO_SPLIT", "n"],
  // A warning that only newer compilers give would make old commits untestable.
  ["CONFIG_WERROR", "n"],
]);
