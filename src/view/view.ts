import type { BisectionEvent } from "../event/index.ts";
import { beliefOf, stripOf, suspectsOf } from "./beliefs.ts";
import {
  conditionsView,
  configOf,
  judgementView,
  mailedView,
  notesOf,
  overridesView,
  presenceOf,
  repairsOf,
} from "./besides.ts";
import { checkRows } from "./checks.ts";
import { conclusionOf, crashOf, culpritOf } from "./conclusion.ts";
import { headOf } from "./head.ts";
import { nowOf } from "./now.ts";
import { type Around, sceneOf } from "./scene.ts";
import type { BisectionView } from "./schema.ts";
import { spentOf } from "./spent.ts";
import { stepRows } from "./steps.ts";

/**
 * The whole view of a bisection: `events` may end anywhere, and may be those of a log of others. Pure, and made in a
 * few milliseconds, so that it can be made anew at every event; equal parts stay equal.
 */
export function viewOf(events: readonly BisectionEvent[], around: Around): BisectionView {
  const scene = sceneOf(events, around);
  const steps = stepRows(scene);
  return {
    version: 1,
    head: headOf(scene),
    now: nowOf(scene),
    spent: spentOf(scene),
    belief: beliefOf(scene),
    suspects: suspectsOf(scene),
    strip: stripOf(scene, steps),
    steps,
    course: scene.course,
    conclusion: conclusionOf(scene),
    checks: checkRows(scene),
    culprit: culpritOf(scene),
    crash: crashOf(scene),
    config: configOf(scene),
    presence: presenceOf(scene),
    repairs: repairsOf(scene),
    notes: notesOf(scene),
    overrides: overridesView(scene),
    judgement: judgementView(scene),
    mailed: mailedView(scene),
    conditions: conditionsView(scene),
  };
}
