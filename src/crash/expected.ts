import { RE2JS } from "re2js";
import type { CrashSeen, Expectation } from "../event/event.ts";

/** A crash as far as an expectation looks at it. */
interface Described {
  readonly title: string;
  readonly report: string;
}

/**
 * Whether a crash is what `expect` describes: by its title to the letter, or by a regular expression
 * found in its title or its report. Time is linear in the text whatever the expression is (RE2).
 */
export function expects(expect: Expectation): (crash: Described) => boolean {
  switch (expect.kind) {
    case "title":
      return ({ title }) => title === expect.title;
    case "pattern": {
      const pattern = RE2JS.compile(expect.pattern, RE2JS.MULTILINE);
      return ({ title, report }) => pattern.matcher(title).find() || pattern.matcher(report).find();
    }
    case "predicate":
      // The command was asked; what it printed is for people.
      return () => true;
    case "any-crash":
      return () => true;
    // How a run ended, or what it printed, is judged beside its crashes (`outcome/judge.ts`).
    case "boot-fails":
    case "build-fails":
    case "hangs":
    case "message":
    case "test":
    case "number":
    case "boot-time":
      return () => false;
    default:
      return expect satisfies never;
  }
}

/** What the job says of a crash that a run remembers; null where it says nothing of any. */
export function isExpected({ expected }: CrashSeen): boolean | null {
  return expected ?? null;
}

/** The crashes of a run that may be the bug's: all but those that the job does not expect. */
export function expectedCrashes(crashes: readonly CrashSeen[]): readonly CrashSeen[] {
  return crashes.filter((crash) => isExpected(crash) !== false);
}
