/** Version of the form of archives; an archive says it in its first entry. */
export const archiveVersion = 1;

/** The first entry: `{"version": 1, "id": "…"}`. */
export const labelName = "firstbad-archive.json";

/** What a bisection's folder has that is for this machine alone: by it others may speak to the holder of its journal. */
export const ownAlone: ReadonlySet<string> = new Set(["key"]);

/** What a whole bisection never has more of. */
export const bounds = {
  entries: 100_000,
  file: 512 * 1024 * 1024,
  all: 8 * 1024 * 1024 * 1024,
  /** Folders in each other. */
  depth: 4,
  label: 4096,
} as const;

/** Whether a name can be a bisection's. */
export function isBisectionId(name: string): boolean {
  return /^[A-Za-z0-9][\w.+-]{0,199}$/.test(name);
}

/**
 * The parts of the path of an entry below a bisection's folder; null where it is none: names in an archive may lead
 * anywhere.
 */
export function safeParts(name: string): readonly string[] | null {
  const parts = name.replace(/\/$/, "").split("/");
  if (parts.length > bounds.depth) return null;
  return parts.every((part) => /^[\w.+@#=,-]{1,200}$/.test(part) && !/^\.+$/.test(part))
    ? parts
    : null;
}
