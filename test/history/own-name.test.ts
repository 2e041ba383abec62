import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { namedPeople, personIn } from "../../src/history/named-people.ts";
import { ownName } from "../../src/history/own-name.ts";

describe("who the user is to git", () => {
  test("stands in their own settings, and what these include", async () => {
    const home = await mkdtemp(join(tmpdir(), "firstbad-own-name-"));
    expect(await ownName({ HOME: home })).toBeNull();
    await mkdir(join(home, ".config/git"), { recursive: true });
    await writeFile(join(home, ".config/git/config"), "[user]\n\temail = other@pond.example\n");
    expect(await ownName({ HOME: home })).toEqual({ name: "", address: "other@pond.example" });
    await writeFile(join(home, ".gitconfig"), "[include]\n\tpath = me\n[user]\n\tname = Zoë\n");
    await writeFile(join(home, "me"), "[user]\n\temail = Zoe@Pond.example\n");
    expect(await ownName({ HOME: home })).toEqual({ name: "Zoë", address: "zoe@pond.example" });
  });

  test("is nobody without a home", async () => {
    expect(await ownName({})).toBeNull();
  });
});

describe("the people of a commit", () => {
  test("by their addresses, the author first", () => {
    const message = [
      "pond: dig",
      "",
      "Reported-by: F. Rog <frog@pond.example>",
      "Signed-off-by: Ann Heron (Pond Ltd) <HERON@pond.example>",
      'Cc: "Toad, B." <toad@pond.example>',
      "Cc: stable@vger.kernel.org",
    ].join("\n");
    const author = { name: "A. Heron", email: "heron@pond.example" };
    expect(Object.fromEntries(namedPeople({ author, message }))).toEqual({
      "heron@pond.example": "A. Heron",
      "frog@pond.example": "F. Rog",
      "toad@pond.example": "Toad, B.",
    });
  });

  test.each([
    ["a\u0000b\nBcc: x <c@d.example>", { name: "a b Bcc: x", address: "c@d.example" }],
    ["c@d.example", { name: "", address: "c@d.example" }],
    ["c@d.example\nBcc: e@f.example", null],
    ["nobody", null],
  ])("%j is %j", (text, person) => {
    expect(personIn(text)).toEqual(person);
  });
});
