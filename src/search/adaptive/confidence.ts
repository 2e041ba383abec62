import { confidenceTable } from "./confidence-table.ts";

/** The confidence that is stated for a posterior: interpolated in the table, in the odds' logarithm. */
export function statedFor(posterior: number): number {
  const { points } = confidenceTable;
  return between(
    points.map(({ posterior }) => posterior),
    points.map(({ stated }) => stated),
    posterior,
  );
}

/** The least posterior for which at least `stated` is stated. */
export function posteriorFor(stated: number): number {
  const { points } = confidenceTable;
  return between(
    points.map(({ stated }) => stated),
    points.map(({ posterior }) => posterior),
    stated,
  );
}

function between(from: readonly number[], to: readonly number[], value: number): number {
  let k = 1;
  while (k < from.length - 1 && value > (from[k] as number)) k += 1;
  const [a, b] = [logit(from[k - 1] as number), logit(from[k] as number)];
  const share = Math.min(1, Math.max(0, (logit(value) - a) / (b - a)));
  const [c, d] = [logit(to[k - 1] as number), logit(to[k] as number)];
  return 1 / (1 + Math.exp(-(c + share * (d - c))));
}

function logit(p: number): number {
  const kept = Math.min(1 - 1e-12, Math.max(1e-12, p));
  return Math.log(kept / (1 - kept));
}
