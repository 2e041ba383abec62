/** No name of ours is near this length; what is longer is not a slip of the finger. */
const longestWord = 64;

/**
 * The word of `known` that `word` is most likely meant to be, or null where none is near: at most a third
 * of its letters (and at least one) may be added, left out, exchanged, or swapped with their neighbour.
 */
export function suggest(word: string, known: readonly string[]): string | null {
  if (word.length > longestWord) return null;
  const farthest = Math.max(1, Math.floor(word.length / 3));
  let best: string | null = null;
  let bestDistance = farthest + 1;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Damerau's distance, optimal string alignment form: O(|a|·|b|). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const exchange = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(exchange, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
