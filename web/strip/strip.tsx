import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { BisectionView } from "../../src/view/schema.ts";
import type { LaneCommit, StripMark } from "../api/types.ts";
import { VerdictShape } from "../views/marks.tsx";
import { Table } from "../views/table.tsx";
import { grouped, plural, probabilityText, short } from "../views/words.ts";
import { byRelease, levelOf } from "./columns.ts";
import { LaneGraph } from "./lane-graph.tsx";
import { placedMarks } from "./paint.ts";
import { Tip } from "./tip.tsx";
import { type Belief, useBelief } from "./use-belief.ts";
import { useStripCanvas } from "./use-strip-canvas.ts";
import { all, moved, type Seen, zoomed } from "./window.ts";

type Range = NonNullable<BisectionView["strip"]>;

/** With no more commits in view than this, they are drawn one by one. */
const mostLaneCommits = 400;
/** One press of a key or a button: half as wide, a quarter of the width aside. */
const [closer, aside] = [0.5, 0.25];

/**
 * The range: every commit on one axis, the oldest left; a bar as high as the root of the belief that the culprit is there;
 * a mark below for each commit tested. It is zoomed with the wheel, by pulling, with keys and with buttons.
 */
export function Strip({
  id,
  seq: newest,
  strip,
  steps,
  terms,
  select,
}: {
  id: string;
  /** Of the newest event. */
  seq: number;
  strip: Range;
  steps: BisectionView["steps"];
  terms: BisectionView["head"]["terms"];
  select: ((commit: LaneCommit) => void) | null;
}) {
  const { commits } = strip;
  // Most events are runs that change nothing here: only what does is asked for again.
  const answers = steps.map(({ n, verdict, overruled }) => `${n} ${verdict} ${overruled}`).join();
  const seq = useMemo(() => newest, [strip, answers]);
  const [goal, setGoal] = useState<Seen>(() => all(commits));
  // Another graph is another axis.
  useEffect(() => setGoal(all(commits)), [strip.graph, commits]);
  const asked = useBelief(id, seq, goal, commits);
  const belief = useMemo(() => (asked.whole === null ? roughBelief(strip) : asked), [asked, strip]);
  const marks = useMemo(
    () => marksOf(asked.whole === null ? roughMarks(strip, steps) : asked.marks, steps),
    [asked, strip, steps],
  );
  const releases = belief.releases.length > 0 ? belief.releases : strip.releases;
  const canvas = useRef<HTMLCanvasElement>(null);
  const { seen, hover, width } = useStripCanvas(canvas, {
    goal,
    setGoal,
    belief,
    marks,
    releases,
    commits,
  });
  // Made anew with what it shows, not with every picture of a zoom.
  const table = useMemo(
    () => (
      <StripTable belief={belief} strip={strip} releases={releases} marks={marks} terms={terms} />
    ),
    [belief, strip, releases, marks, terms],
  );
  const change = (next: Seen) => setGoal(next);
  const press = (event: KeyboardEvent) => {
    const next = afterKey(event.key, goal, commits);
    if (next === null) return;
    event.preventDefault();
    change(next);
  };
  const isWhole = goal.to - goal.from >= commits;
  const inView = Math.round(goal.to - goal.from);
  const showsLanes = Math.ceil(goal.to) - Math.floor(goal.from) <= mostLaneCommits;
  return (
    <div class="strip">
      <div class="strip-head">
        <span class="quiet">
          {isWhole
            ? `${plural(commits, "commit")}, ${strip.from} to ${strip.to}`
            : `${plural(inView, "commit")} of ${grouped(commits)} in view`}
        </span>
        <div class="strip-tools">
          <button
            type="button"
            class="button small"
            onClick={() => change(moved(goal, -aside, commits))}
            disabled={isWhole}
            aria-label="Older"
          >
            ←
          </button>
          <button
            type="button"
            class="button small"
            onClick={() => change(moved(goal, aside, commits))}
            disabled={isWhole}
            aria-label="Newer"
          >
            →
          </button>
          <button
            type="button"
            class="button small"
            onClick={() => change(zoomed(goal, 1 / closer, 0.5, commits))}
            disabled={isWhole}
            aria-label="Zoom out"
          >
            −
          </button>
          <button
            type="button"
            class="button small"
            onClick={() => change(zoomed(goal, closer, 0.5, commits))}
            aria-label="Zoom in"
          >
            +
          </button>
          <button
            type="button"
            class="button small"
            onClick={() => change(aroundSuspects(belief.whole, commits))}
            disabled={belief.whole === null}
          >
            Suspects
          </button>
          <button
            type="button"
            class="button small"
            onClick={() => change(all(commits))}
            disabled={isWhole}
          >
            All
          </button>
        </div>
      </div>
      <div class="strip-box">
        <canvas
          ref={canvas}
          class="strip-canvas"
          tabIndex={0}
          role="img"
          aria-label={stripText(strip, marks, terms)}
          aria-keyshortcuts="+ - ArrowLeft ArrowRight 0"
          onKeyDown={press}
        />
        <div class="strip-pulses" aria-hidden="true">
          {placedMarks(marks, seen, width)
            .filter(({ verdict }) => verdict === null)
            .map(({ shown, commit }) => (
              <i key={commit} class="pulse" style={{ left: `${shown}px` }} />
            ))}
        </div>
        {hover !== null && (
          <Tip
            id={id}
            hover={hover}
            seen={seen}
            width={width}
            belief={belief}
            marks={marks}
            terms={terms}
          />
        )}
      </div>
      <div class="strip-ends" aria-hidden="true">
        <span>{isWhole ? strip.from : "← older"}</span>
        <ul class="legend">
          <li>
            <VerdictShape verdict="after" /> {terms.after}
          </li>
          <li>
            <VerdictShape verdict="before" /> {terms.before}
          </li>
          <li>
            <VerdictShape verdict="untestable" /> untestable
          </li>
          <li>
            <VerdictShape verdict={null} /> under test
          </li>
        </ul>
        <span>{isWhole ? strip.to : "newer →"}</span>
      </div>
      {showsLanes && <LaneGraph id={id} seq={seq} seen={goal} terms={terms} select={select} />}
      {table}
    </div>
  );
}

