import { type Draft, draftOf, type Edit, placeOf, replaced } from "./draft.ts";
import { extractedPredicate } from "./predicate.ts";
import type { Random } from "./random.ts";

/** An edit of `draft` of one kind, or null where it has no place for that kind. */
type EditKind = (draft: Draft, random: Random) => Edit | null;

/** One of the lines that fit, changed by `change`; null where there is none. */
function changedLine(
  draft: Draft,
  random: Random,
  fits: RegExp,
  change: (line: string) => string,
): { at: number; text: string } | null {
  const places = draft.lines.flatMap((line, at) => (fits.test(line) ? [at] : []));
  if (places.length === 0) return null;
  const at = random.pick(places);
  return { at, text: replaced(draft.lines, at, 1, [change(draft.lines[at] as string)]) };
}

/** `if (x == NULL)` becomes `if (!x)`. */
const nullComparison: EditKind = (draft, random) => {
  const changed = changedLine(draft, random, /\bif \(\w+ [=!]= NULL\)/, (line) =>
    line.replace(/\bif \((\w+) == NULL\)/, "if (!$1)").replace(/\bif \((\w+) != NULL\)/, "if ($1)"),
  );
  if (changed === null) return null;
  const place = placeOf(draft, changed.at);
  return {
    text: changed.text,
    subject: `don't compare with NULL in ${place}`,
    body: `The rest of the file tests pointers directly. Do the same in ${place}.\n\nNo functional change.`,
  };
};

/** `unsigned x` becomes `unsigned int x`. */
const bareUnsigned: EditKind = (draft, random) => {
  const changed = changedLine(
    draft,
    random,
    /^\t+unsigned (?!int\b|long\b|char\b|short\b)\w+( =|;|,)/,
    (line) => line.replace("unsigned ", "unsigned int "),
  );
  if (changed === null) return null;
  const place = placeOf(draft, changed.at);
  return {
    text: changed.text,
    subject: `prefer 'unsigned int' to bare 'unsigned' in ${place}`,
    body: "checkpatch asks for the full name of the type.",
  };
};

/** Two plain local declarations change places, the longer one first. */
const declarationOrder: EditKind = (draft, random) => {
  const plain =
    /^\t(?:const )?(?:struct \w+|unsigned int|unsigned long|int|long|bool|size_t) \**\w+;$/;
  const places = draft.functions.flatMap((f) => {
    const at = f.open + 1;
    const [first = "", second = ""] = draft.lines.slice(at, at + 2);
    return plain.test(first) && plain.test(second) && first.length < second.length ? [at] : [];
  });
  if (places.length === 0) return null;
  const at = random.pick(places);
  const [first = "", second = ""] = draft.lines.slice(at, at + 2);
  const place = placeOf(draft, at);
  return {
    text: replaced(draft.lines, at, 2, [second, first]),
    subject: `reorder the declarations of ${place}`,
    body: "Longest line first, as elsewhere.",
  };
};

/** `printk(KERN_ERR "…` becomes `pr_err("…`. */
const printkLevel: EditKind = (draft, random) => {
  const names: Record<string, string> = {
    ERR: "pr_err",
    WARNING: "pr_warn",
    NOTICE: "pr_notice",
    INFO: "pr_info",
  };
  const level = /\bprintk\(KERN_(ERR|WARNING|NOTICE|INFO) "/;
  const changed = changedLine(draft, random, level, (line) =>
    line.replace(level, (_, found: string) => `${names[found]}("`),
  );
  if (changed === null) return null;
  const place = placeOf(draft, changed.at);
  return {
    text: changed.text,
    subject: `prefer pr_*() to printk() in ${place}`,
    body: `Replace one more bare printk() with the short form.`,
  };
};

/** A `return;` that ends a void function goes. */
const lastReturn: EditKind = (draft, random) => {
  const places = draft.functions.flatMap((f) => {
    const at = f.close - 1;
    const before = draft.lines[at - 1] ?? "";
    return draft.lines[at] === "\treturn;" && /[;}]$/.test(before) ? [at] : [];
  });
  if (places.length === 0) return null;
  const at = random.pick(places);
  return {
    text: replaced(draft.lines, at, 1, []),
    subject: `drop the useless return at the end of ${placeOf(draft, at)}`,
    body: "A void function ends by itself.",
  };
};

