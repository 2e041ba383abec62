import type { EventOf } from "./event.ts";

/**
 * Whether more of what a bisection may take could change what it was concluded with: that used it up, or named a
 * culprit of which something was left out for it.
 */
export function isCutShort(concluded: EventOf<"concluded"> | null): boolean {
  return concluded !== null && (concluded.end === "budget" || concluded.leftOut === true);
}
