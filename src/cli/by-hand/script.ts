import { kernelPart, makePart, sourcePart } from "./build-part.ts";
import { bootPart, guestPart } from "./run-part.ts";
import { comment } from "./shell-text.ts";
import type { StepByHand } from "./step-by-hand.ts";

/**
 * A shell script that repeats one step of a bisection, in an empty folder and without firstbad: the same
 * kernel, and a run of it. Pure.
 */
export function scriptOf(step: StepByHand): string {
  const parts = [
    `#!/bin/sh\n${comment(...step.about, "", "To be run in an empty folder. It needs git, make, a compiler and bubblewrap.")}`,
    '[ -z "$(ls -A)" ] || { echo "this folder is not empty" >&2; exit 1; }\nset -eu\nulimit -c 0',
    ...[sourcePart, makePart, kernelPart, guestPart, bootPart].map((part) => part(step)),
  ];
  return `${parts.join("\n\n")}\n`;
}
