import type { ListEntryView } from "../../src/view/schema.ts";

/** A line of the report of a crash, and one of the culprit's diff, laid beside each other. */
export interface OverlapView {
  readonly report: readonly {
    readonly text: string;
    readonly frame: {
      readonly function: string;
      readonly file: string | null;
      readonly line: number | null;
    } | null;
    readonly touched: boolean;
  }[];
  readonly diff: readonly {
    readonly text: string;
    readonly file: string | null;
    readonly newLine: number | null;
    readonly kind: "+" | "-" | " " | "@" | "file";
    readonly onStack: boolean;
  }[];
}

/** What went wrong, as the server says it; `code` is an anchor in docs/errors.md. */
export interface ErrorBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly hint?: string | null;
  };
}

/** A page of the list of bisections. */
export interface ListPage {
  /** Up to where it is known what changed: what `after` asks for. */
  readonly seq: number;
  readonly total: number;
  readonly counts: {
    readonly running: number;
    readonly waiting: number;
    readonly concluded: number;
  };
  readonly entries: readonly ListEntryView[];
}

/** A mark on the axis of the range. */
export interface StripMark {
  readonly at: number;
  /** The hash. */
  readonly commit: string;
  readonly verdict: "before" | "after" | "untestable" | null;
  readonly label: string | null;
  readonly step: number | null;
  readonly subject: string;
}

/** The belief between two places of the graph, in columns of equal width. */
export interface BeliefColumns {
  readonly from: number;
  readonly to: number;
  readonly columns: readonly number[];
  readonly best: readonly number[];
  readonly marks: readonly StripMark[];
  readonly releases: readonly { readonly tag: string; readonly at: number }[];
}

/** A commit of the lane graph. Parents outside of what was asked for are told by their hash. */
export interface LaneCommit {
  readonly at: number;
  readonly hash: string;
  readonly parents: readonly (number | string)[];
  readonly subject: string;
  readonly author: string;
  readonly belief: number;
  readonly verdict: "before" | "after" | "untestable" | null;
}

/** A run with the parts of its console; lines count from 1. */
export interface RunView {
  readonly run: string;
  readonly kernel: string;
  readonly commit: string;
  readonly outcome: string | null;
  readonly title: string;
  readonly seconds: number | null;
  /** Bytes. */
  readonly size: number;
  /** Whether its middle was left out. */
  readonly cut: boolean;
  readonly lines: number;
  readonly parts: readonly ConsolePart[];
  readonly crashes: readonly {
    readonly title: string;
    readonly from: number;
    readonly to: number;
  }[];
  readonly reproduce: string | null;
}

/** A part of a console, its first and its last line among it. */
export interface ConsolePart {
  readonly name: "boot" | "reproducer" | "output" | "crash" | "rest";
  readonly from: number;
  readonly to: number;
}

/** What a job would do, and what it would cost. */
export interface PlanView {
  readonly ok: true;
  readonly plan: readonly { readonly name: string; readonly value: string }[];
  readonly estimate: {
    readonly kernels: number | null;
    readonly runs: number | null;
    readonly seconds: number | null;
    readonly text: string;
  };
}

/** What the machine works at, and what waits for it. */
export interface QueueView {
  readonly slots: {
    readonly builds: { readonly of: number; readonly busy: number };
    readonly runs: { readonly of: number; readonly busy: number };
  };
  readonly working: readonly {
    readonly bisection: string;
    readonly kind: "build" | "run";
    readonly id: string;
    readonly since: string;
    readonly text: string;
  }[];
  readonly queued: readonly {
    readonly id: string;
    readonly place: number;
    readonly since: string;
  }[];
}

/** Who looks, and what they may do. */
export interface SessionView {
  readonly role: "read" | "submit" | "admin" | null;
  readonly may: readonly string[];
  readonly server: {
    readonly name: string;
    readonly version: string;
    readonly mail: boolean;
    /** Whether jobs may bisect programs. */
    readonly programs: boolean;
  };
}

/** A mail as it would be sent. */
export interface MailView {
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly body: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly mayMail: boolean;
  readonly why: string | null;
}

/** What the server's machine has. */
export interface DoctorView {
  readonly checks: readonly {
    readonly name: string;
    readonly purpose: string;
    readonly needed: boolean;
    readonly state: "ok" | "degraded" | "missing";
    readonly found: string;
    readonly fix: string | null;
  }[];
}

/** How many of some judged bisections are right, and between what their true share lies. */
interface ShareView {
  readonly name: string;
  readonly right: number;
  readonly of: number;
  readonly low: number;
  readonly high: number;
}

/** How right judged answers are. */
export interface AccuracyView {
  readonly concluded: number;
  readonly all: ShareView | null;
  readonly byType: readonly ShareView[];
  readonly byConfidence: readonly (ShareView & { readonly stated: number })[];
}
