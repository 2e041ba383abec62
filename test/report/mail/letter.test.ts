import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { addresseesOf, letterOf, previewText } from "../../../src/report/index.ts";
import { crashExcerpt } from "../../../src/report/mail/crash-excerpt.ts";
import type { LetterFacts } from "../../../src/report/mail/letter.ts";
import { commit, Story } from "../../syzbot/story.ts";
import { useAfterFree, warning } from "./reports.ts";

const facts: LetterFacts = {
  reportedBy: "Rana Temporaria <rana@pond.example>",
  closes: "https://lore.kernel.org/r/pond-1.8e2b.1@pond.example",
  isReply: false,
  files: [
    { what: "kernel config", how: "attached as config.gz" },
    { what: "reproducer", how: "attached as repro.c" },
    { what: "full report", how: "attached as report.txt" },
  ],
  tool: "0.1.0",
};

const subject = "pond: drop a reference that nobody needs any more";

function story(report = useAfterFree, title = subject): Story {
  return new Story()
    .start({
      clean: { hash: commit("clean"), name: "v6.1" },
      crashes: { hash: commit("crashing"), name: "v6.2-rc1", subject: "Linux 6.2-rc1" },
      job: {
        reproducer: { c: "repro.c", seconds: 30 },
        machine: { type: "uml", memory: 128 * 1024 ** 2, cmdline: "panic_on_warn=1" },
      },
    })
    .test("reproduce", "crashing", "xxxx")
    .bug()
    .test("clean-end", "clean", "....", { label: "v6.1" })
    .range("crashing", "clean")
    .test("search", "culprit", "xx.x")
    .test("parent", "parent of culprit", "............")
    .describe("culprit", {
      subject: title,
      diffstat: [],
      recipients: { to: ["heron@pond.example"], cc: [] },
    })
    .symbolize("culprit", report)
    .check("culprit-crashes", "passed", { crashed: 3, of: 4 })
    .check("parent-clean", "passed", { parent: commit("parent of culprit"), of: 12 })
    .check("signatures-differ", "passed", { parent: commit("parent of culprit") })
    .check("revert-on-culprit", "passed", { of: 12 })
    .check("revert-on-crashing", "unknown", { why: "it does not revert, as a patch or three-way" })
    .conclude("found", { culprit: commit("culprit"), confidence: 0.9987 });
}

test("the whole mail, as a maintainer sees it", async () => {
  const letter = letterOf(story().events, facts);
  const people = addresseesOf({
    recipients: {
      to: [{ name: "A. Heron", address: "heron@pond.example" }],
      cc: [{ name: "", address: "linux-ponds@vger.kernel.org" }],
    },
    more: [],
    from: "rana@pond.example",
    isLinux: true,
  });
  const shown = previewText({
    from: { name: "Rana Temporaria", address: "rana@pond.example" },
    ...people,
    ...letter,
    inReplyTo: null,
    attachments: [{ name: "config.gz", bytes: new Uint8Array(34_000) }],
  });
  await expect(shown).toMatchFileSnapshot("whole.txt");
});

