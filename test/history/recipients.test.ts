import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { maintainersOf } from "../../src/history/maintainers.ts";
import { mergeRecipients, parseMaintainers, recipientsOf } from "../../src/history/recipients.ts";
import { madeFolder } from "./made-repository.ts";

describe("recipientsOf", () => {
  const of = (...lines: string[]) =>
    recipientsOf({ author: { email: "Author@Example.com" }, message: lines.join("\n") });

  it("are the author and those who signed, reviewed, acked and tested", () => {
    expect(
      of(
        "net: count the packets",
        "",
        "Signed-off-by: Ann Signer <Ann@Example.com>",
        "Reviewed-by: <rev@example.com>",
        "ACKED-BY: ack@example.com",
        "Tested-by: Tess <tess@example.com> # on two machines",
        "Reported-and-tested-by: Bob <bob@example.com>",
        "Suggested-and-Reviewed-by: Sue <sue@example.com>",
        "Signed-off-by: Ann Signer <ann@example.com>",
      ),
    ).toEqual({
      to: [
        "ack@example.com",
        "ann@example.com",
        "author@example.com",
        "bob@example.com",
        "rev@example.com",
        "sue@example.com",
        "tess@example.com",
      ],
      cc: [],
    });
  });

  it.each([
    ["somebody in copy", "Cc: X <x@example.com>"],
    ["who only reported it", "Reported-by: X <x@example.com>"],
    ["the list of the stable trees", "Signed-off-by: stable@vger.kernel.org"],
    ["a quoted trailer", "  Acked-by: X <x@example.com>"],
    ["a sentence", "It was Acked-by: X <x@example.com>"],
    ["an address that is none", "Acked-by: X <x at example>"],
    ["a header in an address", "Acked-by: x@example.com,bcc:y@example.com"],
    ["two addresses", "Acked-by: a@example.com b@example.com"],
    ["nobody", "Acked-by:"],
  ])("are not %s", (_, line) => {
    expect(of("subject", "", line)).toEqual({ to: ["author@example.com"], cc: [] });
  });

  it("does not take the subject for a trailer", () => {
    expect(of("Acked-by: x@example.com").to).toEqual(["author@example.com"]);
  });

  it("is quick with a message made to be slow", () => {
    const line = `${"a-and-".repeat(100_000)}: ${"<".repeat(100_000)}${" ".repeat(100_000)}`;
    expect(of("subject", line, line).to).toEqual(["author@example.com"]);
  });
});

describe("parseMaintainers", () => {
  it("puts maintainers, supporters and lists first and the others in copy", () => {
    const text = [
      "Ann Keeper <Ann@example.com> (maintainer:NETWORK (ALL OF IT))",
      '"Bob (at Work)" <bob@example.com> (supporter:NETWORK)',
      "Rea Viewer <rea@example.com> (reviewer:NETWORK)",
      "Odd <odd@example.com> (odd fixer:THING,maintainer:OTHER)",
      "net@lists.example.com (open list:NETWORK (IPV4, IPV6)...)",
      "closed@lists.example.com (moderated list:NETWORK)",
      "linux-kernel@vger.kernel.org (open list)",
      "perl: warning: something (else)",
      "no address at all",
      "",
    ].join("\n");
    expect(parseMaintainers(text)).toEqual({
      to: [
        "ann@example.com",
        "bob@example.com",
        "closed@lists.example.com",
        "net@lists.example.com",
      ],
      cc: ["linux-kernel@vger.kernel.org", "odd@example.com", "rea@example.com"],
    });
  });

  it("tells the general list first where there is no other", () => {
    expect(
      parseMaintainers("a@b.example (maintainer:X)\nlinux-kernel@vger.kernel.org (open list)\n"),
    ).toEqual({ to: ["a@b.example", "linux-kernel@vger.kernel.org"], cc: [] });
  });
});

describe("mergeRecipients", () => {
  it("names everybody once, first where one list says so", () => {
    expect(
      mergeRecipients(
        { to: ["b@x.example", "a@x.example"], cc: [] },
        { to: ["a@x.example"], cc: ["b@x.example", "c@x.example"] },
      ),
    ).toEqual({ to: ["a@x.example", "b@x.example"], cc: ["c@x.example"] });
  });
});

describe("maintainersOf", () => {
  /** A tree whose script has this text. */
  const treeWith = (script: string): string => {
    const folder = madeFolder();
    mkdirSync(join(folder, "scripts"));
    writeFileSync(join(folder, "scripts/get_maintainer.pl"), script);
    chmodSync(folder, 0o755);
    return folder;
  };
  const ask = (treeFolder: string) =>
    maintainersOf({ treeFolder, patch: Buffer.from("diff --git a/x.c b/x.c\n") });

  it("asks the tree's own script, which sees the patch and the tree", async () => {
    const tree = treeWith(
      'my $patch = <STDIN>; open(my $f, "<", "MAINTAINERS") or die; my $who = <$f>; chomp $who;' +
        'print "$who (maintainer:X)\\n" if $patch =~ /x\\.c/ and grep { $_ eq "--roles" } @ARGV;',
    );
    writeFileSync(join(tree, "MAINTAINERS"), "Keeper <keeper@example.com>\n");
    expect(await ask(tree)).toEqual({ to: ["keeper@example.com"], cc: [] });
  });

  it("lets the script change nothing and see nothing else", async () => {
    const secret = join(madeFolder(), "secret");
    writeFileSync(secret, "here");
    const tree = treeWith(
      `print "saw\\@x.example (reviewer:X)\\n" if -e "${secret}";` +
        'print "wrote\\@x.example (reviewer:X)\\n" if open(my $f, ">", "proof");' +
        'print "ran\\@x.example (reviewer:X)\\n";',
    );
    expect(await ask(tree)).toEqual({ to: [], cc: ["ran@x.example"] });
  });

  it.each([
    ["fails", "exit 3;"],
    ["is no perl", "{{{"],
  ])("learns nothing from a script that %s", async (_, script) => {
    expect(await ask(treeWith(script))).toBeNull();
  });

  it("learns nothing where there is no script", async () => {
    expect(await ask(madeFolder())).toBeNull();
  });

  it("stops when it is told to", async () => {
    const question = { treeFolder: treeWith("sleep 60;"), patch: Buffer.alloc(0) };
    const asked = maintainersOf({ ...question, signal: AbortSignal.timeout(300) });
    await expect(asked).rejects.toMatchObject({ code: "interrupted" });
  });
});
