import type { EventBody, EventOf } from "../event/index.ts";
import type { CompilerKnowledge } from "../lab/lab.ts";
import type { BisectionState } from "./state.ts";

/**
 * What this bisection has learnt about compilers, for a kernel that `only` has built before, or none (null).
 * It is in the events, so that a resumed bisection builds each kernel as the one before did.
 */
export function knowledgeOf(state: BisectionState, only: string | null): CompilerKnowledge {
  const used = new Set<string>();
  // In the order of planning, the crashing commit first: builds at once end in any order.
  for (const { built } of state.kernels.values()) {
    if (built?.toolchain !== undefined) used.add(built.toolchain);
  }
  const passedOver = state.compilerChanges.flatMap((change) => change.passedOver);
  return { only, used: [...used], passedOver };
}

/** Whether what a build has taught is not in the story yet: two builds at once may learn the same. */
export function isNews(state: BisectionState, body: EventBody): boolean {
  switch (body.kind) {
    case "compiler-changed":
      return !body.passedOver.every(({ compiler, release }) =>
        state.compilerChanges.some((known) =>
          known.passedOver.some((one) => one.compiler === compiler && one.release === release),
        ),
      );
    case "config-changed":
      return !state.configChanges.some((known) => sameChanges(known, body));
    default:
      return true;
  }
}

type ConfigChanged = Pick<EventOf<"config-changed">, "changes">;

function sameChanges(a: ConfigChanged, b: ConfigChanged): boolean {
  const text = ({ changes }: ConfigChanged) =>
    JSON.stringify(changes.map(({ option, to }) => [option, to]));
  return text(a) === text(b);
}
