const nanosecond = 1_000_000_000n;

/**
 * `seconds` as Go's `time.Duration` prints it: `2h57m42.021953048s`, `1m0.5s`, `812ms`, `1.5µs`,
 * `0s`. Rounded to whole nanoseconds, Go's unit; a double has them up to 48 days.
 */
export function goDuration(seconds: number): string {
  const whole = Math.floor(Math.abs(seconds));
  // Whole seconds apart from the fraction: their product in nanoseconds may not fit a double.
  const fraction = Math.round((Math.abs(seconds) - whole) * 1e9);
  const total = BigInt(whole) * nanosecond + BigInt(fraction);
  if (total === 0n) return "0s";
  return `${seconds < 0 ? "-" : ""}${total < nanosecond ? below(total) : above(total)}`;
}

/** Durations below one second, in the largest unit that leaves a digit before the point. */
function below(nanoseconds: bigint): string {
  if (nanoseconds < 1_000n) return `${nanoseconds}ns`;
  if (nanoseconds < 1_000_000n) return `${decimal(nanoseconds, 3)}µs`;
  return `${decimal(nanoseconds, 6)}ms`;
}

/** Hours only if there are any, minutes only after hours or if there are any, always seconds. */
function above(nanoseconds: bigint): string {
  const minute = 60n * nanosecond;
  const hours = nanoseconds / (60n * minute);
  const minutes = (nanoseconds / minute) % 60n;
  const rest = decimal(nanoseconds % minute, 9);
  if (hours > 0n) return `${hours}h${minutes}m${rest}s`;
  return minutes > 0n ? `${minutes}m${rest}s` : `${rest}s`;
}

/** `value` with the point `places` digits from its end; zeros at the end are left out, as Go does. */
function decimal(value: bigint, places: number): string {
  const digits = value.toString().padStart(places + 1, "0");
  const whole = digits.slice(0, -places);
  const fraction = digits.slice(-places).replace(/0+$/, "");
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

const inSeconds: Readonly<Record<string, number>> = {
  h: 3600,
  m: 60,
  s: 1,
  ms: 1e-3,
  µs: 1e-6,
  ns: 1e-9,
};

/**
 * The seconds of a duration as {@link goDuration} prints it, or null where `text` is none. More than
 * 48 days may come out a nanosecond off.
 */
export function parseGoDuration(text: string): number | null {
  if (text.length > 40) return null;
  const parts = [...text.matchAll(/(\d{1,12}(?:\.\d{1,9})?)(h|ms|m|s|µs|ns)/gy)];
  if (
    parts.length === 0 ||
    parts.reduce((length, [part]) => length + part.length, 0) !== text.length
  )
    return null;
  return parts.reduce(
    (sum, [, n = "0", unit = "s"]) => sum + Number(n) * (inSeconds[unit] ?? 0),
    0,
  );
}
