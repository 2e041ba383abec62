/** Characters of a Makefile that are looked at; the longest of Linux has 60 kB. */
const mostText = 1 << 20;

/**
 * The options that decide whether `object` (`eventfd.o`, or `unix/` for a folder) is built, as the text of
 * the Makefile in its folder tells: those of `obj-$(CONFIG_X) += eventfd.o`, and where it is a part of
 * another object, of its part (`unix-$(CONFIG_Y) += garbage.o`) and of that object. Without repetition; none
 * where it is always built, or not named.
 */
export function optionsOf(makefile: string, object: string): readonly string[] {
  const lines = assignmentsIn(makefile.slice(0, mostText));
  const options = new Set<string>();
  const seen = new Set<string>();
  const waiting = [object];
  for (let wanted = waiting.pop(); wanted !== undefined; wanted = waiting.pop()) {
    if (seen.has(wanted)) continue;
    seen.add(wanted);
    const here = lines.filter(({ names }) => names.includes(wanted));
    // Built whatever an option says, if one line says so.
    const always = here.some(({ list, option }) => list === "obj" && option === null);
    for (const { list, option } of here) {
      if (option !== null && !always) options.add(option);
      if (list !== "obj") waiting.push(`${list}.o`);
    }
  }
  return [...options];
}

interface Assignment {
  /** `obj`, or the composite object that the names are parts of. */
  readonly list: string;
  readonly option: string | null;
  readonly names: readonly string[];
}

/** `obj-$(CONFIG_X) += a.o b/`, `unix-y := c.o`, `unix-objs := d.o`. */
const assignment =
  /^([A-Za-z0-9_-]{1,100})-(?:\$\((CONFIG_[A-Za-z0-9_]{1,100})\)|y|objs|m)[ \t]*[:+]?=(.*)$/;

function assignmentsIn(makefile: string): Assignment[] {
  const joined = makefile.replaceAll("\\\n", " ");
  return joined.split("\n").flatMap((line): Assignment[] => {
    const [, list, option = null, names] = assignment.exec(line.slice(0, 20_000)) ?? [];
    if (list === undefined || names === undefined) return [];
    return [{ list, option, names: names.split(/[ \t]+/).filter(Boolean) }];
  });
}
