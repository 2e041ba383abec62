/** The beginning of a hash, as in `git log --oneline` of a Linux tree. */
export function short(hash: string): string {
  return hash.slice(0, 12);
}

/** `1 run`, `1,234 runs`. */
export function plural(n: number, noun: string): string {
  return `${grouped(n)} ${noun}${n === 1 ? "" : "s"}`;
}

/** A count with its thousands apart, the same wherever it is read. */
export function grouped(n: number): string {
  return Math.round(n).toLocaleString("en-US");
}

/** A probability: `0.62`, `0.993`, `0.031`, `< 0.001`; never rounded up to one. */
export function probabilityText(p: number): string {
  if (p >= 1) return "1";
  if (p > 0 && p < 0.001) return "< 0.001";
  if (p > 0.999) return "> 0.999";
  return p >= 0.95 || p < 0.1 ? p.toFixed(3) : p.toFixed(2);
}

/** `2026-11-23 14:05:09 UTC`; what is no time stays as it is. */
export function timeText(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return `${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
