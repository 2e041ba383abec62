// Edits that change how code is written, not what it is called.

import { type Draft, type EditKind, placeOf, replaced } from "./draft.ts";
import type { Random } from "./random.ts";

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
export const nullComparison: EditKind = (draft, random) => {
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

/** `if (x == 0)` becomes `if (!x)`. */
export const zeroComparison: EditKind = (draft, random) => {
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

/** `unsigned x` becomes `unsigned int x`. */
export const bareUnsigned: EditKind = (draft, random) => {
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
export const declarationOrder: EditKind = (draft, random) => {
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
export const printkLevel: EditKind = (draft, random) => {
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
export const lastReturn: EditKind = (draft, random) => {
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

/** Braces around a single plain statement go. */
export const singleStatement: EditKind = (draft, random) => {
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
export const unlikelyFailure: EditKind = (draft, random) => {
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

/** A blank line before a function's last return comes, or goes where there is one. */
export const blankLine: EditKind = (draft, random) => {
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
