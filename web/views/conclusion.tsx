import type { BisectionView } from "../../src/view/schema.ts";
import { CommitName } from "./commit.tsx";
import { Table } from "./table.tsx";
import { probabilityText } from "./words.ts";

/** How it ended, in the sentence that `firstbad show` begins with, with the confidence and what it rests on. */
export function Conclusion({
  conclusion,
}: {
  conclusion: NonNullable<BisectionView["conclusion"]>;
}) {
  const { end, text, why, culprit, confidenceText, evidenceText, deeper, needs } = conclusion;
  return (
    <section class={`conclusion end-${end}`} aria-label="Conclusion">
      <p class="conclusion-text">{text}</p>
      {culprit !== null && (
        <p class="conclusion-culprit">
          <CommitName commit={culprit} />
        </p>
      )}
      {confidenceText !== "" && (
        <p>
          <b>Confidence {confidenceText}</b>
          {evidenceText !== "" && <span class="quiet"> ({evidenceText})</span>}
        </p>
      )}
      {why !== "" && !text.endsWith(why) && <p class="quiet">{why}</p>}
      {deeper !== null && <p class="note">{deeper}</p>}
      {needs.length > 0 && (
        <>
          <p>What would bring it further:</p>
          <ul class="needs">
            {needs.map((need) => (
              <li key={need}>{need}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** The commits that it may be, the likeliest first; a bar beside each number. */
export function Candidates({
  candidates,
}: {
  candidates: NonNullable<BisectionView["conclusion"]>["candidates"];
}) {
  return (
    <Table kind="candidates" columns={["Probability", "Commit"]}>
      {candidates.map(({ commit, probability }) => (
        <tr key={commit.hash}>
          <td class="number">
            {probability === null ? (
              "not reckoned"
            ) : (
              <>
                {probabilityText(probability)}{" "}
                <meter min={0} max={1} value={probability} aria-hidden="true" />
              </>
            )}
          </td>
          <td>
            <CommitName commit={commit} />
          </td>
        </tr>
      ))}
    </Table>
  );
}
