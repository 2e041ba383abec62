import type { BisectionEvent } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import { isGitLog, readGitLog } from "./git-log/read-git-log.ts";
import { isSyzbotLog, readSyzbotLog } from "./read/read-log.ts";

/** Longest log that is read, in bytes: ten times the longest that syzbot is known to have written. */
const longestLog = 16 * 1024 * 1024;

/**
 * The events of a log in the form of syzbot, any dialect, or of `git bisect log`. Bytes that are no
 * UTF-8 are read as Latin-1, and the events say so. Throws `log-not-readable` for what is neither, or
 * too long; every other text is read to its end, lines that are not understood are events themselves.
 */
export function readLog(bytes: Uint8Array, name: string): BisectionEvent[] {
  if (bytes.length > longestLog) throw notReadable(name, `${bytes.length} bytes long`);
  const { text, encoding } = decoded(bytes);
  if (isSyzbotLog(text)) return readSyzbotLog(text, encoding);
  if (isGitLog(text)) return readGitLog(text, encoding);
  throw notReadable(name, "neither syzbot's nor git's");
}

function decoded(bytes: Uint8Array): { text: string; encoding: "utf-8" | "latin-1" } {
  try {
    // With the byte order mark kept: it is part of what has to come out again.
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return { text: decoder.decode(bytes), encoding: "utf-8" };
  } catch {
    return { text: Buffer.from(bytes).toString("latin1"), encoding: "latin-1" };
  }
}

function notReadable(name: string, why: string): Failure {
  return new Failure("log-not-readable", `${name} is not a log that can be read: ${why}`, {
    facts: { name },
    hint: "give a bisection log of syzbot's, what `git bisect log` prints, or `firstbad log --format json`",
  });
}
