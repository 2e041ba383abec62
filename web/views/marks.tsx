import type { BisectionView } from "../../src/view/schema.ts";

type Verdict = BisectionView["steps"][number]["verdict"];
type RunMark = BisectionView["steps"][number]["runs"][number]["mark"];

const shapes = {
  triangle: "M6 1.2 11.2 10.8H.8z",
  circle: "M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1z",
  cross: "M2 3.2 3.2 2 6 4.8 8.8 2 10 3.2 7.2 6 10 8.8 8.8 10 6 7.2 3.2 10 2 8.8 4.8 6z",
  diamond: "M6 .6 11.4 6 6 11.4.6 6z",
  ring: "M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1zm0 1.6a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8z",
} as const;

function Shape({ shape, tone }: { shape: keyof typeof shapes; tone: string }) {
  return (
    <svg class={`mark tone-${tone}`} viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      <path fill-rule="evenodd" d={shapes[shape]} />
    </svg>
  );
}

/** The shape of a verdict: ▲ after the change, ● before it, × untestable, a ring while it is under test. Says nothing aloud. */
export function VerdictShape({ verdict }: { verdict: Verdict }) {
  if (verdict === null) return <Shape shape="ring" tone="now" />;
  if (verdict === "untestable") return <Shape shape="cross" tone="untestable" />;
  return verdict === "after" ? (
    <Shape shape="triangle" tone="bad" />
  ) : (
    <Shape shape="circle" tone="good" />
  );
}

/** What the mark of a run means. */
export const runMarkText: Record<RunMark, string> = {
  bug: "crashed with this bug",
  clean: "clean",
  foreign: "another crash",
  nothing: "says nothing",
  running: "running",
};

/** The shape of a run: ▲ this bug, ● clean, ◆ another crash, ○ says nothing or still runs. Says nothing aloud. */
export function RunShape({ mark }: { mark: RunMark }) {
  switch (mark) {
    case "bug":
      return <Shape shape="triangle" tone="bad" />;
    case "clean":
      return <Shape shape="circle" tone="good" />;
    case "foreign":
      return <Shape shape="diamond" tone="unsure" />;
    case "nothing":
      return <Shape shape="ring" tone="untestable" />;
    default:
      return <Shape shape="ring" tone="now" />;
  }
}

/** What the shapes of runs mean, in a line. */
export function RunLegend() {
  const marks: readonly RunMark[] = ["bug", "clean", "foreign", "nothing"];
  return (
    <ul class="legend" aria-label="Marks of runs">
      {marks.map((mark) => (
        <li key={mark}>
          <RunShape mark={mark} /> {runMarkText[mark]}
        </li>
      ))}
    </ul>
  );
}
