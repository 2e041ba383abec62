import type { BisectionView } from "../../src/view/schema.ts";
import { VerdictShape } from "./marks.tsx";
import { grouped, plural, short } from "./words.ts";

const [width, height] = [1000, 110];
/** Names of releases stand at least so far apart, in thousandths of the width. */
const leastApart = 70;

/**
 * The range on one axis, without script: how the belief is spread over the history, the releases in it, and a mark for
 * each commit tested. Heights are roots, so that a tenth is still a third as high as all of it.
 */
export function StripPicture({
  strip,
  steps,
}: {
  strip: NonNullable<BisectionView["strip"]>;
  steps: BisectionView["steps"];
}) {
  const spread = strip.spread ?? [];
  const most = Math.max(1e-9, ...spread);
  const each = width / Math.max(1, spread.length);
  const place = (at: number) => ((at + 0.5) / Math.max(1, strip.commits)) * width;
  const named = apart(strip.releases.map(({ tag, at }) => ({ tag, x: place(at) })));
  const tested = strip.marks.map((mark) => ({ ...mark, x: place(mark.at) }));
  return (
    <figure class="strip-picture">
      <svg
        viewBox={`0 0 ${width} ${height + 34}`}
        role="img"
        aria-label={`${plural(strip.commits, "commit")} from ${strip.from} to ${strip.to}, ${plural(steps.length, "commit")} tested`}
      >
        {named.map(({ tag, x }) => (
          <g key={tag}>
            <path class="release" d={`M${x.toFixed(1)} 12V${height}`} />
            <text class="release-name" x={Math.min(x + 4, width - 60)} y="11">
              {tag}
            </text>
          </g>
        ))}
        {spread.map((share, n) => {
          const tall = Math.sqrt(share / most) * (height - 18);
          return share <= 0 ? null : (
            <rect
              key={String(n)}
              class="bar"
              x={(n * each).toFixed(2)}
              y={(height - tall).toFixed(2)}
              width={Math.max(1, each - 0.5).toFixed(2)}
              height={tall.toFixed(2)}
            />
          );
        })}
        <path class="axis" d={`M0 ${height}H${width}`} />
        {tested.map(({ hash, x, verdict, n }) => (
          <svg key={hash} x={x - 7} y={height + 6} width="14" height="14" viewBox="0 0 12 12">
            <title>{`${n === null ? "under test" : `step ${n}`}: ${short(hash)}`}</title>
            <VerdictShape verdict={verdict} />
          </svg>
        ))}
      </svg>
      <figcaption class="strip-ends">
        <span>{strip.from}</span>
        <span class="quiet">
          {plural(strip.commits, "commit")}, {grouped(strip.merges)} of them merges
        </span>
        <span>{strip.to}</span>
      </figcaption>
    </figure>
  );
}

/** Those of `names` that leave each other room, from the left. */
function apart<T extends { readonly x: number }>(names: readonly T[]): T[] {
  const kept: T[] = [];
  for (const name of names.toSorted((a, b) => a.x - b.x)) {
    const last = kept.at(-1);
    if (last === undefined || name.x - last.x >= leastApart) kept.push(name);
  }
  return kept;
}
