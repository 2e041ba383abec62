import { appendFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readStoredFile, sha256Of, storeFile } from "../../src/bisection/stored-file.ts";
import { madeFolder } from "../history/made-repository.ts";

it("keeps bytes as they were, and takes them only as they were", async () => {
  const folder = madeFolder();
  const bytes = Buffer.from("a\0b\n");
  const stored = { file: "weights", sha256: sha256Of(bytes) };
  const expected = { what: "the weights", names: /^weights$/ };
  await storeFile(folder, stored.file, bytes);
  expect(readdirSync(folder)).toEqual(["weights"]);
  expect(await readStoredFile(folder, stored, expected)).toEqual(bytes);

  const damaged = { code: "graph-damaged", message: expect.stringContaining(folder) };
  const outside = { ...stored, file: "../weights" };
  await expect(readStoredFile(folder, outside, expected)).rejects.toMatchObject({
    code: "graph-damaged",
    message: expect.stringContaining("no name of such a file"),
  });
  appendFileSync(join(folder, stored.file), "M\0c\0");
  await expect(readStoredFile(folder, stored, expected)).rejects.toMatchObject(damaged);
  rmSync(join(folder, stored.file));
  await expect(readStoredFile(folder, stored, expected)).rejects.toMatchObject(damaged);
});
