import fc from "fast-check";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { compose } from "../../src/mail/compose.ts";
import type { Mail } from "../../src/mail/mail.ts";
import { send } from "../../src/mail/send.ts";
import { hasPassword, mailServerOf } from "../../src/mail/server.ts";

const person = (address: string, name = "") => ({ name, address });

const mail: Mail = {
  from: person("rana@pond.example", "Rana Temporaria"),
  to: [person("heron@pond.example", "Zoë Héron"), person("frog@pond.example")],
  cc: [person("ponds@vger.kernel.org")],
  subject: "[bisected] KASAN: use-after-free Read in pond_drain",
  messageId: "<pond-1.8e2b.1@pond.example>",
  inReplyTo: null,
  date: new Date("2031-03-04T05:06:07Z"),
  text: `Hello,\n\nit crashes.\n${"x".repeat(90)} ends here\n.\n-- \nfirstbad\n`,
  attachments: [
    { name: "repro.c", type: "text/plain", bytes: Buffer.from("int main(void) { return 0; }\n") },
    { name: "config.gz", type: "application/gzip", bytes: Buffer.from([31, 139, 8, 0, 255]) },
  ],
};

test("a mail as it is sent", async () => {
  await expect((await compose(mail)).toString()).toMatchFileSnapshot("whole.eml");
});

test("what is no ASCII is readable again", async () => {
  const text = "Zoë says: it crashes, \u2028 and then = it does not\n".repeat(3);
  const bytes = Buffer.from("/* Zoë */\n");
  const attachments = [{ name: "répro.c", type: "text/plain", bytes }];
  const raw = (await compose({ ...mail, text, attachments })).toString();
  expect(raw).toMatch(/^[\t\n\x20-\x7e]*$/);
  const [, body = "", file = ""] = raw.split("Content-Transfer-Encoding: quoted-printable\n");
  expect(decoded(body)).toContain(text);
  expect(decoded(file)).toContain("/* Zoë */\n");
});

/** RFC 2045, 6.7. */
function decoded(text: string): string {
  const bytes = text
    .replaceAll("=\n", "")
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

test("the same mail gives the same bytes", async () => {
  expect(await compose(mail)).toEqual(await compose({ ...mail }));
});

test("an answer names the mail that it answers", async () => {
  const raw = (await compose({ ...mail, inReplyTo: "<report@pond.example>" })).toString();
  expect(raw).toContain("\nIn-Reply-To: <report@pond.example>\n");
  expect(raw).toContain("\nReferences: <report@pond.example>\n");
});

describe("whatever names and subjects contain", () => {
  /** The names of the headers, in order. */
  const headers = (raw: string) =>
    Array.from((raw.split("\n\n", 1)[0] ?? "").matchAll(/^([A-Za-z-]+):/gm), ([, name]) => name);

  it("adds no header, ends none, and takes no address", async () => {
    const usual = headers((await compose(mail)).toString());
    const hostile = fc.oneof(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.constantFrom(
        "x\r\nBcc: a@evil.example",
        "x\nBcc: a@evil.example\n\nbody",
        'a" <a@evil.example>, "b',
        "a@evil.example,",
        "=?UTF-8?Q?=0ABcc:_a@evil.example?=",
        "\u2028Bcc: a@evil.example",
      ),
    );
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (name, subject) => {
        const raw = await compose({
          ...mail,
          subject,
          from: person("rana@pond.example", name),
          to: [person("heron@pond.example", name)],
        });
        const all = headers(raw.toString());
        expect(all.filter((header) => header !== "Subject")).toEqual(
          usual.filter((header) => header !== "Subject"),
        );
        expect(raw.toString().split("\n\n", 1)[0]).not.toMatch(/<a@evil\.example>/);
        expect(raw.toString()).not.toContain("\r");
      }),
    );
  });
});

