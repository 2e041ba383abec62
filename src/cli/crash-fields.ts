import type { Crash } from "../crash/crash.ts";
import { guiltyFileOf } from "../crash/guilty-file.ts";

/**
 * What programs are told about a console: its first crash, and all of them in short. Where there is
 * none, `title`, `report`, `guilty` and `crashes` are empty, and what else has no value is null.
 */
export function crashFields(crashes: readonly Crash[]) {
  const [first] = crashes;
  return {
    title: first?.title ?? "",
    alt: first?.altTitles ?? [],
    type: first?.type ?? null,
    frame: first?.frame ?? null,
    corrupted: first?.corrupted ?? false,
    reason: first?.corruption ?? null,
    suppressed: first?.suppressed ?? false,
    panicked: first?.panicked ?? false,
    executor: first?.executor ?? null,
    start: first?.start ?? null,
    end: first?.end ?? null,
    skip: first?.skip ?? null,
    report: first?.report ?? "",
    guilty: first === undefined ? "" : (guiltyFileOf(first.title, first.report) ?? ""),
    crashes: crashes.map(({ title, altTitles, type, frame, corrupted, start, end, skip }) => ({
      title,
      alt: altTitles,
      type,
      frame,
      corrupted,
      start,
      end,
      skip,
    })),
  };
}
