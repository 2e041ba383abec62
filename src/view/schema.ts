import { z } from "zod";
import { bisectionEnd, checkName, probeStage, runOutcome } from "../event/index.ts";

/** Full, but where a log of others has no more. */
const hash = z.string();
/** ISO 8601, UTC. */
const time = z.string();
const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1);
const seconds = z.number().nonnegative();

/** A commit as people know it. */
const namedCommit = z.object({
  hash,
  /** A tag, a branch, or what the job calls it; null: it has no name but its hash. */
  name: z.string().nullable(),
  /** Empty: not known. */
  subject: z.string(),
});

const verdictWord = z.enum(["before", "after", "untestable"]);

/** One entry of the list of bisections. */
export const listEntry = z.object({
  id: z.string(),
  /** `running`, `queued`, `paused`, `stopped`, `cut off`, `reopened`, or an end. */
  state: z.string(),
  /** What people look for; `waiting`: queued, paused, stopped, cut off or reopened. */
  group: z.enum(["running", "waiting", "concluded"]),
  /** Of the bug; empty: not known yet. */
  title: z.string(),
  /** The title, or what is bisected before there is one: `crash of v6.2: Merge tag …`. */
  about: z.string(),
  /** The culprit; or how many commits it may be; or how sure it is by now and what is left. */
  what: z.string(),
  find: z.enum(["cause", "fix"]),
  goal: z.enum(["culprit", "config", "presence"]),
  /** As the job says: a path or an address; empty: a log of others. */
  repo: z.string(),
  arch: z.string(),
  machine: z.string(),
  policy: z.string(),
  /** Of the conclusion; before that what would be stated for the likeliest; null: none is reckoned. */
  confidence: share.nullable(),
  begun: time.nullable(),
  /** Of the newest event. */
  heard: time.nullable(),
  judged: z.enum(["right", "wrong"]).nullable(),
  mailed: z.boolean(),
});

/** One run, as a dot. */
const runDot = z.object({
  /** As events have it: `KERNEL#N`; in addresses `KERNEL-N`. */
  run: z.string(),
  /** `bug` it crashed with it, `clean`, `foreign` another crash, `nothing` it says nothing, `running`. */
  mark: z.enum(["bug", "clean", "foreign", "nothing", "running"]),
  /** Null while it runs. */
  outcome: runOutcome.nullable(),
  /** The first crash's; empty: none. */
  title: z.string(),
  /** How long it took; null while it runs. */
  seconds: seconds.nullable(),
  /** Whether a console is kept. */
  console: z.boolean(),
  /** The bisection that made it, where that is another. */
  lentBy: z.string().nullable(),
});

/** What has become of a kernel. */
const buildState = z.object({
  state: z.enum(["waiting", "building", "built", "cached", "failed"]),
  compiler: z.string().nullable(),
  /** How long it took; null before it ended. */
  seconds: seconds.nullable(),
  signature: z.string().nullable(),
  /** What the build printed, where it failed. */
  excerpt: z.array(z.string()),
  /** The kernel that it was found equal to: runs of the two answer for both. */
  equalTo: z.string().nullable(),
  /** Those two differ in line numbers. */
  butForLines: z.boolean(),
  /** Files compiled, and how many there will be, while it builds. */
  progress: z.object({ done: count, of: count.nullable() }).nullable(),
  /** Fixes it was built with, as text. */
  fixes: z.array(z.string()),
});

/**
 * One commit tested, or tested again: a row of the table of steps. Those under test are the last ones, with `verdict`
 * null.
 */
