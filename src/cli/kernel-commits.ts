import { join } from "node:path";
import { readFileJournal } from "../journal/file-journal.ts";
import { listBisections } from "../journal/store.ts";

/**
 * The commits that gave each kernel, by signature, as the bisections below `root` tell. Patched kernels
 * are no commit's. A journal that cannot be read tells nothing.
 */
export async function commitsBySignature(root: string): Promise<Map<string, string[]>> {
  const found = new Map<string, Set<string>>();
  for (const id of await listBisections(root)) {
    const planned = new Map<string, string>();
    for (const event of await readFileJournal(join(root, id)).catch(() => [])) {
      if (event.kind === "kernel-planned" && event.patches.length === 0) {
        planned.set(event.kernel, event.commit);
      }
      const commit = event.kind === "kernel-built" ? planned.get(event.kernel) : undefined;
      if (event.kind !== "kernel-built" || commit === undefined) continue;
      const commits = found.get(event.signature) ?? new Set();
      found.set(event.signature, commits.add(commit));
    }
  }
  return new Map(Array.from(found, ([signature, commits]) => [signature, [...commits]]));
}
