import { Failure } from "../failure/failure.ts";
import { type Conversation, converse } from "../process/conversation.ts";
import type { Output, ProcessResult } from "../process/process.ts";
import { runProcess } from "../process/run.ts";

/** Seconds in which any one question to git must be answered; a whole Linux history takes about 30. */
const deadline = 1800;
/** Bytes of an answer kept in memory; what may be longer goes to a file. */
const answerLimit = 16 << 20;

/**
 * Settings that win over those of the repository, which may be hostile: nothing that git would start
 * on its account (hooks, a file system monitor, a pager, diff and signature programs, upkeep in the
 * background, a transport to fetch missing objects) is started, and the answers do not depend on how
 * its owner likes them.
 */
const settings: readonly (readonly [string, string])[] = [
  ["core.hooksPath", "/dev/null"],
  ["core.fsmonitor", "false"],
  ["core.pager", "cat"],
  ["core.quotePath", "true"],
  ["protocol.allow", "never"],
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
  ["log.showSignature", "false"],
  ["log.mailmap", "false"],
  ["log.date", "default"],
  ["diff.renames", "true"],
  ["diff.statGraphWidth", "0"],
  ["diff.statNameWidth", "0"],
  ["i18n.logOutputEncoding", "UTF-8"],
  ["color.ui", "false"],
  // Said of the graft file that is turned off below, before what matters.
  ["advice.graftFileDeprecated", "false"],
];

/**
 * The whole environment of a git process. What is set as GIT_CONFIG_KEY_n counts as protected
 * configuration, so that repositories of other users can be read: nothing of theirs is executed.
 */
const environment: Readonly<Record<string, string>> = {
  LC_ALL: "C",
  TZ: "UTC",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_ASKPASS: "true",
  SSH_ASKPASS: "true",
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_NO_LAZY_FETCH: "1",
  GIT_GRAFT_FILE: "/dev/null",
  GIT_ATTR_NOSYSTEM: "1",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_PAGER: "cat",
  ...configuration([["safe.directory", "*"], ...settings]),
};

/** What to ask git, and of which repository. */
export interface GitQuestion {
  /** The repository's own folder (`.git`), or null to let git look from `cwd` on. */
  readonly gitDir: string | null;
  readonly cwd: string;
  /** Subcommand and arguments. Names from people or repositories go to stdin or after `--`. */
  readonly args: readonly string[];
  readonly stdin?: string;
  /** Where the answer goes; default: kept in memory, at most 16 MiB. */
  readonly stdout?: Output;
  /** Bytes that a file which git writes may grow to; absent: no bound. */
  readonly fileBytes?: number;
  /** Variables beside the fixed ones. */
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are answers too; default: 0 alone. */
  readonly answers?: readonly number[];
  /** What was wanted, for the message: "list the commits of …". */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
}

/** Git's answer. */
export interface GitAnswer {
  readonly exitCode: number;
  readonly stdout: Buffer;
  /** For people, at most 4 KiB. */
  readonly stderr: string;
  /** True where the middle of a long answer is missing. */
  readonly truncated: boolean;
}

/**
 * Runs git once: this file is the only one that does. The repositories of users are only read; what is
 * written is in git folders of our own.
 *
 * Throws `git-failed` with git's own message for an exit code that is no answer, `interrupted` when
 * `signal` fires, and what `runProcess` throws, such as `tool-missing` where there is no git.
 */
export async function askGit(question: GitQuestion): Promise<GitAnswer> {
  const result = await runProcess({
    ...commandOf(question),
    stdout: question.stdout ?? { kind: "capture", limit: answerLimit },
    deadline,
    ...(question.fileBytes === undefined ? {} : { limits: { fileBytes: question.fileBytes } }),
    ...(question.stdin === undefined ? {} : { stdin: question.stdin }),
    ...(question.signal === undefined ? {} : { signal: question.signal }),
  });
  const message = result.stderr.toString("utf8").trim().slice(0, 4096);
  if (result.exitCode === null || !(question.answers ?? [0]).includes(result.exitCode)) {
    throw gitFailure(question, result, message);
  }
  return {
    exitCode: result.exitCode,
    stdout: result.stdout,
    stderr: message,
    truncated: result.truncated,
  };
}

/** A git that stays open and answers in lines, as `cat-file --batch-check` does. */
export function converseWithGit(place: Pick<GitQuestion, "gitDir" | "cwd" | "args">): Conversation {
  return converse({ ...commandOf(place), stderr: { kind: "discard" } });
}

function commandOf({
  gitDir,
  cwd,
  args,
  env,
}: Pick<GitQuestion, "gitDir" | "cwd" | "args" | "env">) {
  const place = gitDir === null ? [] : [`--git-dir=${gitDir}`];
  return {
    command: "git",
    args: ["--no-pager", "--literal-pathspecs", ...place, ...args],
    cwd,
    env: { ...environment, ...env },
  };
}

const quotedLines = 5;

function gitFailure(question: GitQuestion, result: ProcessResult, message: string): Failure {
  if (result.ending === "aborted") {
    return new Failure("interrupted", `interrupted while asking git to ${question.what}`);
  }
  const how =
    result.ending === "deadline"
      ? `it did not end within ${deadline} s`
      : firstLines(message) || `it ended with ${result.exitCode ?? result.killedBy}`;
  return new Failure("git-failed", `git could not ${question.what}: ${how}`, {
    facts: {
      command: `git ${question.args[0]}`,
      exitCode: result.exitCode ?? -1,
      repository: question.gitDir ?? question.cwd,
    },
    hint: "see whether `git fsck` finds the repository sound, then try again",
  });
}

/** What git says begins with what matters; a checkout on a full disk goes on for thousands of lines. */
function firstLines(message: string): string {
  const lines = message.split("\n");
  const more = lines.length > quotedLines ? `\n(and ${lines.length - quotedLines} lines more)` : "";
  return lines.slice(0, quotedLines).join("\n") + more;
}

function configuration(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  const variables: Record<string, string> = { GIT_CONFIG_COUNT: String(pairs.length) };
  pairs.forEach(([key, value], n) => {
    variables[`GIT_CONFIG_KEY_${n}`] = key;
    variables[`GIT_CONFIG_VALUE_${n}`] = value;
  });
  return variables;
}