const stepRow = z.object({
  /** From 1, as `firstbad explain ID N` and `reproduce ID N` count, with gaps; null: not answered yet. */
  n: count.nullable(),
  stage: probeStage,
  /** The same in words. */
  stageText: z.string(),
  commit: namedCommit,
  kernel: z.string(),
  /** Why it was chosen. */
  why: z.string(),
  /** What its runs were taken to say; null: not answered yet. */
  verdict: verdictWord.nullable(),
  /** The word for it: good, bad, skip, or the user's own terms; `under test`. */
  verdictText: z.string(),
  /** The answer in words: `crashed 3/10, 1 run without a word: bad`; empty before. */
  answer: z.string(),
  /** Runs with a crash of the bug, without one, with another crash, and that say nothing. */
  crashed: count,
  clean: count,
  foreign: count,
  missing: count,
  /** Runs that are asked for; null: it is answered. */
  asked: count.nullable(),
  build: buildState,
  /** Those that it goes by, of equal kernels too, in the order in which they ended; at most 400. */
  runs: z.array(runDot),
  /** Where somebody said otherwise: that counts. */
  overruled: verdictWord.nullable(),
  /** Suspects left after it; null: not known. */
  suspectsAfter: count.nullable(),
  /** When it was answered. */
  at: time.nullable(),
  /** The command that prints how to repeat it by hand; null: none does. */
  command: z.string().nullable(),
});

/** One thing that a culprit was asked. */
const checkRow = z.object({
  check: checkName,
  /** What is checked, in words. */
  text: z.string(),
  result: z.enum(["passed", "failed", "unknown"]),
  /** The parent it is about. */
  parent: hash.nullable(),
  /** Runs that crashed with the bug, of those that say something. */
  crashed: count,
  of: count,
  /** What it counts or measured, in words: `0/40 (0 %)`; empty: nothing. */
  counts: z.string(),
  why: z.string(),
  /** The kernel whose runs it counts, and these; null: it counts none, or they are not known. */
  kernel: z.string().nullable(),
  runs: z.array(runDot),
});

/** How sure it was and how many were suspected, over time: after each decision. */
const coursePoint = z.object({
  at: time,
  /** Seconds of work until then, without pauses. */
  worked: seconds,
  /** Null: not known, as with a policy that says nothing of it. */
  suspects: count.nullable(),
  /** The probability of the likeliest, and the confidence that would be stated; null: none is reckoned. */
  best: share.nullable(),
  stated: share.nullable(),
  /** Kernels whose build ended, and runs made here, until then. */
  kernels: count,
  runs: count,
});

/** A commit that may be the culprit, and what is for it and against it. */
const suspectRow = z.object({
  commit: namedCommit,
  probability: share,
  /** What it was before any run, as times the average commit's. */
  timesAverage: z.number(),
  /** Why, and what the runs of tested commits say of it, a line each. */
  reasons: z.array(z.string()),
});

/** A configuration that was tried to make the crashing one smaller. */
const configTry = z.object({
  kernel: z.string(),
  /** What was left out, in words, and by name: at most 100 options. */
  text: z.string(),
  without: z.array(z.string()),
  /** Null: it is under test. */
  crashes: z.boolean().nullable(),
  runs: z.array(runDot),
});

/** What a tree that was asked about has. */
const tracedChange = z.object({ commit: hash, how: z.string() }).nullable();

const treeRow = z.object({
  tree: namedCommit,
  /** As which commit it has what brought the bug, and what mended it; null: not, or not known. */
  cause: tracedChange,
  fix: tracedChange,
  /** Null: not known yet. */
  state: z.enum(["affected", "not-affected", "fixed", "unbuildable", "unknown"]).nullable(),
  /** The same in words; empty before. */
  stateText: z.string(),
  /** The kernel that was run; null: none. */
  kernel: z.string().nullable(),
  crashed: count,
  of: count,
  why: z.string(),
});

/**
 * One bisection, whole, as its page shows it. Every top-level part changes by itself: live updates send those that
 * did. All texts are single lines without control characters, but for `culprit.message` and `crash.report`, which have
 * line ends and tabs as well; none is markup.
 */
