import { otherSide, type Side, type Verdict } from "../verdict.ts";

/** What runs are taken to say, whatever is searched for. */
export type Says =
  | "crashes"
  | "clean"
  | "unclear"
  /** So much failed for the reason of the machines that the bisection ends. */
  | "aborted";

/** The verdict that follows. An aborted test says as little of its commit as an unclear one. */
export function verdictFor(says: Says, crashMeans: Side): Verdict {
  switch (says) {
    case "crashes":
      return crashMeans;
    case "clean":
      return otherSide(crashMeans);
    case "unclear":
    case "aborted":
      return "untestable";
    default:
      return says satisfies never;
  }
}
