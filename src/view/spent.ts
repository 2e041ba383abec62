import { allLentRuns } from "../report/lent.ts";
import { countsOf } from "../report/result.ts";
import { spentText } from "../report/spent.ts";
import { buildSeconds, sessionSeconds, testSeconds } from "../syzbot/index.ts";
import type { Scene } from "./scene.ts";
import type { BisectionView } from "./schema.ts";

type Span = BisectionView["spent"]["spans"][number];

/** Runs of a kernel that begin no later than so many seconds after the one before are one span. */
const together = 5;

/** What it took so far. */
export function spentOf(scene: Scene): BisectionView["spent"] {
  const { summary } = scene;
  const { bounds } = summary;
  const lentRuns = allLentRuns(summary);
  return {
    ...countsOf(summary),
    lentRuns,
    seconds: {
      build: buildSeconds(summary),
      test: testSeconds(summary),
      total: Math.max(0, sessionSeconds(summary)),
    },
    text: spentText(summary),
    spans: spansOf(scene),
    bounds: bounds && {
      builds: bounds.builds,
      runs: bounds.runs,
      machineSeconds: bounds.machineSeconds,
      deadline: bounds.deadline,
    },
  };
}

function spansOf({ events, summary }: Scene): Span[] {
  const begun = Date.parse(events[0]?.at ?? "");
  const after = (milliseconds: number) => Math.max(0, (milliseconds - begun) / 1000);
  const spans: Span[] = pausesOf(summary.sessions, after);
  const open = new Map<string, Span>();
  for (const event of events) {
    if (event.kind === "kernel-built" || event.kind === "build-failed") {
      if (event.kind === "kernel-built" && event.cached) continue;
      const { kernel, seconds } = event;
      const to = after(Date.parse(event.at));
      const ok = event.kind === "kernel-built";
      spans.push({ kind: "build", from: Math.max(0, to - seconds), to, kernel, of: 1, ok });
    }
    if (event.kind === "run-finished" && event.lent === undefined) {
      const { kernel, seconds, outcome } = event;
      const to = after(Date.parse(event.at));
      const from = Math.max(0, to - seconds);
      const ok = outcome === "clean" || outcome === "crashed" || outcome === "measured";
      const known = open.get(kernel);
      if (known !== undefined && from - known.to <= together) {
        known.to = Math.max(known.to, to);
        known.from = Math.min(known.from, from);
        known.of++;
        known.ok ||= ok;
      } else {
        const span = { kind: "run" as const, from, to, kernel, of: 1, ok };
        open.set(kernel, span);
        spans.push(span);
      }
    }
  }
  return spans.sort((a, b) => a.from - b.from);
}

/** Between two sessions nobody was at work. */
function pausesOf(
  sessions: readonly { readonly from: number; readonly to: number }[],
  after: (milliseconds: number) => number,
): Span[] {
  return sessions.slice(1).flatMap(({ from }, n) => {
    const last = sessions[n]?.to ?? from;
    if (from <= last) return [];
    return [{ kind: "pause", from: after(last), to: after(from), kernel: "", of: 0, ok: true }];
  });
}
