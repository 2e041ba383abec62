import { useState } from "preact/hooks";
import type { BisectionView } from "../../src/view/schema.ts";
import { ApiError, post } from "../api/client.ts";
import { Problem } from "../parts/problem.tsx";
import { timeText } from "../views/words.ts";

/** What people said of commits, each with a button that takes it back. */
export function Overrides({
  id,
  overrides,
  may,
}: {
  id: string;
  overrides: BisectionView["overrides"];
  may: boolean;
}) {
  const [error, setError] = useState<ApiError | null>(null);
  const undo = (seq: number) => {
    post(`bisections/${encodeURIComponent(id)}/undo`, { override: seq }).then(
      () => setError(null),
      (refusal: unknown) => refusal instanceof ApiError && setError(refusal),
    );
  };
  return (
    <>
      <ul class="notes">
        {overrides.map(({ seq, text, why, at, source }) => (
          <li key={seq}>
            {text}
            {why !== null && <q>{why}</q>}{" "}
            <span class="quiet">
              {source === "log" ? "from a log, " : ""}
              {timeText(at)}
            </span>{" "}
            {may && (
              <button type="button" class="button small" onClick={() => undo(seq)}>
                Take back
              </button>
            )}
          </li>
        ))}
      </ul>
      <Problem error={error} />
    </>
  );
}
