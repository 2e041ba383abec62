import { useMemo } from "preact/hooks";
import type { LaneCommit } from "../api/types.ts";
import { useAnswer } from "../api/use-answer.ts";
import { Copy } from "../parts/copy.tsx";
import { Problem } from "../parts/problem.tsx";
import { VerdictShape } from "../views/marks.tsx";
import { probabilityText, short } from "../views/words.ts";
import { lanesOf, linePath } from "./lanes.ts";
import type { Seen } from "./window.ts";

const [laneWidth, rowHeight] = [14, 26];

/** The commits that are seen, one a row, with the merges between them; `select` is told which one somebody means. */
export function LaneGraph({
  id,
  seq,
  seen,
  terms,
  select,
}: {
  id: string;
  seq: number;
  seen: Seen;
  terms: { readonly before: string; readonly after: string };
  select: ((commit: LaneCommit) => void) | null;
}) {
  const [from, to] = [Math.floor(seen.from), Math.ceil(seen.to)];
  const answer = useAnswer<readonly LaneCommit[]>(
    `bisections/${encodeURIComponent(id)}/commits?from=${from}&to=${to}&seq=${seq}`,
  );
  const lanes = useMemo(
    () => (answer.value === null ? null : lanesOf(answer.value)),
    [answer.value],
  );
  if (answer.error !== null) return <Problem error={answer.error} />;
  if (lanes === null) return <p class="empty">Reading the commits…</p>;
  const width = lanes.width * laneWidth + 6;
  const most = Math.max(1e-9, ...lanes.rows.map(({ commit }) => commit.belief));
  return (
    <section class="lanes" tabIndex={0} aria-label="Commits in view, the newest first">
      <svg
        class="lane-lines"
        width={width}
        height={lanes.rows.length * rowHeight}
        aria-hidden="true"
      >
        {lanes.lines.map((line, n) => (
          <path
            key={String(n)}
            class={`lane-line lane-${line.via % 6}`}
            d={linePath(line, laneWidth, rowHeight)}
          />
        ))}
        {lanes.rows.map(({ commit, row, lane }) => (
          <circle
            key={commit.hash}
            class={`lane-dot${commit.belief > 1e-9 ? " suspect" : ""}`}
            cx={(lane + 0.5) * laneWidth}
            cy={(row + 0.5) * rowHeight}
            r={commit.parents.length > 1 ? 3 : 4}
          />
        ))}
      </svg>
      <ol class="lane-rows">
        {lanes.rows.map(({ commit }) => (
          <li key={commit.hash} class={commit.belief > 1e-9 ? "suspect" : "ruled-out"}>
            <span class="lane-belief" title={`belief ${probabilityText(commit.belief)}`}>
              <span class="sr">belief </span>
              <span class="number">
                {commit.belief > 1e-9 ? probabilityText(commit.belief) : "–"}
              </span>
              <meter min={0} max={1} value={Math.sqrt(commit.belief / most)} aria-hidden="true" />
            </span>
            <span class="lane-verdict">
              {commit.verdict !== null && (
                <>
                  <VerdictShape verdict={commit.verdict} />
                  <span class="sr">{wordOf(commit.verdict, terms)}</span>
                </>
              )}
            </span>
            <code class="hash">{short(commit.hash)}</code>
            <span class="subject" title={`${commit.subject} (${commit.author})`}>
              {commit.subject}
            </span>
            <span class="lane-tools">
              <Copy text={commit.hash} what={`hash ${short(commit.hash)}`} />
              {select !== null && (
                <button
                  type="button"
                  class="button small"
                  aria-label={`Verdict… of ${short(commit.hash)}`}
                  onClick={() => select(commit)}
                >
                  Verdict…
                </button>
              )}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function wordOf(
  verdict: NonNullable<LaneCommit["verdict"]>,
  terms: { readonly before: string; readonly after: string },
): string {
  return verdict === "untestable" ? verdict : terms[verdict];
}
