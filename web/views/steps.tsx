import type { ComponentChildren } from "preact";
import { durationText } from "../../src/report/duration.ts";
import type { BisectionView } from "../../src/view/schema.ts";
import { CommitName } from "./commit.tsx";
import type { Links } from "./links.ts";
import { RunLegend, VerdictShape } from "./marks.tsx";
import { Runs } from "./runs.tsx";
import { grouped, plural, timeText } from "./words.ts";

type Step = BisectionView["steps"][number];

/** What a step is called in an address: `step-3`; that of a commit under test is `step-now-KERNEL`. */
function stepAnchor({ n, kernel }: Pick<Step, "n" | "kernel">): string {
  return n === null ? `step-now-${kernel}` : `step-${n}`;
}

/**
 * Every commit that was tested, in the order in which it was: what came of it, its runs as dots, how it was built,
 * and folded away why it was chosen and how to repeat it. `actions` puts more into the folded part.
 */
export function Steps({
  steps,
  links,
  actions,
}: {
  steps: readonly Step[];
  links: Links;
  actions?: (step: Step) => ComponentChildren;
}) {
  if (steps.length === 0) return <p class="empty">Nothing is tested yet.</p>;
  return (
    <div class="steps">
      <RunLegend />
      <ol class="step-list" aria-label="Commits tested">
        {steps.map((step) => (
          <StepRow key={stepAnchor(step)} step={step} links={links} actions={actions?.(step)} />
        ))}
      </ol>
    </div>
  );
}

function StepRow({
  step,
  links,
  actions,
}: {
  step: Step;
  links: Links;
  actions: ComponentChildren;
}) {
  return (
    <li class={`step${step.n === null ? " step-now" : ""}`} id={stepAnchor(step)}>
      <div class="step-n" aria-hidden={step.n === null}>
        {step.n ?? "…"}
      </div>
      <div class="step-verdict">
        <VerdictShape verdict={step.overruled ?? step.verdict} />
        <span>
          {step.verdictText}
          {step.overruled !== null && <em class="overruled"> overruled</em>}
        </span>
      </div>
      <div class="step-commit">
        <CommitName commit={step.commit} />
        <span class="quiet step-stage">{step.stageText}</span>
      </div>
      <div class="step-runs">
        <Runs runs={step.runs} links={links} />
        <span class="quiet counts">{countsText(step)}</span>
      </div>
      <div class="step-build">
        <BuildText build={step.build} />
      </div>
      <div class="step-left">
        {step.suspectsAfter === null ? "" : `${grouped(step.suspectsAfter)} left`}
      </div>
      <details class="step-more">
        <summary>
          <span class="why-line">{step.why === "" ? "More" : step.why}</span>
        </summary>
        <StepDetails step={step} showsCommand={actions === undefined} />
        {actions}
      </details>
    </li>
  );
}

function StepDetails({ step, showsCommand }: { step: Step; showsCommand: boolean }) {
  const { build } = step;
  const facts: [string, ComponentChildren][] = [["kernel", <code key="k">{step.kernel}</code>]];
  if (step.answer !== "") facts.push(["answer", step.answer]);
  if (step.at !== null) facts.push(["answered", timeText(step.at)]);
  if (build.compiler !== null) facts.push(["compiler", build.compiler]);
  if (build.signature !== null) {
    facts.push(["signature", <code key="s">{build.signature.slice(0, 16)}</code>]);
  }
  if (build.equalTo !== null) {
    facts.push(["equal to", <code key="e">{build.equalTo}</code>]);
  }
  if (build.fixes.length > 0) facts.push(["fixes over it", build.fixes.join(", ")]);
  return (
    <>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {build.excerpt.length > 0 && <pre class="excerpt">{build.excerpt.join("\n")}</pre>}
      {showsCommand && step.command !== null && (
        <p class="command">
          <code>{step.command}</code>
        </p>
      )}
    </>
  );
}

/** `3 crashed, 1 clean of 5`; only what there is. */
function countsText({ crashed, clean, foreign, missing, asked }: Step): string {
  const parts = [
    [crashed, "crashed"],
    [clean, "clean"],
    [foreign, "another crash"],
    [missing, "no answer"],
  ] as const;
  const text = parts
    .filter(([n]) => n > 0)
    .map(([n, word]) => `${n} ${word}`)
    .join(", ");
  return asked === null
    ? text
    : `${text}${text === "" ? "" : ", "}${plural(asked, "run")} asked for`;
}

function BuildText({ build }: { build: Step["build"] }) {
  const took = build.seconds === null ? "" : ` ${durationText(build.seconds)}`;
  if (build.equalTo !== null)
    return (
      <span title={`equal to ${build.equalTo}`}>
        {build.butForLines ? "as another but for line numbers" : "as another"}
      </span>
    );
  switch (build.state) {
    case "waiting":
      return <span class="quiet">not built yet</span>;
    case "building": {
      const { progress } = build;
      if (progress === null) return <span>building</span>;
      return progress.of === null ? (
        <span>building, {plural(progress.done, "file")}</span>
      ) : (
        <label class="build-progress">
          building{" "}
          <progress max={progress.of} value={progress.done}>
            {progress.done} of {progress.of}
          </progress>
        </label>
      );
    }
    case "built":
      return <span>built{took}</span>;
    case "cached":
      return <span class="quiet">from the cache</span>;
    default:
      return <span class="tone-bad">build failed{took}</span>;
  }
}
