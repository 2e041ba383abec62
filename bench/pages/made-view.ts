import { createHash } from "node:crypto";
import type { BisectionView, NamedCommit } from "../../src/view/schema.ts";

/** How many commits the made range has. */
export const madeCommits = 100_000;
/** Where its culprit is. */
const culpritAt = 61_437;

/** The hash of the commit at a place. */
export function hashAt(at: number): string {
  return createHash("sha1").update(`commit ${at}`).digest("hex");
}

/** The subject of the commit at a place. */
export function subjectAt(at: number): string {
  const rooms = ["net/sched", "mm/slub", "fs/ext4", "drm/i915", "io_uring", "bpf", "usb: gadget"];
  const acts = ["fix a leak in", "simplify", "add tracing to", "do not hold the lock over", "drop"];
  const room = rooms[at % rooms.length] ?? "";
  const act = acts[Math.floor(at / 7) % acts.length] ?? "";
  return at === culpritAt
    ? "net/sched: flower: free masks by RCU"
    : `${room}: ${act} path ${at % 977}`;
}

/** The releases of the made range, evenly spread. */
export const madeReleases = Array.from({ length: 12 }, (_, n) => ({
  tag: n % 2 === 0 ? `v6.${1 + n / 2}` : `v6.${1 + (n + 1) / 2}-rc1`,
  at: Math.floor((n * madeCommits) / 12),
}));

/** The belief in every commit: a broad hill and some peaks, as after a few tests. */
export const madeBelief: Float64Array = beliefOf();

function beliefOf(): Float64Array {
  const weights = new Float64Array(madeCommits);
  let sum = 0;
  for (let at = 0; at < madeCommits; at++) {
    const near = Math.abs(at - culpritAt) / 4000;
    const isOut = at < 30_000 || at > 85_000;
    const noise = ((at * 2_654_435_761) % 1000) / 1000;
    const weight = isOut ? 0 : Math.exp(-near * near) * (0.2 + noise ** 12 * 30) + 0.002;
    weights[at] = weight;
    sum += weight;
  }
  return weights.map((weight) => weight / sum);
}

function named(at: number, name: string | null = null): NamedCommit {
  return { hash: hashAt(at), name, subject: subjectAt(at) };
}

const title = "KASAN: slab-use-after-free Read in fl_mask_lookup";
const start = Date.parse("2026-11-23T08:00:00Z");

function timeAt(minutes: number): string {
  return new Date(start + minutes * 60_000).toISOString();
}

type Step = BisectionView["steps"][number];
type Mark = Step["runs"][number]["mark"];

const tested: readonly (readonly [number, string, Step["verdict"], string])[] = [
  [99_999, "reproduce", "after", "xxxxxx"],
  [0, "release v6.1", "before", "........"],
  [33_336, "release v6.3", "before", "..!....."],
  [83_330, "release v6.6-rc1", "after", "xx.x"],
  [58_000, "search", "before", "......!..."],
  [66_200, "search", "untestable", "oooo"],
  [66_900, "search", "after", "x.x"],
  [61_980, "search", null, "x.r"],
];
const markOf: Record<string, Mark> = {
  x: "bug",
  ".": "clean",
  "!": "foreign",
  o: "nothing",
  r: "running",
};

function stepOf([at, stage, verdict, runs]: (typeof tested)[number], n: number): Step {
  const count = (char: string) => [...runs].filter((one) => one === char).length;
  const kernel = `${hashAt(at).slice(0, 12)}-1`;
  const crashed = count("x");
  const clean = count(".");
  const words = { after: "bad", before: "good", untestable: "skip" };
  return {
    n: verdict === null ? null : n + 1,
    stage: stage.startsWith("release") ? "release" : stage === "reproduce" ? "reproduce" : "search",
    stageText: stage,
    commit: named(at, stage.startsWith("release") ? stage.slice(8) : null),
    kernel,
    why:
      stage === "search"
        ? "splits the belief best for its cost: 0.97 bits for 4m10s, its kernel is not built yet"
        : "the bug must show where it was reported",
    verdict,
    verdictText: verdict === null ? "under test" : words[verdict],
    answer: verdict === null ? "" : `crashed ${crashed}/${crashed + clean}: ${words[verdict]}`,
    crashed,
    clean,
    foreign: count("!"),
    missing: count("o"),
    asked: verdict === null ? 5 : null,
    build: {
      state: verdict === null ? "building" : n % 3 === 1 ? "cached" : "built",
      compiler: "gcc (Debian 12.2.0-14) 12.2.0",
      seconds: verdict === null ? null : 141 + n * 17,
      signature: createHash("sha256").update(kernel).digest("hex"),
      excerpt: [],
      equalTo: null,
      butForLines: false,
      progress: verdict === null ? { done: 812, of: 1740 } : null,
      fixes: n === 4 ? ["5b1a3c2d9e10 objtool: fix a build with new binutils"] : [],
    },
    runs: [...runs].map((char, k) => ({
      run: `${kernel}#${k + 1}`,
      mark: markOf[char] ?? "nothing",
      outcome:
        char === "r"
          ? null
          : char === "x" || char === "!"
            ? "crashed"
            : char === "o"
              ? "boot-failed"
              : "clean",
      title: char === "x" ? title : char === "!" ? "WARNING in nft_do_chain" : "",
      seconds: char === "r" ? null : 31.4 + k,
      console: char !== "r",
      lentBy: null,
    })),
    overruled: null,
    suspectsAfter: verdict === null ? null : Math.round(100_000 / (n + 1) ** 2),
    at: verdict === null ? null : timeAt(12 * (n + 1)),
    command: verdict === null ? null : `firstbad reproduce 2026-11-23-6b5f240986e8 ${n + 1}`,
  };
}

