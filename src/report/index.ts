export { cellsOf } from "./clip.ts";
export { listEntryOf, listText } from "./list.ts";
export { overrideText, undoneText } from "./overrides.ts";
export { paint } from "./paint.ts";
export { type Level, Progress } from "./progress.ts";
export { resultOf } from "./result.ts";
export { showText } from "./text.ts";
export { type TerminalSize, type WindowView, windowLines } from "./window.ts";
