/** Digits of a hash that people are shown; a kernel is named by as many. */
const digits = 12;

/** The beginning of a hash, as in `git log --oneline` of a Linux tree. */
export function shortHash(hash: string): string {
  return hash.slice(0, digits);
}
