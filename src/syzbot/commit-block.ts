import type { EventOf } from "../event/index.ts";
import { plainLine, plainLines } from "./plain-line.ts";

/** Digits of the abbreviated hashes on a `Merge:` line, as git chooses them for a Linux tree. */
const mergeDigits = 12;

/**
 * A commit as `git show --stat` prints it below `H is the first bad commit`: headers, the message
 * behind four spaces (blank lines, too, as git does), and the diffstat where it is known.
 */
export function commitBlock(commit: EventOf<"commit-described">): string[] {
  const { name, email } = commit.author;
  const merge = commit.parents.map((parent) => parent.slice(0, mergeDigits)).join(" ");
  const stat = (commit.diffstat ?? []).map(statLine).filter((line) => line.trim() !== "");
  return [
    `commit ${commit.commit}`,
    ...(commit.parents.length > 1 ? [`Merge: ${merge}`] : []),
    `Author: ${plainLine(name)} <${plainLine(email)}>`,
    `Date:   ${plainLine(commit.authored)}`,
    "",
    ...plainLines(commit.message).map((line) => `    ${line}`),
    ...(stat.length > 0 ? ["", ...stat] : []),
  ];
}

/** A line of a diffstat begins with a space; one that does not is given it. */
function statLine(line: string): string {
  const [plain = ""] = plainLines(line.replaceAll("\n", " "));
  return plain.startsWith(" ") ? plain : ` ${plain}`;
}
