import type { KernelId, RunId } from "../event/index.ts";
import { markOf } from "../report/marks.ts";
import { type FinishedRun, plainLine } from "../syzbot/index.ts";
import { hasPlace, kernelOfRun, runsFor, type Scene } from "./scene.ts";
import type { RunDot } from "./schema.ts";

/** A row has room for so many; its counts are whole. */
const mostDots = 400;

/**
 * The runs that answer for a kernel, as far as they ended before the event number `before` (absent: all), in the
 * order in which they ended.
 */
export function dotsOf(
  scene: Scene,
  kernel: KernelId,
  before = Number.POSITIVE_INFINITY,
): RunDot[] {
  const { endOf } = scene;
  const placeOf = ({ run }: FinishedRun) => endOf.get(run) ?? 0;
  return runsFor(scene, kernel)
    .filter((run) => placeOf(run) < before)
    .sort((a, b) => placeOf(a) - placeOf(b))
    .slice(0, mostDots)
    .map((run) => dotOf(scene, run));
}

/** The same of a kernel under test, those under way behind them. */
export function openDotsOf(scene: Scene, kernel: KernelId): RunDot[] {
  const { summary, around } = scene;
  const running = around.running ? [...summary.running.keys()] : [];
  return [
    ...dotsOf(scene, kernel),
    ...running.filter((run) => kernelOfRun(run) === kernel && hasPlace(scene, run)).map(runningDot),
  ];
}

function dotOf({ summary }: Scene, run: FinishedRun): RunDot {
  return {
    run: run.run,
    mark: markOf(run, summary.bug),
    outcome: run.outcome,
    title: plainLine(run.crashes[0]?.title ?? ""),
    seconds: run.seconds,
    console: run.console !== "",
    lentBy: run.lent === undefined ? null : plainLine(run.lent.from),
  };
}

function runningDot(run: RunId): RunDot {
  const nothing = { outcome: null, title: "", seconds: null, console: false, lentBy: null };
  return { run, mark: "running", ...nothing };
}
