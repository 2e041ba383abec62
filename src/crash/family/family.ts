import type { Line } from "../console.ts";

/** Where the guilty function is named; the places of a rule are asked in order. */
export type Place =
  /** A line that names it: the first group of `pattern`. Only the first such line is asked. */
  | { readonly kind: "line"; readonly pattern: RegExp }
  /** The processor's place and the frames below it. */
  | { readonly kind: "counter" }
  /** The frames after a heading such as `Call Trace:`. */
  | { readonly kind: "trace" }
  /** The frames right below the first line that matches, without a heading. */
  | { readonly kind: "below"; readonly line: RegExp };

/** How the guilty function of a shape is found. */
export interface FrameRule {
  readonly places: readonly Place[];
  /** Functions that are generic for this shape, beyond those that always are. */
  readonly skip?: (name: string) => boolean;
  /**
   * Which of the frames that are left stands for all: the first (the default); the loop's, see
   * `stalled.ts`; or the loop's in the first stack that a timer interrupted, wherever it is printed.
   */
  readonly pick?: "first" | "loop" | "interrupted";
}

/** The lines of one report, headline first: what a shape may look at beyond its headline. */
export type ReportLines = readonly Line[];

/** With a closing line of `=`; or with the stack trace, after which nothing is said. */
export type ReportEnd = "rule" | "trace";

/** One way in which a family's headline is printed. */
export interface Shape {
  /** Matched on the message from the family's word on. */
  readonly headline: RegExp;
  /** The title, without ` in FUNCTION` where there is a frame rule; null: this shape does not fit after all. */
  readonly title: (headline: RegExpExecArray, report: ReportLines) => string | null;
  /** Null: the title names no function, or names it itself. */
  readonly frame: FrameRule | null;
  /** Put after the function. */
  readonly suffix?: string;
  /** How its report ends, beyond the marks every report may end with: see `ending.ts`. */
  readonly end?: ReportEnd;
}

/** One kind of complaint of the kernel: what announces it and how it is titled. */
export interface Family {
  /** The word that announces it, found anywhere in a line. */
  readonly word: string;
  /** Lines with the word that are no crash. */
  readonly harmless?: RegExp;
  /** Tried in order. A headline that fits none is its own title, from the word on. */
  readonly shapes: readonly Shape[];
  /**
   * What it is to a crash before it: `starts` another one (the default), or `continues` it, as the
   * panic that follows an oops; on its own it starts one all the same.
   */
  readonly role?: "starts" | "continues";
  /** Lines before the headline that belong to its report, where they are more than is usual. */
  readonly leading?: number;
  /** How reports end whose shape does not say. */
  readonly end?: ReportEnd;
}

/** The first line of `report` that matches, of at most `within` lines after the headline. */
export function follows(report: ReportLines, pattern: RegExp, within = 60): RegExpExecArray | null {
  for (const line of report.slice(1, within + 1)) {
    const found = pattern.exec(line.text);
    if (found !== null) return found;
  }
  return null;
}

/** The processor's place first, else the call trace: how traps and warnings are printed. */
export const counterThenTrace: readonly Place[] = [{ kind: "counter" }, { kind: "trace" }];
/** The call trace only. */
export const traceOnly: readonly Place[] = [{ kind: "trace" }];

/** A place that a line names after `prefix`: `func+0x1/0x2`. */
export function named(prefix: string): Place {
  return {
    kind: "line",
    pattern: new RegExp(
      `${prefix}(?:\\[?<?[0-9a-f]{6,16}>?\\]? *)?([a-zA-Z_][a-zA-Z0-9_]{0,127})[.+]`,
    ),
  };
}
