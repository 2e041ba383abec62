export * from "./event.ts";
export * from "./ids.ts";
