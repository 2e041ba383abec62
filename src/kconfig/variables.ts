/** Values of names that Kconfig files use, such as `SRCARCH`. */
export type Variables = ReadonlyMap<string, string>;

/**
 * `text` with `$(NAME)` and `$NAME` in place of their values; null where a value is not known, or is what
 * only a running make can tell.
 */
export function expand(text: string, variables: Variables): string | null {
  let expanded = "";
  let at = 0;
  for (;;) {
    const next = text.indexOf("$", at);
    if (next < 0) return expanded + text.slice(at);
    const name = nameAt(text, next);
    const value = name === null ? undefined : variables.get(name.name);
    if (name === null || value === undefined) return null;
    expanded += text.slice(at, next) + value;
    at = name.end;
  }
}

const bracketed = /\$\(([A-Za-z0-9_-]+)\)/y;
const bare = /\$([A-Za-z0-9_]+)/y;

function nameAt(text: string, at: number): { name: string; end: number } | null {
  for (const form of [bracketed, bare]) {
    form.lastIndex = at;
    const found = form.exec(text);
    if (found !== null) return { name: found[1] as string, end: form.lastIndex };
  }
  return null;
}

/** The variables that Kconfig files of Linux use for their paths, for `ARCH=arch`. */
export function variablesFor(arch: "um" | "x86_64"): Variables {
  return new Map([
    ["srctree", "."],
    ["ARCH", arch],
    ["SUBARCH", "x86"],
    ["SRCARCH", arch === "um" ? "um" : "x86"],
    // What the Makefile of arch/um says of a host of x86.
    ["HEADER_ARCH", "x86"],
  ]);
}
