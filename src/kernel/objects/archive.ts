/**
 * The names in a thin archive, in order, as they are written there (from the archive's own folder); none of
 * an empty one. Null for an archive that has its members in it, and what is no archive.
 *
 * The format is that of GNU ar: a member has a header of 60 bytes, its size as decimal digits from byte 48;
 * of a thin archive only the tables of symbols (`/`, `/SYM64/`) and of names (`//`) have contents.
 */
export function namesInThinArchive(archive: Buffer): readonly string[] | null {
  const magic = archive.toString("latin1", 0, 8);
  // ar makes every empty archive a plain one.
  if (magic === "!<arch>\n" && archive.length === 8) return [];
  if (magic !== "!<thin>\n") return null;
  let at = 8;
  while (at + headerBytes <= archive.length) {
    const name = archive.toString("latin1", at, at + 16).trimEnd();
    const size = Number(archive.toString("latin1", at + 48, at + 58).trimEnd());
    if (!Number.isSafeInteger(size) || size < 0) return null;
    const begin = at + headerBytes;
    if (name === "//") {
      if (begin + size > archive.length) return null;
      return archive
        .toString("latin1", begin, begin + size)
        .split("/\n")
        .filter((member) => /[^\n]/.test(member));
    }
    if (name !== "/" && name !== "/SYM64/") return null;
    at = begin + size + (size % 2);
  }
  return at === 8 ? [] : null;
}

const headerBytes = 60;
