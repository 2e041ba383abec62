/**
 * `seconds` for people, in at most two units: `0.4 s`, `4.2 s`, `42 s`, `6m19s`, `1h40m`, `2d3h`.
 * Less than nothing is nothing.
 */
export function durationText(seconds: number): string {
  const given = Math.max(0, seconds);
  // From 9.95 on, one decimal would round to 10.0.
  if (given < 9.95) return `${given.toFixed(1)} s`;
  const whole = Math.round(given);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return pair(whole, 60, "m", "s");
  const minutes = Math.round(given / 60);
  if (minutes < 24 * 60) return pair(minutes, 60, "h", "m");
  return pair(Math.round(given / 3600), 24, "d", "h");
}

function pair(value: number, size: number, large: string, small: string): string {
  return `${Math.floor(value / size)}${large}${value % size}${small}`;
}
