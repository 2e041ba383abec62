import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readFileJournal } from "../../src/journal/file-journal.ts";
import { listEntryOf, showText } from "../../src/report/index.ts";
import { culpritToTell } from "../../src/session/mail/may-be-mailed.ts";
import { serverFor } from "../../src/session/mail/server.ts";
import { beginStory, goOn, type Story } from "../bisection/drive-story.ts";
import { history, kernelsWith } from "../bisection/kernels.ts";
import { openPostbox, type Postbox } from "../mail/postbox.ts";
import { type Ended, firstbadWith } from "./firstbad.ts";

let home: string;
let folder: string;
let postbox: Postbox;

const story = (script = kernelsWith("a6")): Story => ({
  ...{ history, crashes: "a9", clean: "a0", script },
});

async function told(given: Story): Promise<string> {
  const begun = await beginStory(given, join(home, "bisections"));
  await goOn(given, begun);
  return begun;
}

function firstbad(words: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const { FIRSTBAD_SMTP, FIRSTBAD_MAIL_FROM, XDG_CONFIG_HOME, ...rest } = process.env;
  return firstbadWith({ ...rest, HOME: home, FIRSTBAD_HOME: home, ...more }, home, words);
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "firstbad-mail-"));
  await writeFile(join(home, ".gitconfig"), "[user]\n\tname = Rana\n\temail = rana@pond.example\n");
  folder = await told(story());
  postbox = await openPostbox();
});
afterAll(() => postbox.close());

const mailed = async () =>
  (await readFileJournal(folder)).filter((event) => event.kind === "mailed");

describe("firstbad mail", () => {
  test("shows the mail, and does nothing else", async () => {
    const before = await readFile(join(folder, "events.ndjson"), "utf8");
    const { code, stdout } = await firstbad(["mail", "last"]);
    expect(code).toBe(0);
    expect(stdout).toContain("From: Rana <rana@pond.example>\n");
    expect(stdout).toContain(`\n#regzbot introduced: ${history.hash("a6")}\n`);
    expect(stdout).toContain("\nAttached: config, ");
    expect(await readFile(join(folder, "events.ndjson"), "utf8")).toBe(before);
    expect(postbox.got).toEqual([]);
  });

  test("writes it as it would be sent, and from somebody alone", async () => {
    const file = join(home, "culprit.eml");
    const words = ["mail", "last", "--to-file", file];
    const nobody = await firstbad(words, { HOME: "/nowhere" });
    expect(nobody.stderr).toContain("(mail-incomplete: ");
    const { code, stdout } = await firstbad(words);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    const raw = await readFile(file, "utf8");
    expect(raw).toMatch(/^From: Rana <rana@pond\.example>\nTo: /);
    expect(raw).toMatch(/\nMessage-ID: <[0-9a-z-]+\.[0-9a-f]{12}\.1@pond\.example>\n/);
    expect(await mailed()).toEqual([]);
  });

  test("sends it once, to those whom the server takes, and keeps that", async () => {
    const flags = ["--to", "Héron <heron@pond.example>", "--cc", "nobody@pond.example"];
    const send = ["mail", "last", "--send", ...flags];
    const first = await firstbad(send, { FIRSTBAD_SMTP: postbox.url });
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^<.*> sent to heron@pond\.example\n$/);
    expect(first.stderr).toContain("did not take it for nobody@pond.example");
    expect(postbox.got).toHaveLength(1);
    expect(postbox.got[0]).toContain("\r\nTo: =?UTF-8?Q?H=C3=A9ron?= <heron@pond.example>\r\n");
    const [event] = await mailed();
    const culprit = history.hash("a6");
    expect(event).toMatchObject({ culprit, to: ["heron@pond.example"], cc: [] });
    expect(postbox.got[0]).toContain(`\r\nMessage-ID: ${event?.messageId}\r\n`);

    const second = await firstbad(send, { FIRSTBAD_SMTP: postbox.url });
    expect(second.code).toBe(1);
    expect(second.stderr).toContain("(mail-sent-already: ");
    expect(postbox.got).toHaveLength(1);

    const third = await firstbad([...send, "--again"], { FIRSTBAD_SMTP: postbox.url });
    expect(third.code).toBe(0);
    expect(postbox.got[1]).toContain(`\r\nIn-Reply-To: ${event?.messageId}\r\n`);
    expect(await mailed()).toHaveLength(2);

    const events = await readFileJournal(folder);
    const around = { log: null, running: false, suspicion: null };
    expect(showText(events, around)).toContain(`to 1 recipient, ${event?.messageId}\n`);
    expect(listEntryOf(events, false).what).toMatch(/, mailed$/);
  }, 180_000);
});

describe("the mail server", () => {
  test.each([
    [undefined, {}, "mail-incomplete"],
    ["smtp://me:secret@pond.example", {}, "smtp-invalid"],
    ["http://pond.example", {}, "smtp-invalid"],
    [undefined, { FIRSTBAD_SMTP: "pond.example:25" }, "smtp-invalid"],
  ])("%s with %j is %s", (flag, env, code) => {
    const refused = expect.objectContaining({
      code,
      message: expect.not.stringContaining("secret"),
    });
    expect(() => serverFor(flag, env)).toThrow(refused);
  });

  test("has its password from the environment", () => {
    const env = { FIRSTBAD_SMTP: "smtps://me@pond.example", FIRSTBAD_SMTP_PASSWORD: "secret" };
    expect(serverFor(undefined, env).login).toEqual({ user: "me", password: "secret" });
    expect(serverFor("smtp://127.0.0.1", env)).toMatchObject({ host: "127.0.0.1", login: null });
  });
});

describe("nobody is told of a result", () => {
  const refused = expect.objectContaining({ code: "mail-refused" });

  test("that was judged wrong", async () => {
    const events = (await readFileJournal(folder)).filter(({ kind }) => kind !== "mailed");
    expect(culpritToTell(events)).toBe(history.hash("a6"));
    const conclusion = events.findLastIndex(({ kind }) => kind === "concluded");
    const judged = {
      kind: "judged",
      conclusion,
      verdict: "wrong",
      commit: null,
      why: null,
    } as const;
    const envelope = { version: 1, seq: events.length, at: "2031-03-04T05:06:07.000Z" } as const;
    expect(() => culpritToTell([...events, { ...envelope, ...judged }])).toThrow(refused);
  });

  test.each([
    ["parent-clean", "unknown"],
    ["parent-clean", "failed"],
    ["signatures-differ", "failed"],
  ] as const)("whose check %s is %s, whatever the end is called", async (check, result) => {
    const events = (await readFileJournal(folder)).map((event) =>
      event.kind === "checked" && event.check === check ? { ...event, result } : event,
    );
    expect(() => culpritToTell(events)).toThrow(refused);
  });

  test("that is a set of commits, or none yet", async () => {
    // The parent of the culprit, and what is below it, does not build.
    const ties = await told(story(kernelsWith("a4", { broken: ["a3", "a2"] })));
    const begun = await beginStory(story(), join(home, "bisections"));
    for (const each of [ties, begun]) {
      const events = await readFileJournal(each);
      expect(() => culpritToTell(events)).toThrow(refused);
    }
  });
});
