import type { CrashType } from "../crash.ts";

/**
 * One step on the way through a report to the frames that matter. A step begins where the one before it
 * ended:
 *
 * - `line`: the next line that fits; what its groups hold are frames;
 * - `heading`: the next heading of a stack, such as `Call Trace:`;
 * - `frames`: every frame up to the next heading.
 */
export type Step =
  | { readonly kind: "line"; readonly pattern: RegExp }
  | { readonly kind: "heading" }
  | { readonly kind: "frames" };

/** How the guilty function of a message is found. */
export interface FrameRule {
  /** Ways through the report, in this order: the first that meets a frame that is not generic counts. */
  readonly ways: readonly (readonly Step[])[];
  /** The way to the stack of the crash itself, where the ways lead to other stacks, too. */
  readonly stack?: readonly Step[];
  /** Functions that are generic for this message, beyond those that always are. */
  readonly skip?: RegExp;
  /**
   * Which of the frames that are left stands for all: the first (the default); the loop's
   * (`stalled.ts`); the loop's in the first stack that a timer interrupted, wherever it is printed;
   * the one that waits (`waiting.ts`).
   */
  readonly pick?: "first" | "loop" | "interrupted" | "sleeper";
}

/** How a report ends beyond the marks of `ending.ts`: with a closing line of `=`; with its stack. */
export type ReportEnd = "rule" | "trace";

/** One message of the kernel that announces a crash. */
export interface Message {
  /** What it says, from the family's word on. Every repetition in it is bounded or ends the pattern. */
  readonly says: RegExp;
  /** Where in the kernel's tree it is printed; another program's name where it is not the kernel's. */
  readonly printed: string;
  /**
   * Lines that must follow, in this order, within {@link Message.within} lines; without them the report
   * is cut off. Where two messages fit a line, one that asks for more stands first.
   */
  readonly needs?: readonly RegExp[];
  /** Default 60. */
  readonly within?: number;
  /**
   * `{1}`, `{2}`: what the groups of `says`, then those of `needs`, hold; `{frame}`: the guilty
   * function, found by `frame`. The title is brought to the normal form afterwards.
   */
  readonly title: string;
  /** Other titles of the same bug, as templates; for messages whose kind depends on chance. */
  readonly alt?: readonly string[];
  readonly frame?: FrameRule;
  /** Finds `{origin}`, a second function that alternative titles name. */
  readonly origin?: FrameRule;
  /** The type of every title that begins as this one's template does. */
  readonly type?: CrashType;
  /** The kernel prints no stack with it. */
  readonly stackless?: true;
  /** What fits is only what is left of a report. */
  readonly remains?: true;
  readonly end?: ReportEnd;
}

/** The messages that one word announces. */
export interface Family {
  /** Found anywhere in a line, but not as the end of another word. */
  readonly word: string;
  /** Lines with the word that are no crash. */
  readonly harmless?: RegExp;
  /** Tried in order. A line that fits none is its own title, from the word on. */
  readonly messages: readonly Message[];
  /**
   * `continues`: close behind a crash it is a further message about it, as the panic that follows an
   * oops; on its own it is a crash all the same.
   */
  readonly role?: "continues";
  /** Lines before the headline that belong to its report, where they are more than is usual. */
  readonly leading?: number;
  /** How reports end whose message does not say. */
  readonly end?: ReportEnd;
  /** Types by what a title begins with, where a message's own template does not tell them apart. */
  readonly types?: Readonly<Record<string, CrashType>>;
}