/** The window after a key; null: the key is none of ours. */
function afterKey(key: string, seen: Seen, commits: number): Seen | null {
  switch (key) {
    case "+":
    case "=":
    case "ArrowUp":
      return zoomed(seen, closer, 0.5, commits);
    case "-":
    case "ArrowDown":
      return zoomed(seen, 1 / closer, 0.5, commits);
    case "ArrowLeft":
      return moved(seen, -aside, commits);
    case "ArrowRight":
      return moved(seen, aside, commits);
    case "Home":
      return moved(seen, -commits, commits);
    case "End":
      return moved(seen, commits, commits);
    case "0":
    case "Escape":
      return all(commits);
    default:
      return null;
  }
}

/** The stretch that has all of the belief, and some room on both sides. */
function aroundSuspects(whole: Belief["whole"], commits: number): Seen {
  if (whole === null) return all(commits);
  const { sums } = whole;
  const columns = sums.length - 1;
  const sum = sums[columns] as number;
  const first = sums.findIndex((one) => one > sum * 0.005) - 1;
  const last = sums.findIndex((one) => one >= sum * 0.995);
  if (!(sum > 0) || first < 0 || last < 0) return all(commits);
  const each = (whole.to - whole.from) / columns;
  const room = Math.max(10, (last - first) * each * 0.1);
  const from = Math.max(0, whole.from + first * each - room);
  const to = Math.min(commits, whole.from + last * each + room);
  return { from, to };
}

/** The belief as the view has it, in few columns: what is drawn until finer ones are there. */
function roughBelief({ spread, commits, releases }: Range): Belief {
  const whole = spread === null ? null : levelOf({ from: 0, to: commits }, spread, []);
  return { whole, part: null, marks: [], releases };
}

function roughMarks({ marks }: Range, steps: BisectionView["steps"]): readonly StripMark[] {
  return marks.map(({ at, hash, verdict, n }) => {
    const commit = steps.find((step) => step.commit.hash === hash)?.commit;
    const [label, subject] = [commit?.name ?? null, commit?.subject ?? ""];
    return { at, commit: hash, verdict, label, step: n, subject };
  });
}

/** What the server says of places, with the verdicts that the steps have by now. */
function marksOf(marks: readonly StripMark[], steps: BisectionView["steps"]): readonly StripMark[] {
  const verdicts = new Map(steps.map((step) => [step.commit.hash, step.overruled ?? step.verdict]));
  return marks.map((mark) => ({ ...mark, verdict: verdicts.get(mark.commit) ?? mark.verdict }));
}

function stripText(
  strip: NonNullable<BisectionView["strip"]>,
  marks: readonly StripMark[],
  terms: BisectionView["head"]["terms"],
): string {
  const count = (verdict: StripMark["verdict"]) =>
    marks.filter((mark) => mark.verdict === verdict).length;
  return (
    `Range of ${plural(strip.commits, "commit")} from ${strip.from} to ${strip.to}: ` +
    `${count("before")} ${terms.before}, ${count("after")} ${terms.after}, ${count("untestable")} untestable, ` +
    `${count(null)} under test. Plus and minus zoom, arrows move, 0 shows all. The same is in the table below.`
  );
}

function StripTable({
  belief,
  strip,
  releases,
  marks,
  terms,
}: {
  belief: Belief;
  strip: Range;
  releases: readonly { readonly tag: string; readonly at: number }[];
  marks: readonly StripMark[];
  terms: BisectionView["head"]["terms"];
}) {
  const stretches = belief.whole === null ? [] : byRelease(belief.whole, releases, strip, 40);
  return (
    <details class="as-table">
      <summary>As a table</summary>
      <div class="tables">
        <Table
          caption="Belief by release, the most first"
          columns={["Stretch", "Commits", "Belief"]}
        >
          {stretches.map(({ from, to, commits, belief: share }) => (
            <tr key={`${from} ${to}`}>
              <td>
                {from} to {to}
              </td>
              <td class="number">{grouped(commits)}</td>
              <td class="number">{probabilityText(share)}</td>
            </tr>
          ))}
        </Table>
        <Table caption="Commits tested, the oldest first" columns={["Place", "Commit", "Verdict"]}>
          {marks
            .toSorted((a, b) => a.at - b.at)
            .map(({ at, commit, verdict, label, subject }) => (
              <tr key={commit}>
                <td class="number">{grouped(at + 1)}</td>
                <td>
                  {label !== null && <b>{label} </b>}
                  <code>{short(commit)}</code> {subject}
                </td>
                <td>
                  {verdict === null
                    ? "under test"
                    : verdict === "untestable"
                      ? verdict
                      : terms[verdict]}
                </td>
              </tr>
            ))}
        </Table>
      </div>
    </details>
  );
}
