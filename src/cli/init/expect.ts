import type { Expect } from "../../job/expect.ts";
import { expectationIn, needsNoReproducer } from "../../job/expectation.ts";
import type { Question } from "./question.ts";

/** The answer that stands for no reproducer. */
export const noReproducer = "none";

/** Whether the bug shows without a reproducer. */
export function mayLackReproducer(expect: Expect | null): boolean {
  return expect !== null && needsNoReproducer(expectationIn(expect));
}

/** Whether nothing is run to see it. */
export function mayLackMachine(expect: Expect | null): boolean {
  return expect?.build !== undefined;
}

/** The question for a reproducer where there may be none, which is the likely answer. */
export function orNone(question: Question): Question {
  return {
    ...question,
    asks: "The reproducer, or `none`",
    find: async () => noReproducer,
    check: async (answer, before) =>
      answer === noReproducer ? { value: answer } : question.check(answer, before),
  };
}