test("no line is wider than 72 but for the crash and what programs read", () => {
  const { text } = letterOf(story(useAfterFree, "pond: a subject ".repeat(12)).events, facts);
  const wide = text.split("\n").filter((line) => line.length > 72);
  const crash = new Set(crashExcerpt(useAfterFree));
  const tag = /^(?:Fixes|Closes|Reported-by|#regzbot \S+): /;
  expect(wide.filter((line) => !tag.test(line) && !crash.has(line))).toEqual([]);
});

test("the tags have the form that programs of Linux read", () => {
  const { text } = letterOf(story().events, facts);
  const culprit = commit("culprit");
  expect(text).toContain(`\nFixes: ${culprit.slice(0, 12)} ("${subject}")\n`);
  expect(text).toContain(`\n#regzbot introduced: ${culprit}\n`);
});

test("an answer speaks of the mail before it", () => {
  const letter = letterOf(story().events, { ...facts, isReply: true });
  expect(letter.subject).toMatch(/^Re: /);
  expect(letter.text).toContain("\n#regzbot ^introduced: ");
  expect(letter.text).not.toContain("#regzbot title");
});

test("a fix is told of as one", async () => {
  const events = new Story("fix")
    .start({ clean: { hash: commit("head"), name: "v6.3" } })
    .test("reproduce", "crashing", "xx")
    .bug()
    .test("clean-end", "head", "..", { label: "v6.3" })
    .range("head", "crashing")
    .test("search", "culprit", "....")
    .test("parent", "parent of culprit", "xx")
    .describe("culprit", {
      subject: "pond: hold what is drained",
      diffstat: [],
      recipients: { to: ["heron@pond.example"], cc: [] },
    })
    .symbolize("crashing", warning)
    .check("fix-clean", "passed", { of: 4 })
    .check("parent-crashes", "passed", {
      ...{ parent: commit("parent of culprit"), crashed: 2, of: 2 },
    })
    .conclude("found", { culprit: commit("culprit"), confidence: 0.998 }).events;
  const reportedBy = "syzbot+0123456789abcdef@syzkaller.appspotmail.com";
  const letter = letterOf(events, { ...facts, reportedBy });
  await expect(`Subject: ${letter.subject}\n\n${letter.text}`).toMatchFileSnapshot("fix.txt");
});

test("what somebody said by hand is told", () => {
  const said = new Story();
  said.events.push(...story().events);
  const events = said.events.toSpliced(4, 0, {
    ...{ version: 1, seq: 4, at: "2031-03-04T05:06:08.000Z", kind: "overridden" },
    ...{ commits: [commit("middle")], verdict: "before", why: null, source: "user" },
  } as (typeof said.events)[number]);
  expect(letterOf(events, facts).text).toContain("Of 1 commit it was said by hand");
});

describe("the crash in a mail", () => {
  test("of an object's use after its end", () => {
    const lines = crashExcerpt(useAfterFree);
    expect(lines[0]).toMatch(/^BUG: KASAN: slab-use-after-free in pond_drain/);
    expect(lines).toContain(" pond_drain+0x2b/0x60 drivers/pond.c:41");
    expect(lines).toContain("Freed by task 24:");
    expect(lines).toContain(" pond_release+0x9/0x10 drivers/pond.c:71");
    expect(lines.join("\n")).not.toMatch(/kasan_|dump_stack|R13:|Code:|Memory state|<TASK>|====/);
  });

  test("of a warning has what was said with it", () => {
    expect(crashExcerpt(warning)).toEqual([
      "pond: bad state 16",
      "WARNING: CPU: 0 PID: 24 at drivers/pond.c:49 pond_ioctl+0x32b/0x360",
      "CPU: 0 PID: 24 Comm: repro Not tainted 6.2.0-rc1 #1",
      "RIP: 0010:pond_ioctl+0x32b/0x360",
      "Call Trace:",
      " __x64_sys_ioctl+0x681/0xe90",
      " do_syscall_64+0x2f/0x50",
    ]);
  });

  test("of a deep stack is its top", () => {
    const frames = Array.from({ length: 200 }, (_, n) => ` pond_${n}+0x1/0x2`).join("\n");
    const lines = crashExcerpt(`BUG: unable to swim\nCall Trace:\n${frames}\n`);
    expect(lines.at(-1)).toBe(" [...]");
    expect(lines.length).toBeLessThan(20);
  });

  it("is bounded in length, width and time, whatever a kernel printed", () => {
    const line = fc.oneof(
      fc.string({ unit: "binary", maxLength: 900 }),
      fc.constantFrom("Call Trace:", " a+0x1/0x2", "BUG: x", "Freed by task 1:", ""),
      fc.integer({ min: 1, max: 60 }).map((n) => ` ${"0123456789abcdef ".repeat(n)}z`),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 200 }), (lines) => {
        const told = crashExcerpt(lines.join("\n"));
        expect(told.length).toBeLessThanOrEqual(62);
        for (const one of told) expect(one.length).toBeLessThanOrEqual(3200);
        expect(told.join("")).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/);
      }),
    );
    const began = performance.now();
    crashExcerpt(`${"0123456789abcdef".repeat(4000)}z\n`.repeat(4));
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

describe("whom a mail goes to", () => {
  const person = (address: string, name = "") => ({ name, address });
  const given = { more: [], from: null, isLinux: true };

  test("each once, and not to its sender", () => {
    const recipients = {
      to: [person("a@pond.example"), person("me@pond.example")],
      cc: [person("a@pond.example"), person("ponds@vger.kernel.org")],
    };
    const more = [person("ponds@vger.kernel.org"), person("b@pond.example")];
    expect(addresseesOf({ ...given, recipients, more, from: "me@pond.example" })).toEqual({
      to: [person("a@pond.example")],
      cc: ["ponds@vger.kernel.org", "b@pond.example", "regressions@lists.linux.dev"].map((one) =>
        person(one),
      ),
    });
  });

  test("everybody's list is told where no closer one is known; not of other programs", () => {
    const recipients = { to: [person("a@pond.example")], cc: [] };
    expect(addresseesOf({ ...given, recipients }).cc.map(({ address }) => address)).toEqual([
      "linux-kernel@vger.kernel.org",
      "regressions@lists.linux.dev",
    ]);
    expect(addresseesOf({ ...given, recipients, isLinux: false }).cc).toEqual([]);
  });

  test("somebody, where nobody answers for the commit", () => {
    const recipients = { to: [], cc: [] };
    expect(addresseesOf({ ...given, recipients }).to).toHaveLength(2);
  });
});