describe("a server", () => {
  /** What it was given. */
  const got: { from: string; to: string[]; raw: string; user: string | null }[] = [];
  let server: SMTPServer;
  let url: string;

  beforeAll(async () => {
    server = new SMTPServer({
      authOptional: true,
      allowInsecureAuth: true,
      disabledCommands: ["STARTTLS"],
      onAuth({ username = "", password }, _session, done) {
        if (password === "secret water") done(null, { user: username });
        else done(new Error("wrong password"));
      },
      onRcptTo({ address }, _session, done) {
        done(address.startsWith("nobody") ? new Error("no such user") : null);
      },
      onData(stream, session, done) {
        const chunks: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("end", () => {
          const { mailFrom, rcptTo } = session.envelope;
          got.push({
            from: mailFrom === false ? "" : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            raw: Buffer.concat(chunks).toString(),
            user: session.user ? String(session.user) : null,
          });
          done();
        });
      },
    });
    const { port } = await new Promise<{ port: number }>((resolve) => {
      const listening = server.listen(0, "127.0.0.1", () =>
        resolve(listening.address() as { port: number }),
      );
    });
    url = `127.0.0.1:${port}`;
  });
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

  test("gets the very bytes, for everybody once", async () => {
    const raw = await compose(mail);
    const sent = await send(mail, raw, mailServerOf(`smtp://${url}`, undefined));
    const all = ["heron@pond.example", "frog@pond.example", "ponds@vger.kernel.org"];
    expect(sent).toEqual({ accepted: all, rejected: [] });
    expect(got.at(-1)).toMatchObject({ from: "rana@pond.example", to: all, user: null });
    expect(got.at(-1)?.raw.replaceAll("\r\n", "\n").trimEnd()).toBe(raw.toString().trimEnd());
  });

  test("may take it for some", async () => {
    const some = { ...mail, cc: [person("nobody@pond.example")] };
    const sent = await send(some, await compose(some), mailServerOf(`smtp://${url}`, undefined));
    expect(sent.rejected).toEqual(["nobody@pond.example"]);
    expect(sent.accepted).toHaveLength(2);
  });

  test("is logged in to", async () => {
    const own = mailServerOf(`smtp://rana%40pond@${url}`, "secret water");
    await send(mail, await compose(mail), own);
    expect(got.at(-1)?.user).toBe("rana@pond");
  });

  test("that refuses is told of, without the password", async () => {
    const own = mailServerOf(`smtp://rana:muddy%20water@${url}`, undefined);
    const failed = send(mail, await compose(mail), own).catch((error: unknown) => error);
    const failure = (await failed) as Error;
    expect(failure).toMatchObject({ code: "smtp-failed" });
    expect(failure.message).toContain("wrong password");
    expect(JSON.stringify(failure) + failure.message).not.toContain("muddy");
  });

  test("that is not there is told of", async () => {
    const gone = mailServerOf("smtp://127.0.0.1:1", undefined);
    await expect(send(mail, await compose(mail), gone)).rejects.toMatchObject({
      code: "smtp-failed",
    });
  });
});

describe("the name of a server", () => {
  test.each([
    ["smtp://pond.example", { host: "pond.example", port: 587, secure: false, login: null }],
    ["smtps://pond.example", { host: "pond.example", port: 465, secure: true, login: null }],
    ["smtp://[::1]:2525", { host: "::1", port: 2525, secure: false, login: null }],
  ])("%s", (url, server) => {
    expect(mailServerOf(url, undefined)).toEqual(server);
  });

  test("a password beside it goes over the one in it", () => {
    expect(mailServerOf("smtp://a:b@c", "d").login).toEqual({ user: "a", password: "d" });
    expect(hasPassword("smtp://a:b@c")).toBe(true);
    expect(hasPassword("smtp://a@c")).toBe(false);
  });

  test.each(["", "pond.example", "http://pond.example", "smtp://", "smtp://a%ZZ@b", "file:///etc"])(
    "%j is none, and is not repeated",
    (url) => {
      expect(() => mailServerOf(url, "secret")).toThrow(
        expect.objectContaining({ code: "smtp-invalid" }),
      );
    },
  );
});
