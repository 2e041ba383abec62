import { test } from "vitest";
import { expectNoOtherNamed, expectSameWhereverCut } from "../bisection/mended.ts";

test("a repair that is cut off after any event goes on to the same end and repeats nothing", () =>
  expectSameWhereverCut(1));

test("in many histories, whatever is broken and mended by whom, no other commit is named", () =>
  expectNoOtherNamed(60));
