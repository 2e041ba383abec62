import { test } from "vitest";
import { expectNoOtherNamed, expectSameWhereverCut } from "./mended.ts";

// After every event, and in many more histories: test/full/mended-stories.test.ts.

test(
  "a repair that is cut off goes on to the same end and repeats nothing",
  () => expectSameWhereverCut(40),
  120_000,
);

test(
  "whatever is broken and mended by whom, no other commit is named, and the builds are bounded",
  () => expectNoOtherNamed(1),
  120_000,
);
