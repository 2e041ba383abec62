import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { compareCrash, identifyBug } from "../src/crash/same.ts";
import { frameOfTitle, unknownFrame } from "../src/crash/title.ts";
import { typeOf } from "../src/crash/type.ts";
import type { CrashSeen } from "../src/event/index.ts";
import { readLog } from "../src/syzbot/read-log.ts";

// How often crashes that belong together compare as one bug, and others as foreign, in real logs.
//
//   node bench/same-bug.ts LOGS.jsonl[.gz]
//
// A line is an object with `id`, `log` and `truth`, the culprit as it turned out later, or null. Crashes
// that belong together are those on commits that a log calls bad where it found that culprit; foreign ones
// are those of the crashing commits of bugs with another culprit.

/** Coarser titles by the kind of a crash: a log has nothing but titles. */
const coarser: readonly (readonly [RegExp, string])[] = [
  [/^KASAN: (?:double|invalid)-free|^KFENCE: invalid free/, "invalid-free"],
  [
    /^(?:KASAN|KMSAN|KFENCE): |^general protection fault|^BUG: unable to handle|^BUG: corrupted list/,
    "bad-access",
  ],
  [/^INFO: task (?:hung|can't die)/, "hang"],
  [/^INFO: rcu detected stall|^BUG: soft lockup/, "stall"],
  [/^BUG: stack guard page|^kernel panic: corrupted stack end/, "stack-overflow"],
];

interface LoggedBug {
  readonly truth: string | null;
  readonly culprit: string | null;
  /** Crashed runs by kernel, the crashing commit's first: of each run its first crash. */
  readonly kernels: readonly { readonly bad: boolean; readonly runs: readonly CrashSeen[] }[];
}

function crashOf(title: string): CrashSeen {
  const named = frameOfTitle(title);
  const frame = named === unknownFrame ? null : named;
  const kind = coarser.find(([what]) => what.test(title))?.[1];
  const altTitles = kind === undefined || frame === null ? [] : [`${kind} in ${frame}`];
  return { title, altTitles, type: typeOf(title), frame, stack: [] };
}

function loggedBug(line: string): LoggedBug {
  const { id, log, truth } = JSON.parse(line) as { id: string; log: string; truth: string | null };
  const runs = new Map<string, CrashSeen[]>();
  const verdicts = new Map<string, string>();
  let culprit: string | null = null;
  for (const event of readLog(Buffer.from(log, "latin1"), id)) {
    if (event.kind === "run-finished") {
      const crashes = event.crashes.slice(0, 1).map(({ title }) => crashOf(title));
      runs.set(event.kernel, [...(runs.get(event.kernel) ?? []), ...crashes]);
    }
    if (event.kind === "probe-answered") {
      for (const { kernel, verdict } of event.answers) verdicts.set(kernel, verdict);
    }
    if (event.kind === "concluded") culprit = event.culprit;
  }
  const kernels = Array.from(runs, ([kernel, crashes]) => ({
    bad: (verdicts.get(kernel) ?? "after") === "after",
    runs: crashes,
  }));
  return { truth, culprit, kernels };
}

function percent(part: number, of: number, digits = 1): string {
  return `${((100 * part) / of).toFixed(digits)} %`;
}

const [file = ""] = process.argv.slice(2);
const bytes = readFileSync(file);
const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
const bugs = text.trim().split("\n").map(loggedBug);

const later = { runs: 0, own: 0, set: 0, same: 0, commits: 0, found: 0 };
for (const { truth, culprit, kernels } of bugs) {
  const bug = identifyBug((kernels[0]?.runs ?? []).map((crash) => [crash]));
  if (bug === null || truth === null || culprit !== truth) continue;
  for (const { runs } of kernels.slice(1).filter(({ bad }) => bad)) {
    const same = runs.filter((crash) => compareCrash(bug, crash) === "same").length;
    later.runs += runs.length;
    later.own += runs.filter(({ title }) => title === bug.title).length;
    later.set += runs.filter(({ title }) => bug.titles.includes(title)).length;
    later.same += same;
    if (runs.length > 0) later.commits++;
    if (same > 0) later.found++;
  }
}

const half = { runs: 0, same: 0 };
for (const { kernels } of bugs) {
  const runs = kernels[0]?.runs ?? [];
  const bug = identifyBug(runs.filter((_, i) => i % 2 === 0).map((crash) => [crash]));
  if (bug === null) continue;
  const others = runs.filter((_, i) => i % 2 === 1);
  half.runs += others.length;
  half.same += others.filter((crash) => compareCrash(bug, crash) === "same").length;
}

const foreign = { pairs: 0, mostly: 0, runs: 0, same: 0, sameTitle: 0 };
const known = bugs.flatMap(({ truth, kernels }) => {
  const runs = kernels[0]?.runs ?? [];
  const bug = identifyBug(runs.map((crash) => [crash]));
  return bug === null || truth === null ? [] : [{ truth, runs, bug }];
});
for (const { bug, truth } of known) {
  for (const other of known) {
    if (other.truth === truth) continue;
    const same = other.runs.filter((crash) => compareCrash(bug, crash) === "same");
    foreign.pairs++;
    foreign.runs += other.runs.length;
    foreign.same += same.length;
    foreign.sameTitle += same.filter(({ title }) => bug.titles.includes(title)).length;
    if (2 * same.length > other.runs.length) foreign.mostly++;
  }
}

console.log(`logs: ${bugs.length}, with a known culprit: ${known.length}`);
console.log(`crashed runs on later bad commits of right logs: ${later.runs}`);
console.log(`  with the bug's own title:            ${percent(later.own, later.runs)}`);
console.log(`  with a title of the crashing commit: ${percent(later.set, later.runs)}`);
console.log(`  compare as the same:                 ${percent(later.same, later.runs)}`);
console.log(
  `bad commits: ${later.commits}, with a run that does: ${percent(later.found, later.commits)}`,
);
console.log(
  `one half of the crashing commit's runs by the other: ${percent(half.same, half.runs)} of ${half.runs}`,
);
console.log(
  `pairs of bugs: ${foreign.pairs}, most runs compare as the same: ${percent(foreign.mostly, foreign.pairs, 3)}`,
);
console.log(
  `their runs: ${foreign.runs}, the same: ${percent(foreign.same, foreign.runs, 3)}, by an equal title: ${percent(foreign.sameTitle, foreign.runs, 3)}`,
);
