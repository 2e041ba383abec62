export { busySeconds } from "./busy.ts";
export { writeGitLog } from "./git-log/write-git-log.ts";
export {
  bisectingLines,
  firstBadLine,
  onlySkippedLines,
} from "./git-output.ts";
export { type KnownByLog, knownByLog } from "./known.ts";
export { plainLine, plainLines } from "./plain-line.ts";
export { readLog } from "./read-log.ts";
export * from "./summary.ts";
export { log2022, writeLog2022 } from "./write-2022.ts";
export { writeLog } from "./write-log.ts";
