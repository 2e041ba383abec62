import type { BisectionEvent, EventOf } from "../event/index.ts";
import type { Summary } from "../syzbot/index.ts";
import type { CoursePoint } from "./schema.ts";

/** How sure a bisection was, and of how many commits, after each of its decisions. */
export class Course {
  readonly points: CoursePoint[] = [];
  readonly #built = new Set<string>();
  #runs = 0;

  /** Takes one more event in, which is the newest of `summary`. */
  add(summary: Summary, event: BisectionEvent): void {
    switch (event.kind) {
      case "kernel-built":
      case "build-failed":
        this.#built.add(event.kernel);
        return;
      case "run-finished":
        if (event.lent === undefined) this.#runs++;
        return;
      case "probe-chosen": {
        const { belief, left } = event;
        this.#note(summary, event, {
          suspects: belief?.suspects ?? left?.suspects ?? null,
          best: belief?.best.probability ?? null,
          stated: belief?.stated ?? null,
        });
        return;
      }
      case "concluded":
        this.#note(summary, event, atEnd(event));
        return;
      default:
        return;
    }
  }

  #note(
    { sessions }: Summary,
    { at }: BisectionEvent,
    known: Pick<CoursePoint, "suspects" | "best" | "stated">,
  ): void {
    const worked = sessions.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0) / 1000;
    this.points.push({ at, worked, ...known, kernels: this.#built.size, runs: this.#runs });
  }
}

function atEnd({ end, culprit, candidates, confidence, posterior, odds }: EventOf<"concluded">) {
  const isOpen = end === "ties" || end === "budget";
  const suspects =
    culprit !== null ? 1 : isOpen && candidates.length > 0 ? candidates.length : null;
  return { suspects, best: posterior ?? odds?.[0] ?? confidence, stated: confidence };
}
