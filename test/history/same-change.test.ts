import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openRepository } from "../../src/history/repository.ts";
import { traceChange } from "../../src/history/same-change.ts";
import { git, madeRepository } from "./made-repository.ts";

/** Commits a change of one file, on the branch that is checked out; its hash. */
function change(folder: string, file: string, text: string, message: string): string {
  writeFileSync(join(folder, file), text);
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message", message);
  return git(folder, "rev-parse", "HEAD");
}

/** `main` with a base and the change; `stable` at the base, checked out. */
function twoTrees() {
  const folder = madeRepository();
  const base = change(folder, "a.c", "one\ntwo\nthree\n", "base");
  const cause = change(folder, "a.c", "one\n2\nthree\n", "net: count by two");
  change(folder, "b.c", "later\n", "net: later");
  git(folder, "checkout", "--quiet", "-b", "stable", base);
  change(folder, "c.c", "of this tree alone\n", "Linux 6.1.1");
  return { folder, base, cause };
}

async function traced(folder: string, cause: string, ...names: string[]) {
  const repository = await openRepository(folder);
  return traceChange(
    repository,
    cause,
    names.map((name) => git(folder, "rev-parse", name)),
  );
}

describe("a change", () => {
  test("is itself where it is contained, and nowhere in what is older", async () => {
    const { folder, base, cause } = twoTrees();
    expect(await traced(folder, cause, "main", base, "stable")).toEqual([
      { there: { commit: cause, how: "itself" }, revert: null },
      { there: null, revert: null },
      { there: null, revert: null },
    ]);
  });

  test.each([
    ["upstream", (hash: string) => `net: another title\n\ncommit ${hash} upstream.\n\nText.`],
    ["upstream", (hash: string) => `net: another title\n\n[ Upstream commit ${hash} ]\n\nText.`],
    ["picked", (hash: string) => `net: other\n\n(cherry picked from commit ${hash})`],
    ["title", () => "net: count by two"],
  ])("is known in a stable tree by its words: %s", async (how, message) => {
    const { folder, cause } = twoTrees();
    const copy = change(folder, "a.c", "one\nother\nthree\n", message(cause));
    expect(await traced(folder, cause, "stable")).toEqual([
      { there: { commit: copy, how }, revert: null },
    ]);
  });

  test("is known by what it changes, whatever it is called", async () => {
    const { folder, cause } = twoTrees();
    const copy = change(folder, "a.c", "one\n2\nthree\n", "something else");
    expect(await traced(folder, cause, "stable")).toEqual([
      { there: { commit: copy, how: "patch" }, revert: null },
    ]);
  });

  test("is not what only speaks of it, nor what another has called the same", async () => {
    const { folder, cause } = twoTrees();
    change(
      folder,
      "a.c",
      "one\nx\nthree\n",
      `net: mend it\n\nFixes: ${cause.slice(0, 12)} ("net")`,
    );
    writeFileSync(join(folder, "a.c"), "one\ny\nthree\n");
    git(
      folder,
      "-c",
      "user.name=B",
      "commit",
      "--quiet",
      "--all",
      "--author=B <b@example.org>",
      "-m",
      "net: count by two",
    );
    expect(await traced(folder, cause, "stable")).toEqual([{ there: null, revert: null }]);
  });

  test("is told with what took it back, in its own tree and as a copy, unless it was applied again", async () => {
    const { folder, cause } = twoTrees();
    const copy = change(
      folder,
      "a.c",
      "one\n2\nthree\n",
      `net: count by two\n\ncommit ${cause} upstream.`,
    );
    const back = change(
      folder,
      "a.c",
      "one\ntwo\nthree\n",
      `Revert "net: count by two"\n\nThis reverts commit ${copy}.`,
    );
    const first = await traced(folder, cause, "stable");
    expect(first).toEqual([{ there: { commit: copy, how: "upstream" }, revert: back }]);
    const again = change(
      folder,
      "a.c",
      "one\n2\nthree\n",
      `net: count by two\n\ncommit ${cause} upstream.`,
    );
    expect(await traced(folder, cause, "stable")).toEqual([
      { there: { commit: again, how: "upstream" }, revert: null },
    ]);
    git(folder, "checkout", "--quiet", "main");
    const undone = change(
      folder,
      "a.c",
      "one\ntwo\nthree\n",
      `Revert "net: count by two"\n\nThis reverts commit ${cause}.`,
    );
    expect(await traced(folder, cause, "main")).toEqual([
      { there: { commit: cause, how: "itself" }, revert: undone },
    ]);
    change(
      folder,
      "a.c",
      "one\n2\nthree\n",
      `Revert "Revert "net: count by two""\n\nThis reverts commit ${undone}.`,
    );
    expect((await traced(folder, cause, "main"))[0]?.revert).toBeNull();
  });

  test("that a stable tree was bisected to is found upstream", async () => {
    const { folder, cause } = twoTrees();
    const copy = change(folder, "a.c", "one\nQ\nthree\n", `net: q\n\ncommit ${cause} upstream.`);
    expect(await traced(folder, copy, "main")).toEqual([
      { there: { commit: cause, how: "itself" }, revert: null },
    ]);
  });
});
