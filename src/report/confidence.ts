/** Nobody needs to be told more digits than these: doubts that are smaller are only bounded. */
const mostDigits = 6;

/**
 * How often a conclusion of this confidence is wrong: once in so many, rounded to two digits. Null
 * where there is no confidence, or where it is 1 and so no number says it.
 */
export function oddsOf(confidence: number | null): number | null {
  if (confidence === null || confidence >= 1) return null;
  return Number((1 / (1 - confidence)).toPrecision(2));
}

/** `0.993, about 1 in 140 wrong`: the number and what it means. */
export function confidenceText(confidence: number): string {
  const odds = oddsOf(confidence);
  if (odds === null) return "1";
  if (odds < 2) return `${roundedDown(confidence)}, more often wrong than right`;
  if (odds > 10 ** mostDigits)
    return `${roundedDown(confidence)}, less than 1 in ${10 ** mostDigits} wrong`;
  return `${roundedDown(confidence)}, about 1 in ${odds} wrong`;
}

/** With digits enough to tell it from 1, and cut off rather than rounded up: it promises something. */
export function roundedDown(confidence: number): string {
  const nines = Math.floor(-Math.log10(1 - confidence));
  const unit = 10 ** Math.min(mostDigits, Math.max(3, nines + 2));
  // What a double lost of 0.993 must not make it 0.992, nor make a 1 of what is less.
  const units = Math.min(Math.floor(confidence * unit + 1e-6), unit - 1);
  return String(units / unit);
}
