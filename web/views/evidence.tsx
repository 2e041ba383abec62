import type { BisectionView } from "../../src/view/schema.ts";
import { CommitName } from "./commit.tsx";
import type { Links } from "./links.ts";
import { VerdictShape } from "./marks.tsx";
import { Runs } from "./runs.tsx";
import { grouped } from "./words.ts";

/** How it came there: each commit that was answered, with what that left. */
export function Evidence({ view, links }: { view: BisectionView; links: Links }) {
  const answered = view.steps.filter(({ n }) => n !== null);
  if (answered.length === 0) return <p class="empty">Nothing was tested.</p>;
  return (
    <ol class="evidence">
      {answered.map((step) => {
        const href = step.n === null ? null : links.step(step.n);
        return (
          <li key={step.n}>
            <VerdictShape verdict={step.overruled ?? step.verdict} />
            <div>
              <p>
                {href === null ? step.n : <a href={href}>{step.n}</a>} <b>{step.verdictText}</b>{" "}
                <CommitName commit={step.commit} />
              </p>
              <p class="quiet">
                {step.answer}
                {step.suspectsAfter !== null && `; ${grouped(step.suspectsAfter)} left`}
              </p>
              {step.runs.length > 0 && <Runs runs={step.runs} links={links} />}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
