import type { BisectionView } from "../../src/view/schema.ts";
import { CommitName } from "./commit.tsx";
import { plural, probabilityText } from "./words.ts";

/** The likeliest commits, a bar beside each number, with what is for and against each folded away. */
export function Suspects({ suspects }: { suspects: NonNullable<BisectionView["suspects"]> }) {
  const { list, candidates, prospects, sureness } = suspects;
  return (
    <div class="suspects">
      <p class="quiet">99 % of the belief is on {plural(candidates, "commit")}</p>
      <ol class="suspect-list">
        {list.map(({ commit, probability, reasons }) => (
          <li key={commit.hash}>
            <span class="number">{probabilityText(probability)}</span>
            <meter min={0} max={1} value={Math.sqrt(probability)} aria-hidden="true" />
            {reasons.length === 0 ? (
              <CommitName commit={commit} />
            ) : (
              <details>
                <summary>
                  <CommitName commit={commit} />
                </summary>
                <ul class="reasons">
                  {reasons.map((reason, n) => (
                    <li key={String(n)}>{reason}</li>
                  ))}
                </ul>
              </details>
            )}
          </li>
        ))}
      </ol>
      <Lines title="What the tests under way will tell" lines={prospects} />
      <Lines title="What the confidence consists of" lines={sureness} />
    </div>
  );
}

function Lines({ title, lines }: { title: string; lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul class="reasons">
        {lines.map((line, n) => (
          <li key={String(n)}>{line}</li>
        ))}
      </ul>
    </>
  );
}
