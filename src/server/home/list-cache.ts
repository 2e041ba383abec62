import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { type ListEntryView, listEntry } from "../../view/schema.ts";

/** What is kept of a journal that was read: an entry holds as long as the file is this long and this old. */
export interface CachedEntry {
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly mtime: number;
  /** Null: it has no events yet, or cannot be read. */
  readonly entry: ListEntryView | null;
}

const head = z.strictObject({ version: z.literal(1), tool: z.string() });
const line = z.strictObject({
  id: z.string(),
  size: z.number(),
  mtime: z.number(),
  entry: listEntry.nullable(),
});

/**
 * The entries kept in the file `path` by this version of firstbad; none where there are none, or others made them. A
 * file that is damaged costs reading the journals again and nothing else.
 */
export async function readListCache(path: string, tool: string): Promise<Map<string, CachedEntry>> {
  const entries = new Map<string, CachedEntry>();
  try {
    const [first = "", ...lines] = (await readFile(path, "utf8")).split("\n");
    if (head.parse(JSON.parse(first)).tool !== tool) return entries;
    for (const text of lines) {
      if (text === "") continue;
      const { id, ...cached } = line.parse(JSON.parse(text));
      entries.set(id, cached);
    }
  } catch {
    // Whatever was understood is used: each entry stands by itself.
  }
  return entries;
}

/** Keeps `entries` in the file `path`, in one piece. */
export async function writeListCache(
  path: string,
  tool: string,
  entries: ReadonlyMap<string, CachedEntry>,
): Promise<void> {
  const lines = [JSON.stringify({ version: 1, tool })];
  for (const [id, cached] of entries) lines.push(JSON.stringify({ id, ...cached }));
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, `${lines.join("\n")}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
