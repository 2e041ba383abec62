import type { Manifest } from "./manifest.ts";

/** How two kernels differ, as far as their manifests tell. */
export type Difference =
  /** In nothing but these objects, which the same commands made: at least one, sorted. */
  | { readonly kind: "objects"; readonly objects: readonly string[] }
  | { readonly kind: "more"; readonly why: string };

/**
 * How two kernels of the same Makefiles differ. What only one of them has was left in its build folder by
 * an earlier kernel: the archives say that both are linked of the same.
 */
export function differenceOf(one: Manifest, other: Manifest): Difference {
  for (const [path, names] of one.archives) {
    const theirs = other.archives.get(path);
    if (theirs !== undefined && theirs !== names) return more(`${path} has other objects`);
  }
  for (const [path, hash] of one.generated) {
    const theirs = other.generated.get(path);
    if (theirs !== undefined && theirs !== hash)
      return more(`${path}, which is generated, differs`);
  }
  const objects: string[] = [];
  for (const [path, { bytes, command }] of one.objects) {
    const theirs = other.objects.get(path);
    if (theirs === undefined) continue;
    if (theirs.command !== command) return more(`${path} is made by another command`);
    if (theirs.bytes !== bytes) objects.push(path);
  }
  if (objects.length === 0) return more("they differ in something that is no object");
  return { kind: "objects", objects: objects.sort() };
}

function more(why: string): Difference {
  return { kind: "more", why };
}
