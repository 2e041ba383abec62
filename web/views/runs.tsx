import { durationText } from "../../src/report/duration.ts";
import type { BisectionView } from "../../src/view/schema.ts";
import type { Links } from "./links.ts";
import { RunShape, runMarkText } from "./marks.tsx";
import { plural } from "./words.ts";

type Run = BisectionView["steps"][number]["runs"][number];

/** So many dots are drawn; the rest is a number. */
const mostDots = 60;

/** The runs of one commit, a dot each in the order in which they ended; a dot leads to its console. */
export function Runs({ runs, links }: { runs: readonly Run[]; links: Links }) {
  if (runs.length === 0) return <span class="quiet">none</span>;
  const shown = runs.slice(0, mostDots);
  return (
    <ol class="dots" aria-label={plural(runs.length, "run")}>
      {shown.map((run) => (
        <li key={run.run}>
          <Dot run={run} href={run.console ? links.run(run.run) : null} />
        </li>
      ))}
      {runs.length > mostDots && <li class="quiet">+{runs.length - mostDots}</li>}
    </ol>
  );
}

function Dot({ run, href }: { run: Run; href: string | null }) {
  const text = dotText(run);
  if (href === null) {
    return (
      <span class="dot" role="img" aria-label={text} title={text}>
        <RunShape mark={run.mark} />
      </span>
    );
  }
  return (
    <a class="dot" href={href} aria-label={`${text}: console`} title={text}>
      <RunShape mark={run.mark} />
    </a>
  );
}

/** A run in a line: `run K-3: crashed with this bug: KASAN: …, 12 s, of another bisection`. */
function dotText({ run, mark, title, outcome, seconds, lentBy }: Run): string {
  const what =
    title !== "" ? `: ${title}` : outcome !== null && mark === "nothing" ? `: ${outcome}` : "";
  const took = seconds === null ? "" : `, ${durationText(seconds)}`;
  return `run ${run}: ${runMarkText[mark]}${what}${took}${lentBy === null ? "" : `, made by ${lentBy}`}`;
}
