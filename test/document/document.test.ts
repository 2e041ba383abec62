import { createHash } from "node:crypto";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { documentOf } from "../../src/document/document.ts";
import { givenOf } from "../../src/document/given.ts";
import { pageOf } from "../../src/document/html.ts";
import { markdownOf } from "../../src/document/markdown.ts";
import type { BisectionEvent } from "../../src/event/index.ts";
import { readFileJournal } from "../../src/journal/file-journal.ts";
import { resultOf, showText } from "../../src/report/index.ts";
import { viewOf } from "../../src/view/view.ts";
import { beginStory, goOn } from "../bisection/drive-story.ts";
import { longHistory, longKernels } from "../bisection/long-history.ts";
import { anyStory } from "../syzbot/any-story.ts";
import { stories } from "../syzbot/endings.ts";
import { commit, foundStory, Story } from "../syzbot/story.ts";

const making = {
  running: false,
  log: null,
  tool: "0.1.0",
  now: Date.parse("2031-03-04T06:00:00Z"),
};

const bare = (events: readonly BisectionEvent[], culprit = "") => ({
  view: viewOf(events, { running: false, now: making.now }),
  overlap: null,
  consoles:
    culprit === "" ? [] : [{ run: "0123#0", what: culprit, text: culprit, before: 1, after: 0 }],
  consolesLeftOut: 0,
  commands: [{ what: "the change", text: "git show 0123" }],
  at: "2031-03-04T06:00:00.000Z",
  tool: "0.1.0",
});

/** Text that would be markup, a link, a script, or the end of an attribute. */
const nasty = `</style><script>alert(1)</script>"'><img src=x onerror=alert(1)> \`\`\` | [x](javascript:1) @torvalds #12`;

function hostile(): Story {
  return new Story()
    .start({ crashes: { hash: commit("crashing"), name: nasty, subject: nasty } })
    .test("reproduce", "crashing", "xx", { label: nasty })
    .add({
      kind: "bug-identified",
      title: nasty,
      titles: [nasty],
      kinds: [],
      stacks: [],
      crashed: 2,
      of: 2,
    })
    .test("search", "broken", "", { broken: [nasty] })
    .test("search", "culprit", "x.")
    .describe("culprit", {
      subject: nasty,
      message: `${nasty}\n\n${nasty}\n`,
      author: { name: nasty, email: nasty },
      diffstat: [nasty],
      recipients: { to: [nasty], cc: [nasty] },
    })
    .symbolize("culprit", `BUG: ${nasty}\n${nasty}\n`, nasty)
    .check("culprit-crashes", "passed", { crashed: 1, of: 2, why: nasty })
    .conclude("found", { culprit: commit("culprit"), confidence: 0.99, why: nasty });
}

/** Tags of a page, without those of its one sheet. */
const tagsOf = (page: string) =>
  page.replace(/<style>.*<\/style>/s, "").match(/<[a-z!/][^>]*>/gi) ?? [];

