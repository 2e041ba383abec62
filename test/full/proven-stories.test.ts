import { test } from "vitest";
import { expectSameProof, provenStories } from "../bisection/proof-cut.ts";

test.each(Object.entries(provenStories))(
  "a search %s ends the same wherever it is cut off",
  (_, story) => expectSameProof(story(), 1),
  1_800_000,
);
