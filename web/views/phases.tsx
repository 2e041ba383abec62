import { durationText } from "../../src/report/duration.ts";
import type { BisectionView } from "../../src/view/schema.ts";
import { rowsOf, type Span } from "./span-rows.ts";

const width = 600;
const rowHeight = 14;
const mostRows = 4;
const words: Record<Span["kind"], string> = { build: "building", run: "running", pause: "paused" };

/** Where the time went: what was built and run when, one kind below the other, and how much in all. */
export function Phases({ spent }: { spent: BisectionView["spent"] }) {
  const { spans, seconds } = spent;
  if (spans.length === 0) return <p class="empty">No time is spent yet.</p>;
  const end = Math.max(1, ...spans.map(({ to }) => to));
  const rows = rowsOf(spans, mostRows);
  const paused = spans
    .filter(({ kind }) => kind === "pause")
    .reduce((n, s) => n + s.to - s.from, 0);
  const height = rows.length * rowHeight;
  const text = `Building ${durationText(seconds.build)}, running ${durationText(seconds.test)}, in all ${durationText(seconds.total)}.`;
  return (
    <figure class="chart phases">
      <figcaption class="legend">
        <span>
          <i class="key key-build" /> building {durationText(seconds.build)}
        </span>
        <span>
          <i class="key key-run" /> running {durationText(seconds.test)}
        </span>
        {paused >= 1 && (
          <span>
            <i class="key key-pause" /> paused {durationText(paused)}
          </span>
        )}
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        height={height}
        preserveAspectRatio="none"
        role="img"
        aria-label={text}
      >
        {rows.map((row, n) =>
          row.spans.map((span) => (
            <rect
              key={`${span.kind} ${span.from} ${span.kernel}`}
              class={`span-${span.kind}${span.ok ? "" : " span-failed"}`}
              x={((span.from / end) * width).toFixed(2)}
              y={n * rowHeight + 2}
              width={Math.max(1, ((span.to - span.from) / end) * width).toFixed(2)}
              height={rowHeight - 4}
            >
              <title>{spanText(span)}</title>
            </rect>
          )),
        )}
      </svg>
      <div class="axis-x" aria-hidden="true">
        <span>0</span>
        <span>{durationText(end)} since it began</span>
      </div>
    </figure>
  );
}

/** `running 4 of 0123456789ab: 12 s`. */
function spanText({ kind, kernel, of, ok, from, to }: Span): string {
  const what =
    kernel === "" ? "" : kind === "run" && of > 1 ? ` ${kernel}, ${of} times` : ` ${kernel}`;
  const failed =
    ok || kind === "pause" ? "" : kind === "build" ? ", failed" : ", which says nothing";
  return `${words[kind]}${what}${failed}: ${durationText(to - from)}`;
}
