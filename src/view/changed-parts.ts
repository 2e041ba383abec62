import { isDeepStrictEqual } from "node:util";
import type { BisectionView } from "./schema.ts";

/** The parts of `after` that are not as in `before`; all of them where there is none before. */
export function changedParts(
  before: BisectionView | null,
  after: BisectionView,
): Partial<BisectionView> {
  if (before === null) return after;
  const parts = Object.entries(after).filter(
    ([name, part]) => !isDeepStrictEqual(part, before[name as keyof BisectionView]),
  );
  return Object.fromEntries(parts);
}
