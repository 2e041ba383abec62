import type { Overlap } from "./overlap.ts";
import type { BisectionView } from "./schema.ts";

/** The console of a run, as far as a report has it. */
export interface GivenConsole {
  readonly run: string;
  /** What it shows: `the crash`, `a clean run of the parent`. */
  readonly what: string;
  readonly text: string;
  /** Lines before and after `text` that are left out. */
  readonly before: number;
  readonly after: number;
}

/** All that a report in one file is made from. Texts may be anything: none is markup. */
export interface ReportGiven {
  /** With the belief over the whole range as `strip.spread`. */
  readonly view: BisectionView;
  /** Null: the crash or the diff is not known. */
  readonly overlap: Overlap | null;
  readonly consoles: readonly GivenConsole[];
  /** Consoles that were asked for and left out, for their size. */
  readonly consolesLeftOut: number;
  /** Commands that go on from here, with what each does. */
  readonly commands: readonly { readonly text: string; readonly what: string }[];
  /** When it was made, ISO 8601, and by which version of firstbad. */
  readonly at: string;
  readonly tool: string;
}

/** The head and the body of a page: the sheet of style of the one is in no attribute of the other. */
export interface ReportPage {
  readonly style: string;
  readonly title: string;
  readonly body: string;
}
