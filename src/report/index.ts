export { type ListEntry, listEntryOf, listText } from "./list.ts";
export { paint } from "./paint.ts";
export { type Level, Progress } from "./progress.ts";
export { type Result, resultOf } from "./result.ts";
export { type Surroundings, showText } from "./text.ts";
