/** A hand-written change of one file, as `git format-patch` writes it. */
export interface Patch {
  readonly author: { readonly name: string; readonly email: string };
  readonly subject: string;
  readonly body: string;
  readonly path: string;
  /** Each block of lines before and after; where it stands in the file is found by its text. */
  readonly hunks: readonly { readonly before: string; readonly after: string }[];
}

/** Reads a patch of one file. Throws an Error where `text` is not one. */
export function parsePatch(text: string): Patch {
  const [letter = "", ...rest] = text.split(/^diff --git /m);
  const [head = "", ...paragraphs] = letter.split("\n\n");
  const author = /^From: (.+) <(.+)>$/m.exec(head);
  const subject = /^Subject: \[PATCH\] (.+)$/m.exec(head);
  const path = /^\+\+\+ b\/(.+)$/m.exec(rest[0] ?? "");
  if (author === null || subject === null || path === null || rest.length !== 1) {
    throw new Error(`not a patch of one file: ${text.slice(0, 80)}`);
  }
  const blocks = (rest[0] as string).split(/^@@ .*\n/m).slice(1);
  return {
    author: { name: author[1] as string, email: author[2] as string },
    subject: subject[1] as string,
    body: (paragraphs.join("\n\n").split(/^---$/m)[0] as string).trim(),
    path: path[1] as string,
    hunks: blocks.map((block) => {
      const lines = (block.split(/^-- $/m)[0] as string).split("\n").slice(0, -1);
      const side = (other: string) =>
        `${lines.flatMap((line) => (line[0] === other ? [] : [line.slice(1)])).join("\n")}\n`;
      return { before: side("+"), after: side("-") };
    }),
  };
}

/** `text` with the patch, or null where a block is not there exactly once. */
export function patched(text: string, patch: Patch): string | null {
  return exchanged(text, patch.hunks);
}

/** `text` without the patch again, or null where a block is not there exactly once. */
export function unpatched(text: string, patch: Patch): string | null {
  return exchanged(
    text,
    patch.hunks.map(({ before, after }) => ({ before: after, after: before })),
  );
}

function exchanged(text: string, hunks: Patch["hunks"]): string | null {
  let result = text;
  for (const { before, after } of hunks) {
    const at = result.indexOf(before);
    if (at < 0 || result.indexOf(before, at + 1) >= 0) return null;
    result = result.slice(0, at) + after + result.slice(at + before.length);
  }
  return result;
}
