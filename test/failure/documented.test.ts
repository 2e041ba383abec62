import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { failureCodes } from "../../src/failure/failure.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/errors.md"), "utf8");
const documented = Array.from(page.matchAll(/^### ([a-z-]+)$/gm), ([, code]) => code);

test("every code has its anchor in docs/errors.md, and no other has", () => {
  expect(documented.toSorted()).toEqual(Object.keys(failureCodes).toSorted());
});