describe("a page", () => {
  test("has no script, nothing that is fetched, and a policy that says so", async () => {
    const page = await pageOf(bare(foundStory().events, "x"));
    const style = /<style>(.*)<\/style>/s.exec(page)?.[1] ?? "";
    const digest = createHash("sha256").update(style).digest("base64");
    expect(page).toContain(`default-src 'none'; style-src 'sha256-${digest}'`);
    expect(style).not.toMatch(/@import|url\(/);
    for (const tag of tagsOf(page)) {
      expect(tag).not.toMatch(/^<(?:script|link|img|iframe|object|embed|base|form)\b/i);
      expect(tag).not.toMatch(/\s(?:on\w+|style|src)=/i);
      expect(tag).not.toMatch(/\shref="(?!#)/i);
    }
    for (const [, place] of page.matchAll(/\shref="#([^"]*)"/g)) {
      expect(page).toContain(`id="${place}"`);
    }
    expect(page.length).toBeLessThan(200_000);
  });

  test("takes what kernels and commits say for text", async () => {
    const page = await pageOf(bare(hostile().events, nasty));
    expect(page).not.toContain("<script");
    expect(page).not.toContain("<img");
    expect(page.match(/<\/style>/g)).toHaveLength(1);
    expect(page).toContain("&lt;/style>&lt;script>alert(1)&lt;/script>");
    for (const tag of tagsOf(page)) expect(tag).not.toMatch(/\s(?:onerror|src)=/);
  });

  it("is made of any bisection", async () => {
    await fc.assert(
      fc.asyncProperty(anyStory(), async ({ events }) => {
        const page = await pageOf(bare(events));
        expect(page).toMatch(/<\/html>\n$/);
        expect(page).not.toMatch(/undefined|NaN|\[object/);
      }),
      { numRuns: 25 },
    );
  });
});

describe("Markdown", () => {
  test.each(["found", "ties", "two-at-once", "stopped"])("of %s", async (name) => {
    const text = markdownOf(bare(stories[name]!().events));
    await expect(text).toMatchFileSnapshot(`markdown/${name}.md`);
  });

  test("takes what kernels and commits say for text", () => {
    const text = markdownOf(bare(hostile().events));
    const prose = withoutCode(text);
    expect(prose).not.toMatch(/(?<!\\)<(?!!-- -->)/);
    expect(prose).not.toMatch(/[@#]\w/);
    expect(prose).not.toMatch(/(?<!\\)\[/);
    for (const line of text.split("\n")) {
      if (!line.startsWith("| ")) continue;
      const columns = line.replace(/\\\|/g, "").split("|").length;
      expect([6, 8]).toContain(columns);
    }
  });
});

/** Markdown without blocks and spans of code, as CommonMark finds them. */
function withoutCode(text: string): string {
  const blocks = text.replace(/^(`{3,})\w*\n.*?\n\1$/gms, "");
  return blocks.replace(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/gs, "");
}

describe("a document of a folder", () => {
  const story = {
    history: longHistory,
    crashes: "n119",
    clean: "n0",
    policy: "adaptive",
    script: {
      ...longKernels("n63"),
      report: (title: string) => `BUG: ${title}\n eat_0+0x1/0x2 n40.c:1\n eat_1+0x1/0x2 n63.c:1\n`,
    },
  };

  async function told() {
    const folder = await beginStory(story);
    await goOn(story, folder);
    return { folder, events: await readFileJournal(folder) };
  }

  test("has the stack beside the diff, the whole belief, and the consoles that matter", async () => {
    const { folder, events } = await told();
    const crash = viewOf(events, making).crash!;
    await mkdir(join(folder, "consoles"), { recursive: true });
    const lines = Array.from({ length: 500 }, (_, n) => `\u001b[32mline ${n}\u001b[0m`).join("\n");
    const panic = "BUG: kernel NULL pointer dereference, address: 08\nRIP: 0010:eat_1+0x1/0x2\n";
    const text = `${lines}\nfirstbad: reproducer started\n${panic}`;
    await writeFile(join(folder, "consoles", `${crash.run.replace("#", "-")}.txt`), text);
    const given = await givenOf(folder, events, making);
    expect(given.overlap?.report.filter(({ touched }) => touched)).toMatchObject([
      { frame: { file: "n63.c", line: 1 } },
    ]);
    const spread = given.view.strip?.spread ?? [];
    expect(spread).toHaveLength(Math.min(240, given.view.strip!.commits));
    expect(Math.max(...spread)).toBeGreaterThan(0.98);
    expect(given.consoles).toHaveLength(1);
    expect(given.consoles[0]).toMatchObject({ run: crash.run, what: "the crash", before: 441 });
    expect(given.consoles[0]?.text).toMatch(/^line 441\nline 442\n/);
    const all = await givenOf(folder, events, { ...making, consoles: true });
    expect(all.consoles[0]?.text).toMatch(/^line 0\n/);
  });

  test("is the same text and object that `show` prints, and more", async () => {
    const { folder, events } = await told();
    const text = await documentOf("text", folder, events, making);
    const shown = showText(events, { log: null, running: false, suspicion: null });
    expect(text.startsWith(shown.slice(0, 200))).toBe(true);
    expect(text).toMatch(/\nevidence\n {2}commit +is +crashed +signature/);
    const { suspects, ...result } = JSON.parse(await documentOf("json", folder, events, making));
    expect({ ...result, suspects: null }).toEqual(resultOf(events, { log: null, suspicion: null }));
    expect(suspects).not.toBeNull();
  });

  test("is made without a graph, a repository and consoles", async () => {
    const folder = await mkdtemp(join(tmpdir(), "firstbad-document-"));
    const { events } = foundStory();
    const page = await documentOf("html", folder, events, making);
    expect(page).toContain("pond_drain");
    expect(await documentOf("markdown", folder, events, making)).toContain("## Checks");
  });
});
