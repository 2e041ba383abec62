/** What is known of the candidates, by their place. */
export interface Question {
  /** Those that are still in the configuration. */
  readonly kept: ReadonlySet<number>;
  /** What goes with each when it is left out: itself, and all that need it. */
  readonly needing: readonly (readonly number[])[];
  /** Probability that the crash needs each. */
  readonly chances: readonly number[];
  /** Sets without which it did not crash. */
  readonly failed: readonly ReadonlySet<number>[];
}

/**
 * What to leave out next: the set whose leaving out is worth most, in options that are expected to go. Null: none
 * is left that is not known to be needed.
 *
 * It is probabilistic delta debugging (G. Wang and others, "Probabilistic Delta Debugging", ESEC/FSE 2021), with
 * sets that hang together: what is needed by others goes with these. A set that contains one which failed
 * would fail, too, and is not tried.
 */
export function choose(question: Question): readonly number[] | null {
  const { chances } = question;
  const open = openSets(question);
  const units = openUnits(question).sort(
    (a, b) => a.risk / a.parts.length - b.risk / b.parts.length || a.place - b.place,
  );
  const chosen = new Set<number>();
  /** How many of each failed set are not chosen: the last one must not be. */
  const left = open.map(({ size }) => size);
  const setsOf = membership(open);
  let [risk, best, bestSize] = [0, 0, 0];
  const order: number[] = [];
  for (const { parts } of units) {
    const fresh = parts.filter((place) => !chosen.has(place));
    if (fresh.length === 0 || completes(fresh, left, setsOf)) continue;
    for (const place of fresh) {
      chosen.add(place);
      order.push(place);
      risk -= Math.log1p(-(chances[place] ?? 0));
      for (const set of setsOf.get(place) ?? []) left[set] = (left[set] ?? 0) - 1;
    }
    const gain = order.length * Math.exp(-risk);
    if (gain > best) [best, bestSize] = [gain, order.length];
  }
  return bestSize === 0 ? null : order.slice(0, bestSize).sort((a, b) => a - b);
}

/** The candidates that may still be left out, as far as is known. */
export function openPlaces(question: Question): number[] {
  return openUnits(question).map(({ place }) => place);
}

/** What is left of each set without which it did not crash: one of these at least is needed. */
function openSets({ failed, kept }: Question): Set<number>[] {
  return failed
    .map((set) => new Set([...set].filter((place) => kept.has(place))))
    .filter((set) => set.size > 0);
}

function openUnits(question: Question): Unit[] {
  const open = openSets(question);
  return [...question.kept]
    .map((place) => unitOf(place, question))
    .filter(({ parts, risk }) => risk < Infinity && !open.some((set) => isWithin(set, parts)));
}

interface Unit {
  readonly place: number;
  readonly parts: readonly number[];
  /** -ln of the probability that none of them is needed. */
  readonly risk: number;
}

function unitOf(place: number, { kept, needing, chances }: Question): Unit {
  const parts = (needing[place] ?? []).filter((other) => kept.has(other));
  const risk = parts.reduce((sum, part) => sum - Math.log1p(-(chances[part] ?? 0)), 0);
  return { place, parts, risk };
}

function isWithin(set: ReadonlySet<number>, parts: readonly number[]): boolean {
  if (set.size > parts.length) return false;
  return parts.filter((place) => set.has(place)).length === set.size;
}

function membership(sets: readonly ReadonlySet<number>[]): ReadonlyMap<number, number[]> {
  const setsOf = new Map<number, number[]>();
  for (const [n, set] of sets.entries()) {
    for (const place of set) setsOf.set(place, [...(setsOf.get(place) ?? []), n]);
  }
  return setsOf;
}

/** Whether with `fresh` all of a failed set would be left out. */
function completes(
  fresh: readonly number[],
  left: readonly number[],
  setsOf: ReadonlyMap<number, readonly number[]>,
): boolean {
  const taken = new Map<number, number>();
  for (const place of fresh) {
    for (const set of setsOf.get(place) ?? []) {
      const count = (taken.get(set) ?? 0) + 1;
      if (count >= (left[set] ?? 0)) return true;
      taken.set(set, count);
    }
  }
  return false;
}

/** No chance is taken for certain: that an option is needed is known once it alone was left out. */
const surest = 0.999;

/** The chances after the crash was gone without all of `left`: one of them at least is needed (Bayes). */
export function afterFailure(chances: readonly number[], left: readonly number[]): number[] {
  const none = left.reduce((product, place) => product * (1 - (chances[place] ?? 0)), 1);
  const changed = [...chances];
  for (const place of left) changed[place] = Math.min(surest, (chances[place] ?? 0) / (1 - none));
  return changed;
}

/** Chances above this come of something that is known of the very option. */
const suspected = 0.3;

/**
 * The chances after it crashed without all of `left`. How many options a crash needs is not known beforehand: with
 * each that it did without, needing the others becomes less likely, as by a Beta distribution of their share that
 * one needed option would have told of. Nothing is taken from what is suspected, or was among a set that failed.
 */
export function afterSuccess(
  { chances, failed }: Pick<Question, "chances" | "failed">,
  left: readonly number[],
): number[] {
  const told = left.filter((place) => (chances[place] ?? 0) <= suspected).length;
  const apart = new Set(failed.flatMap((set) => [...set]));
  return chances.map((chance, place) =>
    chance === 0 || chance > suspected || apart.has(place) ? chance : 1 / (1 / chance + told),
  );
}

/** The probability that it crashes without any of `kept`. */
export function chanceOfNone({ kept, chances }: Question): number {
  let chance = 1;
  for (const place of kept) chance *= 1 - (chances[place] ?? 0);
  return chance;
}

/** Tests that it takes about until each is known to be needed or not: the bits that are not known. */
export function testsLeft(question: Question): number {
  let bits = 0;
  for (const place of openPlaces(question)) {
    const p = question.chances[place] ?? 0;
    if (p > 0 && p < 1) bits -= p * Math.log2(p) + (1 - p) * Math.log2(1 - p);
  }
  return Math.ceil(bits);
}

/** For each candidate, itself and all that need it, directly or by way of others. */
export function needingOf(needs: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const direct: number[][] = needs.map(() => []);
  for (const [place, those] of needs.entries()) {
    for (const other of those) direct[other]?.push(place);
  }
  return needs.map((_, place) => {
    const found = new Set([place]);
    for (const next of found) for (const other of direct[next] ?? []) found.add(other);
    return [...found].sort((a, b) => a - b);
  });
}