/** A literal size of a local buffer gets a name. */
const bufferSize: EditKind = (draft, random) => {
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

/** `if (x == 0)` becomes `if (!x)`. */
const zeroComparison: EditKind = (draft, random) => {
  const changed = changedLine(draft, random, /\bif \(\w+ [=!]= 0\)/, (line) =>
    line.replace(/\bif \((\w+) == 0\)/, "if (!$1)").replace(/\bif \((\w+) != 0\)/, "if ($1)"),
  );
  if (changed === null) return null;
  const place = placeOf(draft, changed.at);
  return {
    text: changed.text,
    subject: `don't spell out the zero in ${place}`,
    body: "As in the rest of the file.\n\nNo functional change.",
  };
};

/** Braces around a single plain statement go. */
const singleStatement: EditKind = (draft, random) => {
  const plain = /^\t+(?:return\b|goto |[\w>.-]+ [|&+-]?= |[a-z]\w*\().*;$/;
  const places = draft.lines.flatMap((line, at) => {
    const indent = /^(\t+)if \(.*\) \{$/.exec(line)?.[1];
    if (indent === undefined) return [];
    const [inner = "", end, next = ""] = draft.lines.slice(at + 1, at + 4);
    const isPlain = plain.test(inner) && inner.startsWith(`${indent}\t`);
    return isPlain && end === `${indent}}` && !/^\t+else\b/.test(next) ? [at] : [];
  });
  // A statement above without braces of its own would take a later else.
  const safe = places.filter((at) => /^$|[;{}:]$|\*\/$/.test(draft.lines[at - 1] ?? ""));
  if (safe.length === 0) return null;
  const at = random.pick(safe);
  const place = placeOf(draft, at);
  const [head = "", inner = ""] = draft.lines.slice(at, at + 2);
  return {
    text: replaced(draft.lines, at, 3, [head.slice(0, -2), inner]),
    subject: `remove needless braces from ${place}`,
    body: "A single statement needs none.",
  };
};

/** The check after an allocation is marked as unlikely. */
const unlikelyFailure: EditKind = (draft, random) => {
  const places = draft.lines.flatMap((line, at) =>
    /^\t+if \(!\w+\)$/.test(line) && /^\t+return -ENOMEM;$/.test(draft.lines[at + 1] ?? "")
      ? [at]
      : [],
  );
  if (places.length === 0) return null;
  const at = random.pick(places);
  const line = (draft.lines[at] as string).replace(/\((!\w+)\)/, "(unlikely($1))");
  const place = placeOf(draft, at);
  return {
    text: replaced(draft.lines, at, 1, [line]),
    subject: `mark a failed allocation in ${place} as unlikely`,
    body: "Keep the error path out of the way.",
  };
};

/** Names that kernel code gives to the value it will return. */
const resultNames = ["ret", "err", "error", "rc", "res"];

/** A local variable for the result gets another of the usual names. */
const resultName: EditKind = (draft, random) => {
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
const predicate: EditKind = (draft, random) => {
  const made = extractedPredicate(draft, random);
  return made && { text: made.whole, subject: made.subject, body: made.body };
};

/** Says above a static function who calls it. */
const callers: EditKind = (draft, random) => {
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
const callersComment: EditKind = (draft, random) => {
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

/** A blank line before a function's last return comes, or goes where there is one. */
const blankLine: EditKind = (draft, random) => {
  const places = draft.functions.flatMap((f) => {
    const at = f.close - 1;
    const before = draft.lines[at - 1] ?? "";
    return /^\treturn\b/.test(draft.lines[at] ?? "") && /^(\t.*[;}])?$/.test(before) ? [at] : [];
  });
  if (places.length === 0) return null;
  const at = random.pick(places);
  const place = placeOf(draft, at);
  const style = "Checked by eye.\n\nNo functional change.";
  return draft.lines[at - 1] === ""
    ? {
        text: replaced(draft.lines, at - 1, 1, []),
        subject: `remove a blank line from ${place}`,
        body: style,
      }
    : {
        text: replaced(draft.lines, at, 0, [""]),
        subject: `set off the last return of ${place}`,
        body: style,
      };
};

/** Kinds of edits to C files, the likelier ones more than once. */
const kinds: readonly EditKind[] = [
  predicate,
  predicate,
  nullComparison,
  zeroComparison,
  bareUnsigned,
  declarationOrder,
  printkLevel,
  singleStatement,
  singleStatement,
  unlikelyFailure,
  resultName,
  lastReturn,
  bufferSize,
  resultName,
  callers,
];

/** Tried where no other kind has a place, more than once since one may not be accepted. */
const lastResorts: readonly EditKind[] = [
  callersComment,
  resultName,
  resultName,
  ...Array(8).fill(blankLine),
];

/** Adds a cross reference to the end of a document. */
function documentEdit(text: string, random: Random, mentioned: readonly string[]): Edit {
  const path = random.pick(mentioned);
  return {
    text: `${text.trimEnd()}\n\nSee also ${path}.\n`,
    subject: `point to ${path.split("/").at(-1)}`,
    body: "Readers ask for the code.",
  };
}

/**
 * A harmless edit of the file `path`: it compiles wherever `text` does, and `accepts` it.
 * Throws an Error where the file has no place left for any.
 */
export function editOf(
  path: string,
  text: string,
  random: Random,
  mentioned: readonly string[],
  accepts: (text: string) => boolean,
): Edit {
  if (!path.endsWith(".c")) return documentEdit(text, random, mentioned);
  const draft = draftOf(path, text);
  for (const kind of [...random.shuffled(kinds), ...lastResorts]) {
    const edit = kind(draft, random);
    if (edit !== null && edit.text !== text && accepts(edit.text)) return edit;
  }
  throw new Error(`no place left for an edit in ${path}`);
}
