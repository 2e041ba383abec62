// Edits that name things, or say how they hang together.

import { type EditKind, replaced } from "./draft.ts";
import { extractedPredicate } from "./predicate.ts";

/** A literal size of a local buffer gets a name. */
export const bufferSize: EditKind = (draft, random) => {
  const declared = /^\t(char|u8|unsigned char) (\w+)\[(\d+)\];$/;
  const places = draft.functions.flatMap((f) =>
    draft.lines
      .slice(f.open, f.close)
      .flatMap((line, i) => (declared.test(line) ? [{ at: f.open + i, f }] : [])),
  );
  if (places.length === 0) return null;
  const { at, f } = random.pick(places);
  const [, type, variable, size] = declared.exec(draft.lines[at] as string) as RegExpExecArray;
  const name = `${f.name}_${variable}_size`.toUpperCase();
  if (draft.lines.some((line) => line.includes(name))) return null;
  const lines = [...draft.lines];
  lines[at] = `\t${type} ${variable}[${name}];`;
  return {
    text: replaced(lines, f.top, 0, [`#define ${name}\t${size}`, ""]),
    subject: `name the size of the buffer in ${f.name}()`,
    body: `Give the literal ${size} a name, so that it can be found.\n\nNo functional change.`,
  };
};

/** Names that kernel code gives to the value it will return. */
const resultNames = ["ret", "err", "error", "rc", "res"];

/** A local variable for the result gets another of the usual names. */
export const resultName: EditKind = (draft, random) => {
  const places = draft.functions.flatMap((f) => {
    const body = draft.lines.slice(f.head, f.close).join("\n");
    return resultNames.flatMap((name) => {
      const declared = new RegExp(`^\\tint ${name}( = [-\\w]+)?;$`, "m").test(body);
      const elsewhere = new RegExp(`(\\.|->|["#@%]|goto )${name}\\b|\\b${name}(:|\\()`).test(body);
      return declared && !elsewhere ? [{ f, name, body }] : [];
    });
  });
  if (places.length === 0) return null;
  const { f, name, body } = random.pick(places);
  const free = resultNames.filter((other) => !new RegExp(`\\b${other}\\b`).test(body));
  if (free.length === 0) return null;
  const other = random.pick(free);
  const lines = body.replace(new RegExp(`\\b${name}\\b`, "g"), other).split("\n");
  return {
    text: replaced(draft.lines, f.head, f.close - f.head, lines),
    subject: `rename '${name}' to '${other}' in ${f.name}()`,
    body: `The neighbours call it '${other}'.\n\nNo functional change.`,
  };
};

/** A condition on a parameter's field becomes a small predicate. */
export const predicate: EditKind = (draft, random) => {
  const made = extractedPredicate(draft, random);
  return made && { text: made.whole, subject: made.subject, body: made.body };
};

/** Says above a static function who calls it. */
export const callers: EditKind = (draft, random) => {
  const bare = draft.functions.filter(
    (f) => f.isStatic && f.top === f.head && !f.name.includes("_has_"),
  );
  const known = bare.flatMap((f) => {
    const by = draft.functions.filter(
      (other) =>
        other !== f &&
        draft.lines.slice(other.open, other.close).some((line) => line.includes(`${f.name}(`)),
    );
    return by.length === 1 || by.length === 2 ? [{ f, by }] : [];
  });
  if (known.length === 0) return null;
  const { f, by } = random.pick(known);
  const names = by.map((caller) => `${caller.name}()`).join(" and ");
  return {
    text: replaced(draft.lines, f.head, 0, [`/* Called by ${names} only. */`]),
    subject: `say who calls ${f.name}()`,
    body: `It is easy to overlook that ${names} ${by.length === 1 ? "is" : "are"} the only way in.`,
  };
};

/** Points from a function without a comment to its callers: nearly always possible. */
export const callersComment: EditKind = (draft, random) => {
  const bare = draft.functions.filter((f) => f.top === f.head);
  if (bare.length === 0) return null;
  const f = random.pick(bare);
  return {
    text: replaced(draft.lines, f.head, 0, [
      `/* ${f.name}(): for the locking, see the callers. */`,
    ]),
    subject: `point from ${f.name}() to its callers`,
    body: "The next reader should not have to search for the locking rules.",
  };
};
