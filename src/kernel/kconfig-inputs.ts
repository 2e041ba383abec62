import { createHash } from "node:crypto";

/**
 * Whether kconfig's answer can depend on a file of the tree: the Kconfig files, what their `$(shell …)`
 * calls run, the Makefiles that say which of them are read, and ready-made configurations.
 *
 * A file that this does not know costs nothing but time: make compares the Kconfig files that were really
 * read by their times, and adapts a `.config` that does not fit itself.
 */
function isKconfigInput(path: string): boolean {
  return (
    path === "Makefile" ||
    path.startsWith("scripts/") ||
    path.startsWith("kernel/configs/") ||
    path.endsWith(".config") ||
    /(?:^|\/)K?[Cc]onfig[^/]*$/.test(path) ||
    /^arch\/[^/]+\/(?:configs|tools)\//.test(path) ||
    /^arch\/(?:.+\/)?(?:Makefile|Kbuild)[^/]*$/.test(path)
  );
}

/** SHA-256 in hex of everything that kconfig reads; `files` as `git ls-files --stage` lists them. */
export function kconfigHash(files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const entry of files) {
    const path = entry.slice(entry.indexOf("\t") + 1);
    if (isKconfigInput(path)) hash.update(`${entry}\0`);
  }
  return hash.digest("hex");
}
