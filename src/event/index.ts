export type { AppliedBackport, KnownBackport } from "./backport-event.ts";
export { type CommitChange, checkName } from "./check-event.ts";
export { isCutShort } from "./cut-short.ts";
export * from "./event.ts";
export * from "./ids.ts";
export * from "./user-event.ts";
