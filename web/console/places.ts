/** A part of a line; `place`: a file of the tree and a line in it. */
export interface Part {
  readonly text: string;
  readonly place: { readonly file: string; readonly line: number } | null;
}

const place = /(\/?[A-Za-z0-9_][\w./+-]{0,250}\.(?:c|h|S|cc|cpp|cxx|hh|hpp|rs|go)):(\d{1,7})/g;

/** `text` with the places in source files that it names told apart; paths that climb out of the tree are text. */
export function placesIn(text: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const found of text.matchAll(place)) {
    const [whole, file, line] = found as unknown as [string, string, string];
    if (file.split("/").includes("..")) continue;
    if (found.index > from) parts.push({ text: text.slice(from, found.index), place: null });
    parts.push({ text: whole, place: { file, line: Number(line) } });
    from = found.index + whole.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), place: null });
  return parts;
}

/** `kernel/fork.c:123` as a place; null where it is none. */
export function placeOf(text: string | null): { file: string; line: number } | null {
  const found = /^([^:\0]{1,4096}):(\d{1,7})$/.exec(text ?? "");
  if (found === null || (found[1] ?? "").split("/").includes("..")) return null;
  return { file: found[1] as string, line: Number(found[2]) };
}
