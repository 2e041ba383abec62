import { Ledger, type PlannedCommit } from "./ledger.ts";
import type { Random } from "./random.ts";
import { type Step, Topic } from "./topic.ts";

/** What a history is planned from: names and numbers, no file contents. */
export interface PlanInput {
  /** How many commits; the history has this many or a few more. */
  readonly commits: number;
  /** Files that edits may change. */
  readonly files: readonly string[];
  /** Those of `files` that are compiled and can be broken. */
  readonly breakable: readonly string[];
  /** The file of each patch that the first release already has, by number. */
  readonly groundPatches: readonly string[];
  /** The file of each later patch, numbered after those. */
  readonly topicPatches: readonly string[];
}

/** The shape of a history: who follows whom, and which file each commit changes how. */
export interface Plan {
  readonly commits: readonly PlannedCommit[];
  readonly tags: readonly { readonly name: string; readonly commit: number }[];
  /** The newest commit of the mainline, which contains all others. */
  readonly tip: number;
}

/** Releases, and the share of all commits after which each is made. */
const releases = [
  ["6.1", 0],
  ["6.2-rc1", 0.1],
  ["6.2", 0.2],
  ["6.3-rc1", 0.29],
  ["6.3", 0.38],
  ["6.4-rc1", 0.6],
] as const;

/** Topics with hand-written patches begin in this part of the history, after the last release. */
const patchesFrom = 0.42;
const patchesUntil = 0.82;

/** Two topics that do not build for a while begin about here, */
const brokenTopics = [0.25, 0.5];
/** and the mainline itself: half way from the last release to the tip, where a bisection looks. */
const brokenMainline = { from: 0.68, commits: 26 };

const topicsAtOnce = 6;

/**
 * Makes the plan; for fewer than 300 commits there is not time for everything.
 * The same input and the same `random` give the same plan. Throws an Error where there are too few
 * files for the patches.
 */
export function planHistory(input: PlanInput, random: Random): Plan {
  return new Planner(input, random).run();
}

class Planner {
  readonly #input: PlanInput;
  readonly #random: Random;
  readonly #ledger = new Ledger();
  readonly #files: readonly string[];
  readonly #tags: { name: string; commit: number }[] = [];
  readonly #releases = [...releases] as (readonly [string, number])[];
  readonly #patches: { at: number; patch: number; path: string }[];
  readonly #broken = [...brokenTopics];
  #topics: Topic[] = [];
  #opened = 0;
  #mainline = 0;
  /** Newest mainline commit that builds: new topics start there. */
  #sound = 0;
  #mainlineBreak: "ahead" | "past" | { readonly path: string; readonly until: number } = "ahead";

  constructor(input: PlanInput, random: Random) {
    this.#input = input;
    this.#random = random;
    this.#files = random.shuffled(input.files);
    const spread = random.shuffled(input.topicPatches.map((_, i) => i));
    this.#patches = input.topicPatches
      .map((path, i) => ({
        at:
          patchesFrom +
          ((patchesUntil - patchesFrom) * ((spread[i] ?? 0) + random.real())) / spread.length,
        patch: input.groundPatches.length + i,
        path,
      }))
      .sort((a, b) => a.at - b.at);
  }

