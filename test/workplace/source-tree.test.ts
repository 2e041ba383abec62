import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openRepository } from "../../src/history/repository.ts";
import { SourceTree } from "../../src/workplace/source-tree.ts";
import { git, madeFolder, madeRepository } from "../history/made-repository.ts";

test("a tree of a partial clone that lacks its files says how to get them", async () => {
  const folder = madeRepository();
  writeFileSync(join(folder, "a.c"), "one\n");
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message", "one");
  git(folder, "config", "uploadpack.allowFilter", "true");
  const clone = join(madeFolder(), "clone");
  git(folder, "clone", "--quiet", "--filter=blob:none", "--no-checkout", `file://${folder}`, clone);
  const tree = new SourceTree(madeFolder());
  await tree.open(await openRepository(clone), undefined);
  const commit = git(folder, "rev-parse", "HEAD");
  await expect(tree.checkout(commit, false, undefined)).rejects.toMatchObject({
    code: "history-missing",
    hint: expect.stringContaining(`git -C ${clone} fetch --refetch --no-filter origin`),
  });
});
