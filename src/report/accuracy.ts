import type { BisectionEvent } from "../event/index.ts";
import { judgementOf } from "./judgement.ts";
import { wilsonInterval } from "./wilson.ts";

/** How many of some judged bisections are right. */
export interface Share {
  readonly name: string;
  readonly right: number;
  readonly of: number;
  /** What their true share lies between in 95 of 100 cases. */
  readonly low: number;
  readonly high: number;
}

/** Of those that state a confidence of a range: what they state, beside how many are right. */
export interface StatedShare extends Share {
  /** Confidences of at least this, and below `below`. */
  readonly from: number;
  readonly below: number;
  /** The mean of what they state. */
  readonly stated: number;
}

/** How right the answers of some bisections are that people have judged. */
export interface Accuracy {
  readonly version: 1;
  readonly concluded: number;
  /** All that are judged; null: none is. */
  readonly all: Share | null;
  /** By the type of the crash, most first. */
  readonly byType: readonly Share[];
  /** Of those that name a commit and state a confidence, by that. */
  readonly byConfidence: readonly StatedShare[];
}

/** Where ranges of stated confidence begin. */
const ranges = [0, 0.5, 0.9, 0.99, 0.999] as const;

/** The type of crashes of a bug that was never identified. */
const unknownType = "no crash seen";

interface Judged {
  readonly right: boolean;
  readonly type: string;
  readonly confidence: number | null;
}

/** The accuracy of bisections, each by its events. */
export function accuracyOf(bisections: Iterable<readonly BisectionEvent[]>): Accuracy {
  let concluded = 0;
  const judged: Judged[] = [];
  for (const events of bisections) {
    if (events.some(({ kind }) => kind === "concluded")) concluded++;
    const one = judgedOf(events);
    if (one !== null) judged.push(one);
  }
  const types = Map.groupBy(judged, ({ type }) => type);
  return {
    version: 1,
    concluded,
    all: judged.length === 0 ? null : shareOf("all", judged),
    byType: [...types]
      .map(([type, some]) => shareOf(type, some))
      .sort((a, b) => b.of - a.of || a.name.localeCompare(b.name)),
    byConfidence: ranges.flatMap((from, n) => statedIn(judged, from, ranges[n + 1] ?? 1)),
  };
}

function judgedOf(events: readonly BisectionEvent[]): Judged | null {
  const judgement = judgementOf(events);
  if (judgement === null) return null;
  const bug = events.findLast((event) => event.kind === "bug-identified");
  const concluded = events.findLast((event) => event.kind === "concluded");
  return {
    right: judgement.verdict === "right",
    type: bug?.kinds[0]?.type ?? unknownType,
    confidence: concluded?.culprit == null ? null : concluded.confidence,
  };
}

function shareOf(name: string, judged: readonly Judged[]): Share {
  const right = judged.filter((one) => one.right).length;
  const [low, high] = wilsonInterval(right, judged.length);
  return { name, right, of: judged.length, low, high };
}

/** None or one; a confidence of 1 belongs to the last range. */
function statedIn(judged: readonly Judged[], from: number, below: number): StatedShare[] {
  const some = judged.filter(
    ({ confidence }) =>
      confidence !== null && confidence >= from && (confidence < below || below === 1),
  );
  if (some.length === 0) return [];
  const stated = some.reduce((sum, { confidence }) => sum + (confidence ?? 0), 0) / some.length;
  const name = below === 1 ? `${from} and more` : `${from} to ${below}`;
  return [{ ...shareOf(name, some), from, below, stated }];
}
