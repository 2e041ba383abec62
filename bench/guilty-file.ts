import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { gunzipSync } from "node:zlib";
import { isGenericPlace } from "../src/crash/generic-places.ts";
import { guiltyFileOf, relevantFrames } from "../src/crash/guilty-file.ts";

// How often the guilty file of real reports is the one that syzbot named at the time, and why it is not.
//
//   node bench/guilty-file.ts REPORTS.jsonl[.gz]
//
// A line is an object with `title`, `report` (with source lines) and `guilty` (a path, "." for none, or null where it is not known).

interface NamedReport {
  readonly title: string;
  readonly report: string;
  readonly guilty: string | null;
}

/** Files that a culprit is looked for in: the first of them that are not generic. */
const lookedAt = 8;

function whyOther(wanted: string, got: string, report: string): string {
  if (wanted === got) return "the same file, then named by a path that is not below the tree";
  if (isGenericPlace(wanted)) return "then a file that is generic now";
  const folder = posix.dirname(wanted);
  if (got.startsWith(`${folder}/`) && posix.dirname(got) !== folder) {
    return "now a file in a deeper folder below the one then";
  }
  return report.includes(wanted) ? "another choice" : "then a file that is not in the report";
}

const [file = ""] = process.argv.slice(2);
const bytes = readFileSync(file);
const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
const all = text
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as NamedReport);
const named = all.flatMap(({ guilty, ...rest }) => (guilty ? [{ guilty, ...rest }] : []));

const why = new Map<string, number>();
let right = 0;
let among = 0;
const begin = process.cpuUsage();
for (const { title, report, guilty } of named) {
  const wanted = guilty === "." ? "" : posix.normalize(`/${guilty}`).slice(1);
  const got = guiltyFileOf(title, report) ?? "";
  const frames = relevantFrames(report).filter(({ generic }) => !generic);
  const first = [...new Set(frames.map((frame) => frame.file))].slice(0, lookedAt);
  if (first.includes(wanted)) among++;
  if (wanted === got && (guilty === "." || guilty === wanted)) right++;
  else {
    const reason = whyOther(wanted, got, report);
    why.set(reason, (why.get(reason) ?? 0) + 1);
  }
}
const seconds = (process.cpuUsage(begin).user + process.cpuUsage(begin).system) / 1e6;

const share = (count: number) => `${((100 * count) / named.length).toFixed(1)} %`;
console.log(
  `reports: ${all.length}, with a guilty file: ${named.length}, ${seconds.toFixed(1)} CPU s`,
);
console.log(`the same file: ${right} (${share(right)})`);
console.log(
  `it is among the first ${lookedAt} files that are not generic: ${among} (${share(among)})`,
);
for (const [reason, count] of [...why].sort(([, a], [, b]) => b - a)) {
  console.log(`${String(count).padStart(6)}  ${reason}`);
}
