import type { BisectionView } from "../../src/view/schema.ts";
import { People } from "./people.tsx";
import { timeText } from "./words.ts";

/** The culprit's message as its author wrote it, the files that it changes, and whom to tell. */
export function Culprit({ culprit }: { culprit: NonNullable<BisectionView["culprit"]> }) {
  const people = [
    ["to", culprit.to],
    ["cc", culprit.cc],
  ] as const;
  return (
    <div class="culprit">
      <p>
        {culprit.author} <span class="quiet">{timeText(culprit.authored)}</span>
      </p>
      <pre class="message">{culprit.message}</pre>
      {culprit.diffstat.length > 0 && <pre class="diffstat">{culprit.diffstat.join("\n")}</pre>}
      <dl class="facts">
        <People people={people} />
        {culprit.tags.length > 0 && (
          <div>
            <dt>tags</dt>
            <dd>
              {culprit.tags.map((tag) => (
                <code key={tag} class="tag-line">
                  {tag}
                </code>
              ))}
            </dd>
          </div>
        )}
      </dl>
    </div>
  );
}
