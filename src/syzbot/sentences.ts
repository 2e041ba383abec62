import type { GitSaying, LogDialect, LogFacts, LogNote } from "../event/index.ts";
import { printTemplate, readTemplate, type Template, template } from "./template.ts";

/** The form of a sentence, and the dialects that have it. */
interface Sentence extends Template {
  /** The first dialect that has it; null: all. */
  readonly since: LogDialect | null;
  /** The first dialect that has it no more. */
  readonly until: LogDialect | null;
}

/** Sentences of syzkaller's own; `since` and `until` as far as other dialects have others. */
const notes: Readonly<Record<LogNote, Sentence>> = {
  tool: of("building syzkaller on {revision:text}"),
  fetching: of("fetch other tags and check if the commit is present", "2026-01"),
  "fetch-failed": of("fetch failed with {why:text}", "2026-01"),
  reidentified: of(
    "rewritten commit {commit:hash} reidentified by title '{title:text}'",
    "2026-01",
  ),
  reproducing: of("ensuring issue is reproducible on original commit {commit:text}", "2022-09"),
  "config-already-minimal": of("# configuration already minimized", "2020-04"),
  "config-sizes": of(
    "kconfig minimization: base={base:n} full={full:n} diff={diff:n}",
    "2020-07",
    "2026-01",
  ),
  "config-sizes-left": of(
    "kconfig minimization: base={base:n} full={full:n} leaves diff={diff:n}",
    "2026-01",
  ),
  "config-base-crashes": of("base config crashes", "2020-07", "2026-01"),
  "config-half": of("trying half: [{options:names}]", "2020-07", "2026-01"),
  "config-half-crashed": of("half crashed", "2020-07", "2026-01"),
  "config-no-half-crashed": of("both halves did not crash", "2020-07", "2026-01"),
  "config-result": of("resulting configs: [{options:names}]", "2020-07", "2026-01"),
  "config-full-only": of("only full config crashes", "2020-07", "2026-01"),
  "config-baseline-crashes": of("crash reproduces with baseline config", "2020-04", "2020-07"),
  "config-baseline-untestable": of(
    "unable to test using baseline config, keep original config",
    "2020-04",
    "2020-07",
  ),
  "config-failed": of("minimizing config failed: {why:text}", "2020-04", "2026-01"),
  "config-bad": of("config minimization failed due to bad Kconfig {why:text}", "2026-01"),
  "config-kept": of("proceeding with the original config", "2026-01"),
  instrumentation: of("check whether we can drop unnecessary instrumentation", "2026-01"),
  "instrumentation-disabled": of(
    "disabling configs for [{options:names}], they are not needed",
    "2026-01",
  ),
  "instrumentation-none": of("there was nothing we could disable; skip", "2026-01"),
  "instrumentation-not-needed": of("the bug reproduces without the instrumentation", "2026-01"),
  "config-minimised": of(
    "minimized to {configs:n} configs; suspects: [{options:names}]",
    "2026-01",
  ),
  chunks: of("split chunks (needed={needed:word}): {chunks:text}", "2026-01"),
  "chunk-split": of("split chunk #{chunk:n} of len {length:n} into {parts:n} parts", "2026-01"),
  "chunk-whole": of("no way to further split the chunk", "2026-01"),
  "chunk-left-out": of("testing without sub-chunk {chunk:n}/{of:n}", "2026-01"),
  "chunk-dropped": of("the chunk can be dropped", "2026-01"),
  "chunk-needed": of("no need to test this chunk, it's definitely needed", "2026-01"),
  "chunk-limit": of(
    "we have reached the limit on predicate runs ({limit:n}); pretend it returns false",
    "2026-01",
  ),
  "releases-picked": of("picked [{tags:names}] out of {of:n} release tags", "2026-01"),
  "releases-counted": of("picked {picked:n} out of {of:n} release tags", "2022-09"),
  release: of("testing release {tag:text}"),
  head: of("testing current HEAD {commit:text}"),
  "merge-base-of": of("determining the merge base between {one:hash} and {other:hash}", "2022-09"),
  "merge-bases-unexpected": of("expected 1 merge base, got {bases:n}", "2022-09"),
  "merge-base-tested": of(
    "{commit:hash}/{title:text} is a merge base, check if it has the bug",
    "2022-09",
  ),
  "merge-base-found": of("{commit:hash}/{title:text} is a merge base", "2022-09"),
  "merge-base-clean": of(
    "reproducer does not crash the merge base, so there's no known bad commit",
    "2022-09",
  ),
  "oldest-crashes": of("crash still not fixed/happens on the oldest tested release", "2022-09"),
  "head-untestable": of("HEAD had kernel build, boot or test errors", "2022-09"),
  "guilty-inside": of("determine whether the revision contains the guilty commit", "2022-09"),
  "guilty-reachable": of("revision {commit:hash} crashed and is reachable", "2022-09"),
  "merge-base-checked": of("checking the merge base {commit:hash}", "2022-09"),
  "merge-base-untested": of("no existing result, test the revision", "2022-09"),
  "not-introduced-yet": of(
    "the bug was not introduced yet; pretend that kernel crashed",
    "2022-09",
  ),
  "too-many-unclear": of("too many neither good nor bad results, skipping this commit", "2022-09"),
  unclear: of(
    "unable to determine the verdict: {good:n} good runs (wanted {wanted:n}), for bad wanted {needed:n} in total, got {got:n}",
    "2026-01",
  ),
  representative: of("representative crash: {title:text}, types: [{types:names}]", "2026-01"),
  "false-negative": of("false negative chance: {chance:f3}", "2026-01"),
  "error-probability": of("accumulated error probability: {chance:f2}", "2026-01"),
  "flaky-test": of("reproducer seems to be flaky", "2020-07", "2026-01"),
  flaky: of("Reproducer flagged being flaky", "2020-07", "2026-01"),
  "flaky-chance": of("reproducer is flaky ({chance:f2} repro chance estimate)", "2026-01"),
  "environment-failed": of("{why:text}"),
  "test-failed": of("failed: {why:text}", null, "2026-01"),
  "test-aborted": of("repro testing failure: {why:text}", "2026-01"),
  "release-unknown": of("failed to detect release: {why:text}"),
  "parent-untested": of("parent commit {commit:hash} wasn't tested", "2020-04"),
  "culprit-signature": of("culprit signature: {signature:text}", "2020-04"),
  "parent-signature": of("parent  signature: {signature:text}", "2020-04"),
  "kernel-signature-again": of("kernel signature:   {signature:text}", "2019-11", "2020-04"),
  "previous-signature": of("previous signature: {signature:text}", "2019-11", "2020-04"),
  "noop-unknown": of("failed to detect noop change: {why:text}"),
  message: of("commit msg: {subject:subject}"),
};

