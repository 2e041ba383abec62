/** What every line number becomes: no name that a kernel has, and none that another could be pasted into. */
export const lineNumber = "firstbad_line_number";

/** How an object's source is preprocessed, or why what the compiler would read cannot be told that way. */
export type Preprocessing =
  | { readonly kind: "command"; readonly command: string; readonly args: readonly string[] }
  | { readonly kind: "refused"; readonly why: string };

/**
 * The command that prints the tokens of an object which the command of `words` compiles: the same one,
 * with `-E` for `-c -o OBJECT` and one name for all line numbers. `src` is the folder of sources as the
 * build sees it.
 *
 * Refused is what does not compile one C file of the tree with gcc or clang, and what has the compiler read
 * anything that is not among the tokens.
 */
export function preprocessing(words: readonly string[], src: string): Preprocessing {
  const [first = "", ...rest] = words;
  const [command = "", ...args] = first === "ccache" ? rest : words;
  if (!/^(?:[\w-]+-)?(?:gcc|clang)(?:-\d+)?$/.test(command))
    return refused("no C compiler made it");
  const source = args.at(-1) ?? "";
  if (!source.startsWith(`${src}/`) || !source.endsWith(".c")) {
    return refused("it is not made of a C file of the tree");
  }
  const kept: string[] = [];
  let compiles = false;
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as string;
    if (readsMore.test(word)) return refused(`${word} lets the compiler read another file`);
    if (word === "-c") compiles = true;
    else if (word === "-o" || word === "-MF") at += 1;
    else if (!dropped.test(word)) kept.push(word);
  }
  if (!compiles) return refused("it is not compiled to an object");
  return { kind: "command", command, args: [...kept, ...printTokens] };
}

/**
 * A line number in an `#if` would decide which tokens there are; as a name without a value it is warned of
 * there. Both compilers say that `__LINE__` is a name of theirs, and take the other all the same.
 */
const printTokens = [
  ...["-E", "-P", "-Wno-error", "-Wno-builtin-macro-redefined", "-Wundef"],
  `-D__LINE__=${lineNumber}`,
];

/** Options that would write a file of dependencies or an object, or keep warnings back. */
const dropped = /^(?:-Wp,-MM?D,.*|-MM?D|-MP|-w|-o.+)$/;

/**
 * Options by which compilers read, beside the source, a profile, a plugin, a file for the assembler, or a list
 * of what to instrument.
 */
const readsMore =
  /^(?:@|-fplugin|-fauto-profile|-fprofile-(?:sample-|instr-)?use|-fsanitize-\w+-?list|-fsanitize-(?:ignore|black)list|-fxray-\w+-list|-specs|--?embed|-wrapper|-Xclang|-Xassembler|-B|-Wa,(?:.*,)?[^-,])/;

function refused(why: string): Preprocessing {
  return { kind: "refused", why };
}
