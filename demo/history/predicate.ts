import { type Draft, type Edit, replaced } from "./draft.ts";
import type { Random } from "./random.ts";

/** A predicate taken out of a condition: the text with both halves, and with its use alone. */
export function extractedPredicate(
  draft: Draft,
  random: Random,
): (Omit<Edit, "text"> & { whole: string; useOnly: string; name: string }) | null {
  const places = draft.functions
    .filter((f) => f.unconditional)
    .filter((f) => !/noinstr|__init|__always_inline/.test(draft.lines.slice(f.head, f.open).join()))
    .flatMap((f) => {
      const pointers = [
        ...f.parameters.matchAll(/(?:^|[(,]\s*)(?:const )?(struct \w+) \*(\w+)(?=[,)])/g),
      ];
      return pointers.flatMap(([, type, variable]) => {
        const use = new RegExp(`^(\\t+if \\(!?)${variable}->(\\w+)( & [A-Z_0-9]+)?\\)(.*)$`);
        return draft.lines.slice(f.open, f.close).flatMap((line, i) => {
          const found = use.exec(line);
          return found ? [{ at: f.open + i, f, type, variable, found }] : [];
        });
      });
    });
  if (places.length === 0) return null;
  const { at, f, type, variable, found } = random.pick(places);
  const [, before, field, mask = "", after] = found;
  const name = `${f.name}_has_${(mask.slice(" & ".length) || `${field}`).toLowerCase()}`;
  if (draft.lines.some((line) => line.includes(`${name}(`))) return null;
  const lines = [...draft.lines];
  lines[at] = `${before}${name}(${variable}))${after}`;
  const helper = [
    `static inline bool ${name}(const ${type} *${variable})`,
    "{",
    `\treturn ${variable}->${field}${mask};`,
    "}",
    "",
  ];
  return {
    whole: replaced(lines, f.top, 0, helper),
    useOnly: lines.join("\n"),
    name,
    subject: `add ${name}()`,
    body: `Give the test of ->${field}${mask} in ${f.name}() a name.\n\nNo functional change intended.`,
  };
}