/** Sentences of git's. The last ones are comments of `git bisect log`. */
const sayings: Readonly<Record<GitSaying, Sentence>> = {
  left: of(
    "Bisecting: {revisions:n} revision{:s} left to test after this (roughly {steps:n} step{:s})",
  ),
  "merge-base-next": of("Bisecting: a merge base must be tested"),
  chosen: of("[{commit:hash}] {subject:subject}"),
  "first-bad": of("{commit:hash} is the first {term:word} commit"),
  "only-skipped": of("There are only 'skip'ped commits left to test."),
  "any-of": of("The first {term:word} commit could be any of:"),
  candidate: of("{commit:hash}"),
  "no-more": of("We cannot bisect more!"),
  "merge-base-bad": of("The merge base {commit:hash} is {term:word}."),
  "fixed-between": of(
    "This means the bug has been fixed between {commit:hash} and [{good:names}].",
  ),
  "merge-base-skipped": of(
    "warning: the merge base between {bad:hash} and [{good:names}] must be skipped.",
  ),
  "not-sure": of(
    "So we cannot be sure the first {term:word} commit is between {base:hash} and {bad:hash}.",
  ),
  continuing: of("We continue anyway."),
  inaccessible: of("warning: unable to access '{path:text}': {why:text}"),
  warning: of("warning: {why:text}"),
  "previous-head": of("Previous HEAD position was {commit:text}"),
  switched: of("Switched to branch {branch:text}"),
  "first-comment": of("# first {term:word} commit: [{commit:hash}] {subject:subject}"),
  "only-skipped-comment": of("# only skipped commits left to test"),
  "possible-comment": of("# possible first {term:word} commit: [{commit:hash}] {subject:subject}"),
  end: of(""),
  marked: of("# {term:word}: [{commit:hash}] {subject:subject}"),
  waiting: of("# status: waiting for both good and bad commits"),
  "waiting-good": of("# status: waiting for good commit(s), bad commit known"),
  "waiting-bad": of("# status: waiting for bad commit, {good:n} good commit{:s} known"),
};

/** A sentence that was found in a line. */
export interface Found<Name> {
  readonly name: Name;
  readonly facts: LogFacts;
}

/** `environment-failed` is what other programs say: any line at all. */
const noteList = entriesOf(notes).filter(([name]) => name !== "environment-failed");
/** The end of an answer is an empty line, or none at all: see `Dialect.gitGap`. */
const sayingList = entriesOf(sayings).filter(([name]) => name !== "end");

/** The sentence of syzkaller's that `line` is, in any dialect, or null. */
export function readNote(line: string): Found<LogNote> | null {
  return read(noteList, line);
}

/** The sentence of git's that `line` is, or null. */
export function readSaying(line: string): Found<GitSaying> | null {
  return read(sayingList, line);
}

export function printNote(name: LogNote, facts: LogFacts): string {
  return printTemplate(notes[name], facts);
}

export function printSaying(name: GitSaying, facts: LogFacts): string {
  return printTemplate(sayings[name], facts);
}

/** Whether `dialect` has the sentence. */
export function hasNote(dialect: LogDialect, name: LogNote): boolean {
  const { since, until } = notes[name];
  return (since === null || dialect >= since) && (until === null || dialect < until);
}

function of(
  source: string,
  since: LogDialect | null = null,
  until: LogDialect | null = null,
): Sentence {
  return { ...template(source), since, until };
}

function entriesOf<Name extends string>(all: Readonly<Record<Name, Sentence>>) {
  return Object.entries(all) as [Name, Sentence][];
}

function read<Name>(all: readonly [Name, Sentence][], line: string): Found<Name> | null {
  for (const [name, sentence] of all) {
    const facts = readTemplate(sentence, line);
    if (facts !== null) return { name, facts };
  }
  return null;
}
