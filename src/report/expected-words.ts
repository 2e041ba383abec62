import type { Expectation, NumberLimit } from "../event/index.ts";
import { limitTitle } from "../outcome/limit.ts";
import { plainLine } from "../syzbot/plain-line.ts";

/** What a job expects, in words. */
export function expectedText(expectation: Expectation): string {
  switch (expectation.kind) {
    case "title":
      return plainLine(expectation.title);
    case "pattern":
      return `what matches ${plainLine(expectation.pattern)}`;
    case "predicate":
      return "what the command says";
    case "any-crash":
      return "any crash";
    case "boot-fails":
      return "a boot that fails";
    case "build-fails": {
      const { message } = expectation;
      return `a build that fails${message === null ? "" : ` with ${plainLine(message)}`}`;
    }
    case "hangs":
      return expectation.who === "machine" ? "a hang" : "a hang, of the reproducer at least";
    case "message":
      return `${plainLine(expectation.pattern)} is ${expectation.is}`;
    case "test":
      return `the test ${plainLine(expectation.name)} is ${expectation.is}`;
    case "number":
      return `${plainLine(expectation.pattern)} is ${limitWords(expectation)}`;
    case "boot-time":
      return `the boot takes ${limitWords(expectation)}`;
    default:
      return expectation satisfies never;
  }
}

function limitWords({
  worse,
  threshold,
}: {
  readonly worse: NumberLimit["worse"];
  readonly threshold?: number | undefined;
}): string {
  if (threshold !== undefined) return limitTitle({ worse, threshold });
  return worse === "higher" ? "more than before" : "less than before";
}