/** A bisection of a hundred thousand commits under way, as `GET /api/bisections/ID` would give it. */
export function madeView(): BisectionView {
  const steps = tested.map(stepOf);
  return {
    version: 1,
    head: {
      id: "2026-11-23-6b5f240986e8",
      state: "running",
      group: "running",
      running: true,
      title,
      titles: [title],
      about: title,
      find: "cause",
      goal: "culprit",
      target: "kernel",
      noun: "kernel",
      policy: "adaptive",
      wanted: 0.99,
      arch: "x86_64",
      machine: "qemu",
      host: "lab1",
      repo: "/srv/linux",
      crashes: named(99_999, "net-next"),
      clean: named(0, "v6.1"),
      until: null,
      terms: { before: "good", after: "bad", untestable: "skip" },
      begun: timeAt(0),
      heard: timeAt(97),
      rate: { crashed: 6, of: 6 },
      resumeCommand: "firstbad resume 2026-11-23-6b5f240986e8",
    },
    now: {
      stage: "search",
      text: `testing ${hashAt(61_980).slice(0, 12)} ${subjectAt(61_980)}`,
      why: "splits the belief best for its cost: 0.97 bits for 4m10s",
      git: "Bisecting: 2,214 revisions left to test after this (roughly 11 steps)",
      work: [
        {
          kind: "build",
          id: `${hashAt(61_980).slice(0, 12)}-1`,
          commit: named(61_980),
          since: timeAt(95),
          text: "812 of 1740 files",
        },
        {
          kind: "run",
          id: `${hashAt(66_900).slice(0, 12)}-1#4`,
          commit: named(66_900),
          since: timeAt(96.7),
          text: "reproducer runs",
        },
      ],
      eta: { text: "about 5 tests, 38m", seconds: 2280, steps: 5 },
    },
    spent: {
      kernels: 7,
      runs: 46,
      lentRuns: 4,
      seconds: { build: 2710, test: 1420, total: 5820 },
      text: "7 kernels, 46 runs in 1h37m",
      spans: steps.flatMap((_, n) => [
        {
          kind: "build" as const,
          from: n * 720,
          to: n * 720 + 300,
          kernel: `k${n}`,
          of: 1,
          ok: n !== 5,
        },
        {
          kind: "run" as const,
          from: n * 720 + 310,
          to: n * 720 + 560,
          kernel: `k${n}`,
          of: 6,
          ok: true,
        },
        {
          kind: "run" as const,
          from: n * 720 + 330,
          to: n * 720 + 610,
          kernel: `k${n}`,
          of: 3,
          ok: true,
        },
      ]),
      bounds: null,
    },
    belief: {
      best: { commit: named(culpritAt), probability: 0.31 },
      suspects: 4429,
      stated: 0.29,
      bits: 5.4,
      text: "likeliest 31 %",
    },
    suspects: {
      candidates: 4429,
      list: [culpritAt, culpritAt + 40, culpritAt - 9, culpritAt + 211].map((at, n) => ({
        commit: named(at),
        probability: 0.31 / (n + 1) ** 2,
        timesAverage: 40 / (n + 1),
        reasons: ["changes fl_mask_lookup, which is on the stack", "untouched by any clean run"],
      })),
      prospects: ["if 61b3a0f2c4d1 crashes, 1,200 are left; if not, 3,100"],
      sureness: [],
    },
    strip: {
      commits: madeCommits,
      merges: 6200,
      from: "v6.1",
      to: "net-next",
      before: [hashAt(0)],
      after: hashAt(99_999),
      spread: Array.from({ length: 100 }, (_, n) =>
        madeBelief.subarray(n * 1000, (n + 1) * 1000).reduce((a, b) => a + b, 0),
      ),
      releases: madeReleases,
      marks: tested.map(([at, , verdict], n) => ({
        at,
        hash: hashAt(at),
        verdict,
        n: verdict === null ? null : n + 1,
      })),
      graph: "0".repeat(64),
    },
    steps,
    course: steps.map((_, n) => ({
      at: timeAt(n * 12),
      worked: n * 720,
      suspects: n === 0 ? null : Math.round(100_000 / n ** 2),
      best: n === 0 ? null : Math.min(0.31, 0.004 * 2 ** n),
      stated: null,
      kernels: n,
      runs: n * 6,
    })),
    conclusion: null,
    checks: [],
    culprit: null,
    crash: { run: `${hashAt(99_999).slice(0, 12)}-1#1`, title, report: `BUG: ${title}\n` },
    config: null,
    presence: null,
    repairs: [],
    notes: ["66,200 to 66,212 do not boot: a clock is initialised twice"],
    overrides: [
      {
        seq: 88,
        commits: [hashAt(30_000)],
        of: 1,
        verdict: "before",
        verdictText: "good",
        text: `${hashAt(30_000).slice(0, 12)} is good`,
        why: "it ran on our farm for a week",
        source: "user",
        at: timeAt(20),
      },
    ],
    judgement: null,
    mailed: [],
    conditions: [
      { name: "compiler", value: "gcc (Debian 12.2.0-14) 12.2.0" },
      { name: "config", value: "kernel.config, 2,113 options on" },
      { name: "machine", value: "qemu, 512M, 2 processors" },
      { name: "reproducer", value: "repro.c, 30 s" },
    ],
  };
}
