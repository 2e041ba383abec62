import type { CrashSeen, RunOutcome } from "../event/event.ts";
import { isExpected } from "./expected.ts";
import { typeOf } from "./type.ts";

/** Titles of what is no crash in a console. */
const lostConnection = "lost connection to test machine";
const noOutput = "no output from test machine";

/** Types of reports that say more of the machine than of its kernel. */
const aboutTheMachine: readonly string[] = ["SYZ_FAILURE", "LOST_CONNECTION"];

/**
 * What syzkaller reports of a run: the first crash in its console, and where there is none, what it
 * calls a crash besides: a connection that was lost, a machine that fell silent. Null for a run that
 * it reports nothing of. What the job expects goes before: a crash that it does not is none. The type is by the title, as syzkaller's is.
 */
export function syzkallerReport({
  outcome,
  crashes,
}: {
  readonly outcome: RunOutcome;
  readonly crashes: readonly CrashSeen[];
}): CrashSeen | null {
  switch (outcome) {
    case "crashed": {
      const first = crashes.find((crash) => isExpected(crash) !== false);
      return first === undefined ? null : { ...first, type: syzkallerType(first.title) };
    }
    case "lost":
      return withoutStack(lostConnection);
    case "hung":
      return withoutStack(noOutput);
    case "clean":
    case "boot-failed":
    case "no-output":
    case "flooded":
    case "untestable":
    case "measured":
      return null;
    default:
      return outcome satisfies never;
  }
}

/**
 * Whether a report is left out of account (2026): it says that the fuzzer's own program failed or the
 * connection was lost, and none of the types that stood for the first test was that. `types` are
 * those, or null while the first test goes on.
 */
export function isIgnored({ type }: CrashSeen, types: readonly string[] | null): boolean {
  return types !== null && aboutTheMachine.includes(type) && !types.includes(type);
}

/** The type of a report by its title, whatever it is a report of. */
export function syzkallerType(title: string): string {
  if (title === lostConnection) return "LOST_CONNECTION";
  if (title === noOutput) return "NO_OUTPUT";
  return typeOf(title);
}

function withoutStack(title: string): CrashSeen {
  return { title, type: syzkallerType(title), frame: null, stack: [] };
}
