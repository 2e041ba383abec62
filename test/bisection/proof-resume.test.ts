import { test } from "vitest";
import { expectSameProof, provenStories } from "./proof-cut.ts";

// After every event: test/full/proven-stories.test.ts.
test.each(Object.entries(provenStories))(
  "a search %s that is cut off goes on to the same end and repeats nothing",
  (_, story) => expectSameProof(story(), 9),
  180_000,
);