  run(): Plan {
    this.#layGround();
    while (this.#ledger.commits.length + this.#outstanding() < this.#input.commits) this.#goOn();
    while (this.#topics.length > 0 || this.#isAnyDue(1)) this.#finish();
    this.#breakOrMendMainline(true);
    return { commits: this.#ledger.commits, tags: this.#tags, tip: this.#mainline };
  }

  #layGround(): void {
    this.#ledger.add([], { kind: "import" });
    for (const [patch, path] of this.#input.groundPatches.entries()) {
      this.#mainline = this.#ledger.add([this.#mainline], { kind: "patch", patch }, path);
    }
    this.#makeReleases();
  }

  #goOn(): void {
    this.#makeReleases();
    this.#breakOrMendMainline(false);
    this.#openDueTopics(this.#share());
    if (this.#topics.length < topicsAtOnce && this.#random.chance(0.2)) this.#open({});
    const ready = this.#topics.filter((topic) => topic.isDone);
    if (ready.length > 1 || (ready.length === 1 && this.#random.chance(0.5))) this.#merge(ready);
    else if (this.#topics.length > ready.length && this.#random.chance(0.88)) this.#work();
    else this.#commitDirectly();
  }

  /** What is under way ends and is merged; only what has to be in the history is still begun. */
  #finish(): void {
    this.#openDueTopics(1);
    const ready = this.#topics.filter((topic) => topic.isDone);
    if (this.#topics.length === 0) throw new Error("there are too few files for every patch");
    if (ready.length > 0) this.#merge(ready);
    else this.#work();
  }

  /** Commits that are still to come from what is under way. */
  #outstanding(): number {
    return this.#topics.reduce((sum, topic) => sum + topic.steps.length + 1, 0);
  }

  #share(): number {
    return this.#ledger.commits.length / this.#input.commits;
  }

  #advance(commit: number): void {
    this.#mainline = commit;
    if (this.#ledger.commits[commit]?.builds) this.#sound = commit;
  }

  #makeReleases(): void {
    const [version, at] = this.#releases[0] ?? ["", Number.POSITIVE_INFINITY];
    if (this.#share() < at || typeof this.#mainlineBreak === "object") return;
    this.#releases.shift();
    this.#advance(this.#ledger.add([this.#mainline], { kind: "release", version }, "Makefile"));
    this.#tags.push({ name: `v${version}`, commit: this.#mainline });
  }

  #breakOrMendMainline(isLast: boolean): void {
    const state = this.#mainlineBreak;
    const length = this.#ledger.commits.length;
    if (state === "ahead" && !isLast && this.#share() >= brokenMainline.from) {
      const free = this.#input.breakable.filter((p) => this.#ledger.isFree(p, this.#mainline));
      if (free.length === 0) return;
      const path = this.#random.pick(free);
      this.#advance(this.#ledger.add([this.#mainline], { kind: "break", path }, path));
      this.#ledger.claim("mainline", [path]);
      this.#mainlineBreak = { path, until: length + brokenMainline.commits };
    } else if (typeof state === "object" && (isLast || length >= state.until)) {
      const { path } = state;
      this.#advance(this.#ledger.add([this.#mainline], { kind: "mend", path }, path));
      this.#ledger.release("mainline");
      this.#mainlineBreak = "past";
    }
  }

  /** True where a topic that must be there should have begun at this share of the history. */
  #isAnyDue(share: number): boolean {
    return [this.#patches[0]?.at, this.#broken[0]].some((at) => at !== undefined && share >= at);
  }

  #openDueTopics(share: number): void {
    const due = this.#patches[0];
    if (due !== undefined && share >= due.at && this.#open(due)) this.#patches.shift();
    const broken = this.#broken[0] ?? Number.POSITIVE_INFINITY;
    if (share >= broken && this.#open({ breaks: true })) this.#broken.shift();
  }

  /** Begins a topic, on an older release or on the mainline; false where no file is free for it. */
  #open(wish: { path?: string; patch?: number; breaks?: true }): boolean {
    const older = this.#random.chance(0.45) ? this.#random.pick(this.#tags).commit : this.#sound;
    for (const base of [older, this.#sound]) {
      const first = wish.breaks ? this.#input.breakable : wish.path ? [wish.path] : this.#files;
      const free = (path: string) => this.#ledger.isFree(path, base);
      const leading = first.filter(free);
      if (leading.length === 0) continue;
      const path = this.#random.pickEarly(leading);
      const area = path.split("/")[0] as string;
      const near = this.#files.filter((f) => f !== path && f.startsWith(`${area}/`) && free(f));
      const others = this.#random.shuffled(near).slice(0, this.#random.between(1, 3));
      if (wish.breaks && others.length === 0) continue;
      const topic = Topic.planned(
        `${area}-${++this.#opened}`,
        base,
        { path, others, breaks: wish.breaks ?? false, patch: wish.patch ?? null },
        this.#random,
      );
      this.#ledger.claim(topic.name, [path, ...others]);
      this.#topics.push(topic);
      return true;
    }
    return false;
  }

  /** One commit on a topic that is not done. */
  #work(): void {
    const topic = this.#random.pick(this.#topics.filter((t) => !t.isDone));
    const step = topic.steps.shift() as Step;
    if (step.kind === "catch-up") {
      if (topic.caughtUp >= this.#sound) return;
      const change = { kind: "merge", names: ["master"], into: topic.name } as const;
      topic.tip = this.#ledger.add([topic.tip, this.#sound], change);
      topic.caughtUp = this.#sound;
    } else {
      topic.tip = this.#ledger.add([topic.tip], step.change, step.path);
    }
  }

  #merge(ready: readonly Topic[]): void {
    const names = ready.map((topic) => topic.name);
    const parents = [this.#mainline, ...ready.map((topic) => topic.tip)];
    this.#advance(this.#ledger.add(parents, { kind: "merge", names, into: null }));
    for (const name of names) this.#ledger.release(name);
    this.#topics = this.#topics.filter((topic) => !ready.includes(topic));
  }

  #commitDirectly(): void {
    const free = this.#files.filter((path) => this.#ledger.isFree(path, this.#mainline));
    const path = this.#random.pickEarly(free);
    this.#advance(this.#ledger.add([this.#mainline], { kind: "edit", path }, path));
  }
}
