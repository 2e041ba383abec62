/** Seconds in each unit, the largest first: the order in which they are written. */
const units = [
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
] as const;

/** Longest duration: a hundred days. */
const longest = 100 * 86_400;

/** Seconds in a text such as `90m`, `1h30m`, `2d` or `45s`; a bare number counts seconds. Null: it is none. */
export function durationIn(text: string): number | null {
  const bare = /^\d{1,9}$/.test(text) ? `${text}s` : text;
  const parts = /^(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?$/.exec(bare);
  if (parts === null) return null;
  const seconds = units.reduce((sum, [, size], n) => sum + size * Number(parts[n + 1] ?? 0), 0);
  return seconds > 0 && seconds <= longest ? seconds : null;
}
