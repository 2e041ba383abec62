import { InvalidArgumentError } from "commander";
import { sizeIn } from "../job/size.ts";

const units = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** `bytes` for people, with three digits at most: `0 B`, `4.2 MiB`, `312 KiB`, `20 GiB`. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // From 999.5 on it would be rounded to four digits.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 9.95 || Number.isInteger(value) ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** The bytes of a size such as `5G`, `300M` or `0`, as a job file has them. */
export function byteCount(text: string): number {
  const bytes = sizeIn(text);
  if (bytes === null) throw new InvalidArgumentError("expected a size such as 5G");
  return bytes;
}
