import type { EventOf, KernelId } from "../event/index.ts";
import { addedWhy } from "../report/added-runs.ts";
import { byHandCommand } from "../report/evidence.ts";
import { type ExplainedStep, stepsIn } from "../report/explain.ts";
import { answerText } from "../report/facts.ts";
import { fixText } from "../report/repairs.ts";
import { isOfKernel } from "../report/tags.ts";
import { labelOf } from "../report/tested-table.ts";
import { stageText, verdictText } from "../report/words.ts";
import { overridesOf, plainLine, type Summary } from "../syzbot/index.ts";
import { dotsOf, openDotsOf } from "./dots.ts";
import { hasPlace, named, type Scene } from "./scene.ts";
import type { StepRow } from "./schema.ts";

type Tested = Extract<ExplainedStep, { kind: "tested" }>;
type Probe = EventOf<"probe-chosen">;

/** Every commit tested, as often as it was, and then those under test. */
export function stepRows(scene: Scene): StepRow[] {
  const { summary, events, around } = scene;
  const steps = stepsIn(summary, events, around.graph ?? null);
  const answered = answerEvents(scene);
  const overrides = overridesOf(summary);
  let nth = 0;
  const rows = steps.flatMap((step, n) => {
    if (step.kind !== "tested") return [];
    const { seq, at } = answered[nth++] ?? { seq: Number.POSITIVE_INFINITY, at: null };
    const overruled = overrides.get(step.commit)?.verdict ?? null;
    return [{ ...answeredRow(scene, step, n + 1, seq), at, overruled }];
  });
  const { probe } = summary;
  const open = probe === null ? [] : probe.probes.map((one) => openRow(scene, probe, one));
  return [
    ...rows,
    ...[...open, ...addedRows(scene)].map((row) => ({
      ...row,
      overruled: overrides.get(row.commit.hash)?.verdict ?? null,
    })),
  ];
}

/** The event of each answer, in order: a step has no time of its own. */
function answerEvents({ events }: Scene): { seq: number; at: string }[] {
  return events.flatMap((event) =>
    event.kind === "probe-answered"
      ? event.answers.map(() => ({ seq: event.seq, at: event.at }))
      : [],
  );
}

function answeredRow(
  scene: Scene,
  step: Tested,
  n: number,
  seq: number,
): Omit<StepRow, "at" | "overruled"> {
  const { summary } = scene;
  const { commit, kernel, stage, label, verdict, crashed, clean, foreign, missing } = step;
  return {
    n,
    stage,
    stageText: stageText(summary, stage, labelHere(summary, commit, label)),
    commit: named(scene, commit),
    kernel,
    why: plainLine(step.why),
    verdict,
    verdictText: verdictText(summary, verdict),
    answer: answerText(summary, step),
    crashed,
    clean,
    foreign,
    missing,
    asked: null,
    build: buildOf(scene, kernel),
    runs: dotsOf(scene, kernel, seq),
    suspectsAfter: step.suspects?.after ?? null,
    command: isOfKernel(summary) ? byHandCommand(summary, n) : null,
  };
}

/** Commits that are run again since somebody asked for it. */
function addedRows(scene: Scene): Omit<StepRow, "overruled">[] {
  const { probe, added, tested, concluded } = scene.summary;
  if (concluded !== null) return [];
  const isOpen = (kernel: KernelId) => probe?.probes.some((one) => one.kernel === kernel);
  return [...added.values()]
    .filter(({ kernel }) => !isOpen(kernel))
    .map((one) => {
      const before = tested.findLast(({ commit }) => commit === one.commit);
      const place = { stage: before?.stage ?? "search", label: before?.label ?? null };
      return openRow(scene, { ...place, why: addedWhy(one) }, one);
    });
}

function openRow(
  scene: Scene,
  { stage, label, why }: Pick<Probe, "stage" | "label" | "why">,
  { kernel, commit, runs }: Pick<Probe["probes"][number], "kernel" | "commit" | "runs">,
): Omit<StepRow, "overruled"> {
  const { summary } = scene;
  const dots = openDotsOf(scene, kernel);
  const count = (mark: string) => dots.filter((dot) => dot.mark === mark).length;
  return {
    n: null,
    stage,
    stageText: stageText(summary, stage, labelHere(summary, commit, label)),
    commit: named(scene, commit),
    kernel,
    why: plainLine(why),
    verdict: null,
    verdictText: "under test",
    answer: "",
    crashed: count("bug"),
    clean: count("clean"),
    foreign: count("foreign"),
    missing: count("nothing"),
    asked: runs,
    build: buildOf(scene, kernel),
    runs: dots,
    suspectsAfter: null,
    at: null,
    command: null,
  };
}

function labelHere(summary: Summary, commit: string, label: string | null): string | null {
  return labelOf(summary, commit, label === commit ? null : label);
}

function buildOf(scene: Scene, kernel: KernelId): StepRow["build"] {
  const { summary, around } = scene;
  const known = summary.kernels.get(kernel);
  const build = known?.build ?? null;
  const building = around.running && summary.building.has(kernel) && hasPlace(scene, kernel);
  return {
    state: building ? "building" : stateOf(build),
    compiler: build?.compiler == null ? null : plainLine(build.compiler),
    seconds: build?.seconds ?? null,
    signature: build?.kind === "built" ? build.signature : null,
    excerpt: build?.kind === "failed" ? build.excerpt.map(plainLine) : [],
    equalTo: known?.equalTo ?? null,
    butForLines: known?.butForLines ?? false,
    progress: building ? (around.compiled?.get(kernel) ?? null) : null,
    fixes: (known?.backports ?? []).map(fixText),
  };
}

function stateOf(
  build: { readonly kind: "built"; readonly cached: boolean } | { readonly kind: "failed" } | null,
): StepRow["build"]["state"] {
  if (build === null) return "waiting";
  if (build.kind === "failed") return "failed";
  return build.cached ? "cached" : "built";
}
