/** Where checks look. */
export interface Surroundings {
  /** As in `$PATH`. */
  readonly path: string;
  /** Folders of kernels and builds, and of bisections; they need not be there. */
  readonly cache: string;
  readonly bisections: string;
}

/** What a look at one thing showed. */
export interface Finding {
  /** `degraded`: there, and less than firstbad makes use of. */
  readonly state: "ok" | "degraded" | "missing";
  /** What is there, or what is wrong: a version, a path, a size. One line. */
  readonly found: string;
  /** One command line that mends it; null where all is well. */
  readonly fix: string | null;
}

/** One thing that firstbad makes use of. */
export interface Check {
  readonly name: string;
  /** What it is for, and so what is lost without it. */
  readonly purpose: string;
  /** Whether no bisection with User Mode Linux can run where it is missing. */
  readonly needed: boolean;
  /** Looks at this machine. A failure that it throws counts as `missing`. */
  look(around: Surroundings): Finding | Promise<Finding>;
}

/** A check and what it found. */
export interface Checked extends Omit<Check, "look">, Finding {}

/** All is well. */
export function ok(found: string): Finding {
  return { state: "ok", found, fix: null };
}

export function degraded(found: string, fix: string): Finding {
  return { state: "degraded", found, fix };
}

export function missing(found: string, fix: string): Finding {
  return { state: "missing", found, fix };
}
