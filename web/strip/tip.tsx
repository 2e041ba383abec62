import { useEffect, useState } from "preact/hooks";
import type { BisectionView } from "../../src/view/schema.ts";
import { get } from "../api/client.ts";
import type { LaneCommit, StripMark } from "../api/types.ts";
import { VerdictShape } from "../views/marks.tsx";
import { grouped, probabilityText, short } from "../views/words.ts";
import { beliefBetween, bestAt } from "./columns.ts";
import { placedMarks } from "./paint.ts";
import { type Belief, levelFor } from "./use-belief.ts";
import type { Seen } from "./window.ts";

/** A mark this near to the pointer, in pixels, is told of. */
const reach = 8;
/** How long the pointer rests before the likeliest commit below it is asked for, in milliseconds. */
const rest = 120;

/** What is below the pointer: which commits, how much of the belief, the likeliest of them, or the commit tested there. */
export function Tip({
  id,
  hover,
  seen,
  width,
  belief,
  marks,
  terms,
}: {
  id: string;
  hover: number;
  seen: Seen;
  width: number;
  belief: Belief;
  marks: readonly StripMark[];
  terms: BisectionView["head"]["terms"];
}) {
  const place = seen.from + (hover / width) * (seen.to - seen.from);
  const perPixel = (seen.to - seen.from) / width;
  const level = levelFor(belief, seen);
  const first = Math.floor(place);
  const last = Math.max(first + 1, Math.ceil(place + perPixel));
  const share = level === null ? 0 : beliefBetween(level, first, last);
  const near = placedMarks(marks, seen, width).find(
    ({ x, shown }) => Math.min(Math.abs(x - hover), Math.abs(shown - hover)) <= reach,
  );
  const best = level === null || share <= 1e-9 ? null : bestAt(level, place);
  const named = useCommit(id, near === undefined ? best : null);
  return (
    <div
      class={`tip${hover > width / 2 ? " tip-left" : ""}`}
      style={hover > width / 2 ? { right: `${width - hover + 12}px` } : { left: `${hover + 12}px` }}
      role="status"
    >
      {near !== undefined ? (
        <>
          <p>
            <VerdictShape verdict={near.verdict} />{" "}
            <b>
              {near.verdict === null
                ? "under test"
                : near.verdict === "untestable"
                  ? "untestable"
                  : terms[near.verdict]}
            </b>{" "}
            {near.label} <code>{short(near.commit)}</code>
          </p>
          <p class="subject">{near.subject}</p>
        </>
      ) : (
        <>
          <p class="number">
            {last - first === 1
              ? `commit ${grouped(first + 1)}`
              : `commits ${grouped(first + 1)} to ${grouped(last)}`}
            , belief {probabilityText(share)}
          </p>
          {named !== null && (
            <>
              <p>
                <span class="quiet">likeliest</span> <code>{short(named.hash)}</code>{" "}
                {probabilityText(named.belief)}
              </p>
              <p class="subject">{named.subject}</p>
            </>
          )}
        </>
      )}
    </div>
  );
}

/** The commit at a place, once the pointer rests; null before, and for no place. */
function useCommit(id: string, at: number | null): LaneCommit | null {
  const [commit, setCommit] = useState<LaneCommit | null>(null);
  useEffect(() => {
    if (at === null) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      const path = `bisections/${encodeURIComponent(id)}/commits?from=${at}&to=${at + 1}`;
      get<readonly LaneCommit[]>(path, abort.signal).then(
        (answer) => setCommit(answer[0] ?? null),
        () => {},
      );
    }, rest);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [id, at]);
  return commit !== null && commit.at === at ? commit : null;
}
