export { busySeconds } from "./busy.ts";
export {
  bisectingLines,
  firstBadLine,
  onlySkippedLines,
} from "./git-output.ts";
export { plainLine } from "./plain-line.ts";
export { isSyzbotLog, readSyzbotLog } from "./read/read-log.ts";
export * from "./summary.ts";
export { writeTranscript } from "./transcript/write-transcript.ts";
export { log2022, writeLog2022 } from "./write-2022.ts";
