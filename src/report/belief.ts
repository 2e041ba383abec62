import type { EventOf } from "../event/index.ts";
import type { Summary } from "../syzbot/index.ts";
import { roundedDown } from "./confidence.ts";

/** Where a policy stood that reckons with probabilities, when it chose what to test. */
export type Believed = NonNullable<EventOf<"probe-chosen">["belief"]>;

/** A probability for people, never one that is not: `42 %`, `0.3 %`, `99.95 %`, `< 0.1 %`. */
export function shareText(share: number): string {
  if (share < 0.001) return "< 0.1 %";
  if (share < 0.0995) return `${(100 * share).toFixed(1)} %`;
  if (share < 0.985) return `${(100 * share).toFixed(0)} %`;
  if (share > 0.9999) return "> 99.99 %";
  return `${(Math.floor(share * 1e4) / 100).toFixed(2)} %`;
}

/** A confidence that is not reached yet: two digits are enough until it is nearly certain. */
export function sureText(confidence: number): string {
  return confidence < 0.99
    ? (Math.floor(confidence * 100 + 1e-6) / 100).toFixed(2)
    : roundedDown(confidence);
}

/** What is reached of the confidence that is wanted, in long and in short; nothing where that is not known. */
export function reachedTexts({ started }: Summary, { stated }: Believed): readonly string[] {
  if (stated === undefined || started?.kind !== "started") return [];
  const reached = `${sureText(stated)} of ${sureText(started.confidence)}`;
  return [`confidence ${reached}`, `${reached} sure`];
}
