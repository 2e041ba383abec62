import { representativeOf } from "../../crash/representative.ts";
import { syzkallerType } from "../../crash/syzkaller-report.ts";
import type { BisectionEvent, EventOf, KernelId, LogNote } from "../../event/index.ts";
import { beforeInFix, endInFix, type FixBackground } from "./fix-2026.ts";
import { minimiseIn2026, type TriedConfigs } from "./minimise-2026.ts";
import { type Loose, note, renumbered } from "./renumbered.ts";

/** What a log does not say, and the bisection's own events do. */
export interface Background {
  readonly begun: EventOf<"log-read">["begun"];
  /** The releases that were to be walked back, and out of how many. */
  readonly releases: { readonly tags: readonly string[]; readonly of: number } | null;
  /** The probability that the result is wrong. */
  readonly error: number | null;
  /** What the policy said of each kernel's test besides its verdict. */
  readonly remarks: ReadonlyMap<KernelId, readonly Loose[]>;
  /** The configurations that were tried, where it was made smaller. */
  readonly minimising: TriedConfigs;
  readonly fix: FixBackground | null;
}

/**
 * A log of an older dialect with the sentences that the one of 2026 has besides, as far as they follow
 * from it: that the original commit is tested first, which crash stands for a test, how flaky the
 * reproducer is. What is not known, such as the chance of a false negative, is left out.
 */
export function to2026(
  events: readonly BisectionEvent[],
  background: Background,
): BisectionEvent[] {
  const has = (name: LogNote) =>
    events.some((event) => event.kind === "noted" && event.note === name);
  const firstBuild = events.find(({ kind }) => kind === "build-started");
  const firstRelease = events.find(
    (event) => event.kind === "noted" && (event.note === "release" || event.note === "head"),
  );
  const end = endOf(events);
  const told = has("representative");
  const bodies = events.flatMap((event, index): Loose[] => {
    const before: Loose[] = [];
    if (event === firstBuild && !has("reproducing")) {
      before.push(note("reproducing", { commit: crashesOf(events) }));
    }
    const { releases, error } = background;
    if (event === firstRelease && releases !== null && !has("releases-picked")) {
      before.push(note("releases-picked", { tags: [...releases.tags], of: releases.of }));
    }
    if (event === end && error !== null && !has("error-probability")) {
      before.push(note("error-probability", { chance: error }));
    }
    const after = told ? [] : behindTest(events, index, background);
    const { fix } = background;
    const ofFix = fix === null ? [] : beforeInFix(events, index, fix);
    const same = (fix && endInFix(event, fix)) ?? sameIn2026(event, events, background);
    return [...before, ...ofFix, ...same, ...after];
  });
  return renumbered(bodies);
}

function sameIn2026(
  event: BisectionEvent,
  events: readonly BisectionEvent[],
  { begun, minimising }: Background,
): Loose[] {
  if (event.kind === "log-read") {
    return [{ ...event, dialect: "2026-01", begun: event.begun ?? begun }];
  }
  if (event.kind !== "noted") return [event];
  const smaller = minimiseIn2026(event, events, minimising);
  if (smaller !== null) return smaller;
  if (event.note === "flaky") return [note("flaky-chance", { chance: rateOf(events) })];
  if (event.note !== "config-sizes") return [event];
  return [{ ...event, note: "config-sizes-left" }];
}

/** Behind the last run of a test: the crash that stands for its runs, and what else is said of it. */
function behindTest(
  events: readonly BisectionEvent[],
  index: number,
  { remarks }: Background,
): Loose[] {
  const last = events[index];
  if (last?.kind !== "run-finished" || events[index + 1]?.kind === "run-finished") return [];
  return [...representative(events, index, last.kernel), ...(remarks.get(last.kernel) ?? [])];
}

function representative(events: readonly BisectionEvent[], index: number, kernel: string): Loose[] {
  const titles: string[] = [];
  for (let at = index; at >= 0; at--) {
    const run = events[at];
    if (run?.kind !== "run-finished" || run.kernel !== kernel) break;
    titles.unshift(...run.crashes.map(({ title }) => title));
  }
  const reports = titles.map((title) => ({
    title,
    type: syzkallerType(title),
    frame: null,
    stack: [],
  }));
  const standing = representativeOf(reports);
  if (standing === null) return [];
  const title = titles[standing.index] ?? "";
  return [note("representative", { title, types: [...standing.types] })];
}

/** Where the error is summed up: before the culprit is compared with its parent, or at the end. */
function endOf(events: readonly BisectionEvent[]): BisectionEvent | undefined {
  const compared: readonly LogNote[] = ["parent-untested", "culprit-signature", "noop-unknown"];
  return events.find(
    (event) =>
      event.kind === "effort-reported" || (event.kind === "noted" && compared.includes(event.note)),
  );
}

/** How often it crashed in the tests in which it did. */
function rateOf(events: readonly BisectionEvent[]): number {
  const answers = events.flatMap((event) => (event.kind === "probe-answered" ? event.answers : []));
  const telling = answers.filter(({ crashed }) => crashed > 0);
  const crashed = telling.reduce((sum, answer) => sum + answer.crashed, 0);
  const clean = telling.reduce((sum, answer) => sum + answer.clean, 0);
  return crashed === 0 ? 0 : crashed / (crashed + clean);
}

function crashesOf(events: readonly BisectionEvent[]): string {
  const [head] = events;
  return head?.kind === "log-read" ? head.crashes.hash : "";
}
