/** Longer names are not compared: the cost is the product of both lengths. */
const maxLength = 64;
/** Changed letters up to which a name is near. */
const maxDistance = 2;

/**
 * Up to three of `names` that `name` may have been meant to be: at most two letters added, left out or
 * replaced, the nearest first, in the order of `names` among equals.
 */
export function nearestNames(name: string, names: readonly string[]): string[] {
  if (name.length > maxLength) return [];
  const near: { readonly name: string; readonly distance: number }[] = [];
  for (const other of names) {
    if (Math.abs(other.length - name.length) > maxDistance || other.length > maxLength) continue;
    const distance = editDistance(name, other);
    if (distance <= maxDistance && distance < name.length) near.push({ name: other, distance });
  }
  return near
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map((entry) => entry.name);
}

/** Levenshtein's distance, a row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