export const bisectionView = z.object({
  version: z.literal(1),
  head: z.object({
    id: z.string(),
    /** As in the list. */
    state: z.string(),
    group: z.enum(["running", "waiting", "concluded"]),
    running: z.boolean(),
    /** The bug's title; empty: not known yet. `titles` has all that count, that one first. */
    title: z.string(),
    titles: z.array(z.string()),
    /** As in the list. */
    about: z.string(),
    find: z.enum(["cause", "fix"]),
    goal: z.enum(["culprit", "config", "presence"]),
    target: z.enum(["kernel", "program"]),
    /** What is built: `kernel` or `build`. */
    noun: z.enum(["kernel", "build"]),
    policy: z.string(),
    /** The confidence that is wanted. */
    wanted: share.nullable(),
    arch: z.string(),
    machine: z.string(),
    /** Empty: a log of others. */
    host: z.string(),
    repo: z.string(),
    /** Where the bug was reported, where it is known not to be, and up to where a fix is searched. */
    crashes: namedCommit.nullable(),
    clean: namedCommit.nullable(),
    until: namedCommit.nullable(),
    /** Words for the sides. */
    terms: z.object({ before: z.string(), after: z.string(), untestable: z.string() }),
    begun: time.nullable(),
    /** Of the newest event that is work on it. */
    heard: time.nullable(),
    /** How often the reported commit crashed. */
    rate: z.object({ crashed: count, of: count }).nullable(),
    resumeCommand: z.string(),
  }),
  /** What happens now; null once concluded, and while nobody is at work. */
  now: z
    .object({
      /** `search`, `release v6.1`; empty: nothing is chosen. */
      stage: z.string(),
      /** What is tested, in a line. */
      text: z.string(),
      why: z.string(),
      /** git's sentence: `Bisecting: 6680 revisions left to test after this (roughly 13 steps)`. */
      git: z.string().nullable(),
      work: z.array(
        z.object({
          kind: z.enum(["build", "run"]),
          /** The kernel, or the run. */
          id: z.string(),
          commit: namedCommit.nullable(),
          since: time,
          /** How far it is. */
          text: z.string(),
        }),
      ),
      eta: z
        .object({ text: z.string(), seconds: z.number().nullable(), steps: z.number() })
        .nullable(),
    })
    .nullable(),
  /** What it took so far. */
  spent: z.object({
    kernels: count,
    /** Made here. */
    runs: count,
    lentRuns: count,
    /** Wall time of at least one build, of at least one run, and of all sessions. */
    seconds: z.object({ build: seconds, test: seconds, total: seconds }),
    /** In a line. */
    text: z.string(),
    /**
     * For the chart of time, in seconds of wall time since the first event; runs of a kernel that follow on each
     * other are one. `of`: how many.
     */
    spans: z.array(
      z.object({
        kind: z.enum(["build", "run", "pause"]),
        from: seconds,
        to: seconds,
        kernel: z.string(),
        of: count,
        /** A build that gave a kernel; runs of which one says something. */
        ok: z.boolean(),
      }),
    ),
    bounds: z
      .object({
        builds: z.number().nullable(),
        runs: z.number().nullable(),
        machineSeconds: z.number().nullable(),
        deadline: z.number().nullable(),
      })
      .nullable(),
  }),
  /** What the policy believed when it last chose; null: it reckons no probabilities, or nothing was chosen yet. */
  belief: z
    .object({
      best: z.object({ commit: namedCommit, probability: share }),
      /** The fewest commits that have the culprit with 99 %. */
      suspects: count,
      stated: share.nullable(),
      /** Bits that tests had still to tell. */
      bits: z.number().nullable(),
      /** `likeliest 83 %: …; confidence 0.81 of 0.99`. */
      text: z.string(),
    })
    .nullable(),
  /** The likeliest commits, where somebody reckoned them; null: nobody did. */
  suspects: z
    .object({
      candidates: count,
      list: z.array(suspectRow),
      /** What the tests under way tell. */
      prospects: z.array(z.string()),
      /** What the stated confidence consists of; nothing before a conclusion. */
      sureness: z.array(z.string()),
    })
    .nullable(),
  /** The range on one axis; exact heights and marks come from `belief` of its own address. */
  strip: z
    .object({
      commits: count,
      merges: count,
      /** What people call the two ends, and which commits they are. */
      from: z.string(),
      to: z.string(),
      before: z.array(hash),
      after: hash,
      /** Sums of belief in equally long stretches, the oldest first; null: none is reckoned. */
      spread: z.array(share).nullable(),
      releases: z.array(z.object({ tag: z.string(), at: count })),
      /** Commits tested, by their place; none where the graph is not at hand. `verdict` null: under test. */
      marks: z.array(
        z.object({ at: count, hash, verdict: verdictWord.nullable(), n: count.nullable() }),
      ),
      /** SHA-256 of the graph: the axis is the same while it is. */
      graph: z.string(),
    })
    .nullable(),
  steps: z.array(stepRow),
  course: z.array(coursePoint),
  conclusion: z
    .object({
      end: bisectionEnd,
      /** One sentence, the one that `show` begins with; `lines` has all that it says there. */
      text: z.string(),
      lines: z.array(z.string()),
      why: z.string(),
      culprit: namedCommit.nullable(),
      confidence: share.nullable(),
      /** `0.993, about 1 in 140 wrong`; empty: none is stated. */
      confidenceText: z.string(),
      /** `the culprit crashes 10/10, parent 0123456789ab does not 0/40 (0 %)`; empty: no runs were counted. */
      evidenceText: z.string(),
      candidates: z.array(z.object({ commit: namedCommit, probability: share.nullable() })),
      /** What was found behind it, or inside the merge that it is. */
      deeper: z.string().nullable(),
      /** Whether people may be told of it; why not, else. */
      mayMail: z.boolean(),
      mayNotMail: z.string(),
      /** What would bring it further, or make it surer. */
      needs: z.array(z.string()),
      at: time,
    })
    .nullable(),
  checks: z.array(checkRow),
  /** The commit that was found, as far as it was described. */
  culprit: z
    .object({
      commit: namedCommit,
      author: z.string(),
      authored: z.string(),
      /** Whole, with line ends. */
      message: z.string(),
      parents: z.array(hash),
      diffstat: z.array(z.string()),
      to: z.array(z.string()),
      cc: z.array(z.string()),
      /** `Fixes:`, `#regzbot …`, each a line that programs read. */
      tags: z.array(z.string()),
    })
    .nullable(),
  /** The crash with source lines, and which run it is of. */
  crash: z.object({ run: z.string(), title: z.string(), report: z.string() }).nullable(),
  /** How the configuration was made smaller; null: that was not asked for. */
  config: z
    .object({
      /** What there was to leave out. */
      text: z.string(),
      tries: z.array(configTry),
      /** What came of it; empty before. */
      result: z.string(),
      /** Options that are on beside the baseline. */
      kept: z.array(z.string()),
    })
    .nullable(),
  /** In which trees the bug is; null: that was not asked for. */
  presence: z
    .object({
      cause: namedCommit.nullable(),
      fix: namedCommit.nullable(),
      trees: z.array(treeRow),
    })
    .nullable(),
  /** Searches for what mended commits that could not be tested, a line each. */
  repairs: z.array(z.object({ commit: namedCommit, text: z.string(), ended: z.boolean() })),
  /** What is to be known of its commits, kernels and machine, a line each. */
  notes: z.array(z.string()),
  /** What people, or a log, said of commits, and was not taken back. */
  overrides: z.array(
    z.object({
      /** What `undo` takes it back by. */
      seq: count,
      /** At most 100 of them, and how many there are. */
      commits: z.array(hash),
      of: count,
      verdict: verdictWord,
      verdictText: z.string(),
      /** In a sentence. */
      text: z.string(),
      why: z.string().nullable(),
      source: z.enum(["user", "log"]),
      at: time,
    }),
  ),
  judgement: z
    .object({
      verdict: z.enum(["right", "wrong"]),
      commit: hash.nullable(),
      why: z.string().nullable(),
      text: z.string(),
    })
    .nullable(),
  mailed: z.array(
    z.object({
      at: time,
      culprit: hash,
      messageId: z.string(),
      to: z.array(z.string()),
      cc: z.array(z.string()),
    }),
  ),
  /** What kernels were built and run with; a value without a name goes on with the one above it. */
  conditions: z.array(z.object({ name: z.string(), value: z.string() })),
});

/** A bisection, as its page shows it. */
export type BisectionView = z.infer<typeof bisectionView>;
/** A bisection among others. */
export type ListEntryView = z.infer<typeof listEntry>;
/** A commit as people know it. */
export type NamedCommit = z.infer<typeof namedCommit>;
export type RunDot = z.infer<typeof runDot>;
export type StepRow = z.infer<typeof stepRow>;
export type CheckRow = z.infer<typeof checkRow>;
export type CoursePoint = z.infer<typeof coursePoint>;
