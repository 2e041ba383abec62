import { durationText } from "../../src/report/duration.ts";
import type { BisectionView } from "../../src/view/schema.ts";
import { alongOf, heightOf, stepPath, suspectsHeight } from "./course-lines.ts";
import { Table } from "./table.tsx";
import { grouped, plural, probabilityText } from "./words.ts";

type Point = BisectionView["course"][number];

const [width, height] = [600, 150];

/**
 * How sure it was, and how many commits were suspected, after each decision, over the time worked: two lines, named
 * beside them, and the same as a table.
 */
export function Course({ course }: { course: BisectionView["course"] }) {
  const along = alongOf(course);
  const most = Math.max(1, ...course.map(({ suspects }) => suspects ?? 1));
  const at = (n: number) => along[n] as number;
  const sureness = course.flatMap(({ best }, n) =>
    best === null ? [] : [{ x: at(n), y: heightOf(best) }],
  );
  const suspects = course.flatMap((point, n) =>
    point.suspects === null ? [] : [{ x: at(n), y: suspectsHeight(point.suspects, most) }],
  );
  if (sureness.length < 2 && suspects.length < 2) {
    return <p class="empty">Drawn from the second decision on.</p>;
  }
  const last = course.at(-1) as Point;
  return (
    <figure class="chart course">
      <figcaption class="legend">
        {sureness.length > 0 && (
          <span>
            <i class="key key-best" /> probability of the likeliest
          </span>
        )}
        {suspects.length > 0 && (
          <span>
            <i class="key key-suspects" /> {suspectsText(course)}
          </span>
        )}
      </figcaption>
      <div class="plot">
        <div class="axis-y" aria-hidden="true">
          <span>1</span>
          <span>½</span>
          <span>0</span>
        </div>
        <svg
          viewBox={`0 0 ${width} ${height}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={courseText(course)}
        >
          <path
            class="grid"
            d={`M0 .5H${width}M0 ${height / 2}H${width}M0 ${height - 0.5}H${width}`}
          />
          <path class="line line-suspects" d={stepPath(suspects, width, height)} />
          <path class="line line-best" d={stepPath(sureness, width, height)} />
          {course.map((point, n) => (
            <rect
              key={point.at + String(n)}
              class="catch"
              x={at(n) * width - 4}
              y="0"
              width="8"
              height={height}
            >
              <title>{pointText(point)}</title>
            </rect>
          ))}
        </svg>
      </div>
      <div class="axis-x" aria-hidden="true">
        <span>0</span>
        <span>{durationText(last.worked)} of work</span>
      </div>
      <details class="as-table">
        <summary>As a table</summary>
        <Table columns={["Worked", "Suspects", "Likeliest", "Kernels", "Runs"]}>
          {course.map((point, n) => (
            <tr key={point.at + String(n)}>
              <td class="number">{durationText(point.worked)}</td>
              <td class="number">{point.suspects === null ? "" : grouped(point.suspects)}</td>
              <td class="number">{point.best === null ? "" : probabilityText(point.best)}</td>
              <td class="number">{point.kernels}</td>
              <td class="number">{point.runs}</td>
            </tr>
          ))}
        </Table>
      </details>
    </figure>
  );
}

/** `suspects, 13,204 to 12`. */
function suspectsText(course: readonly Point[]): string {
  const known = course.flatMap(({ suspects }) => (suspects === null ? [] : [suspects]));
  const [first, last] = [known[0], known.at(-1)];
  return first === undefined || last === undefined
    ? "suspects not known"
    : `suspects, ${grouped(first)} to ${grouped(last)}`;
}

function courseText(course: readonly Point[]): string {
  const last = course.at(-1) as Point;
  const sure = last.best === null ? "" : `, the likeliest at ${probabilityText(last.best)}`;
  return `After ${durationText(last.worked)} of work: ${suspectsText(course)}${sure}.`;
}

function pointText({ worked, suspects, best, kernels, runs }: Point): string {
  const left = suspects === null ? "" : `${plural(suspects, "suspect")}; `;
  const sure = best === null ? "" : `likeliest ${probabilityText(best)}; `;
  return `after ${durationText(worked)}: ${left}${sure}${plural(kernels, "kernel")}, ${plural(runs, "run")}`;
}
