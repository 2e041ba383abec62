/**
 * Every code that a {@link Failure} can carry, with the kind of trouble it is:
 *
 * - `input`: what the user gave cannot be used as it is; nothing was lost, correct it and call again;
 * - `bounds`: the ends of the bisection contradict the reproducer;
 * - `infrastructure`: this machine could not do its part; never evidence, and resumable;
 * - `internal`: firstbad broke a promise of its own.
 *
 * Each code has an anchor of the same name in `docs/errors.md`; a test holds the two together.
 */
export const failureCodes = {
  "job-not-readable": "input",
  "job-not-yaml": "input",
  "job-invalid": "input",
  "job-incomplete": "input",
  "repository-not-found": "input",
  "repository-not-readable": "input",
  "commit-not-found": "input",
  "commit-ambiguous": "input",
  "history-missing": "input",
  "clean-is-crashing": "bounds",
  "ends-swapped": "bounds",
  "nothing-newer": "bounds",
  "head-not-found": "input",
  "no-release-before": "input",
  "config-not-readable": "input",
  "config-invalid": "input",
  "config-not-for-machine": "input",
  "kconfig-invalid": "input",
  "arch-not-supported": "input",
  "image-not-usable": "input",
  "reproducer-not-readable": "input",
  "reproducer-not-compiling": "input",
  "file-not-readable": "input",
  "host-not-allowed": "input",
  "predicate-broken": "input",
  "predicate-stopped": "infrastructure",
  "bisection-not-found": "input",
  "bisection-locked": "input",
  "step-not-found": "input",
  "step-not-repeatable": "input",
  "bug-unknown": "input",
  "journal-damaged": "input",
  "graph-damaged": "input",
  "report-not-built": "input",
  "archive-not-readable": "input",
  "archive-refused": "input",
  "log-not-readable": "input",
  "log-without-range": "input",
  "policy-not-known": "input",
  "folder-not-writable": "input",
  "file-exists": "input",
  "log-not-replayable": "input",
  "override-refused": "input",
  "runs-refused": "input",
  "judge-refused": "input",
  "presence-refused": "input",
  "reuse-refused": "input",
  "mail-refused": "input",
  "mail-sent-already": "input",
  "mail-incomplete": "input",
  "smtp-invalid": "input",
  "terms-invalid": "input",
  "path-matches-nothing": "input",
  "console-not-readable": "input",
  "shell-not-possible": "input",
  "address-not-found": "input",
  "request-invalid": "input",
  "request-too-large": "input",
  "request-refused": "input",
  "too-many-requests": "input",
  "sign-in-needed": "input",
  "role-too-low": "input",
  "token-refused": "input",
  "listen-refused": "input",
  "job-not-allowed": "input",
  "queue-refused": "input",
  "server-invalid": "input",
  "server-unreachable": "infrastructure",
  "git-failed": "infrastructure",
  "tool-missing": "infrastructure",
  "sandbox-failed": "infrastructure",
  "build-infrastructure": "infrastructure",
  "build-not-reproducible": "infrastructure",
  "kernel-evicted": "infrastructure",
  "machine-infrastructure": "infrastructure",
  "board-unreachable": "infrastructure",
  "board-unhealthy": "infrastructure",
  "host-key-refused": "infrastructure",
  "login-refused": "infrastructure",
  "out-of-memory": "infrastructure",
  "disk-full": "infrastructure",
  "smtp-failed": "infrastructure",
  killed: "infrastructure",
  interrupted: "infrastructure",
  internal: "internal",
} as const satisfies Record<string, "input" | "bounds" | "infrastructure" | "internal">;

/** A stable name of one way to fail. */
export type FailureCode = keyof typeof failureCodes;

/** What a failure knows about itself: names and values, for people and for `--json`. */
export type FailureFacts = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/**
 * The only error that firstbad throws on purpose.
 *
 * The message says what could not be done and with which value; `hint` says what to do next.
 * One place, `cli/exit.ts`, turns a code into an exit code.
 */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly code: FailureCode;
  readonly facts: FailureFacts;
  readonly hint: string | null;

  constructor(
    code: FailureCode,
    message: string,
    detail: { facts?: FailureFacts; hint?: string; cause?: unknown } = {},
  ) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.facts = detail.facts ?? {};
    this.hint = detail.hint ?? null;
  }

  /** True where the trouble is this machine's: never evidence about a commit, and resumable. */
  get isInfrastructure(): boolean {
    return failureCodes[this.code] === "infrastructure";
  }
}

/** `error` as a {@link Failure}: itself, or wrapped as `internal` with the original as its cause. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof Error && (error as NodeJS.ErrnoException).code === "ENOSPC") {
    return new Failure("disk-full", `no space left on device: ${error.message}`, {
      hint: "free some space, then resume",
      cause: error,
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new Failure("internal", `unexpected error: ${message}`, { cause: error });
}
