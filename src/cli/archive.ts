import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { exportTo, packed } from "../archive/pack.ts";
import { importFile } from "../archive/unpack.ts";
import { findBisection } from "../journal/store.ts";
import { foldersOf } from "./folders.ts";

/** `firstbad export ID [FILE]`: a bisection as one file. */
export async function exportBisection(name: string, file: string | undefined): Promise<number> {
  const { bisections } = foldersOf(process.env);
  const id = await findBisection(bisections, name);
  const folder = join(bisections, id);
  if (file === "-") {
    await pipeline(packed(folder, id), process.stdout);
    return 0;
  }
  const path = file ?? `${id}.tar.gz`;
  await exportTo(folder, id, resolve(path));
  process.stdout.write(`${path}\n`);
  return 0;
}

/** `firstbad import FILE`: makes a bisection of it again. */
export async function importBisection(
  file: string,
  { as }: { readonly as?: string },
): Promise<number> {
  const { bisections } = foldersOf(process.env);
  const id = await importFile(file, { root: bisections, as });
  process.stdout.write(`imported as ${id}: firstbad show ${id}\n`);
  return 0;
}
