import { z } from "zod";
import { Failure } from "../../failure/failure.ts";
import { personText } from "../../report/index.ts";
import { draftOf } from "../../session/mail/draft.ts";
import { culpritToTell, refuseTwice } from "../../session/mail/may-be-mailed.ts";
import { complete, sendResult } from "../../session/mail/send-result.ts";
import { serverFor } from "../../session/mail/server.ts";
import { summaryOf } from "../../syzbot/index.ts";
import type { Home } from "../home/home.ts";
import { type App, addAddress } from "../http/address.ts";
import { idOf } from "./params.ts";

const mailAnswer = z.object({
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
  body: z.string(),
  to: z.array(z.string()),
  cc: z.array(z.string()),
  /** Whether it can be sent now, and why not. */
  mayMail: z.boolean(),
  why: z.string().nullable(),
});

/** The mail about a result: seen by everybody, sent by those who may. */
export function addMail(
  app: App,
  given: { readonly home: Home; readonly cache: string; readonly tool: string },
): void {
  const { home, cache, tool } = given;
  const path = "/api/bisections/{id}/mail";
  const writing = { flags: {}, env: process.env, cache, tool };
  addAddress(
    app,
    {
      ...{ method: "get", path, role: "read", params: idOf, answer: mailAnswer },
      summary: "The mail about the result, as its readers will see it.",
    },
    async ({ params: { id } }): Promise<z.infer<typeof mailAnswer>> => {
      const { folder, events } = await home.follow(id);
      const culprit = culpritToTell(events);
      const mail = await draftOf({ ...writing, folder, events, culprit, now: new Date() });
      const [to, cc] = [mail.to.map(personText), mail.cc.map(personText)];
      const headers = [
        ["From", mail.from.address === "" ? "" : personText(mail.from)],
        ["To", to.join(", ")],
        ["Cc", cc.join(", ")],
        ["Subject", mail.subject],
        ["In-Reply-To", mail.inReplyTo ?? ""],
      ].flatMap(([name = "", value = ""]) => (value === "" ? [] : [{ name, value }]));
      const why = whyNot(() => {
        if (!isMailPossible()) serverFor(undefined, process.env);
        refuseTwice(summaryOf(events), culprit, false);
        complete(mail);
      });
      return { headers, body: mail.text, to, cc, mayMail: why === null, why };
    },
  );
  addAddress(
    app,
    {
      ...{ method: "post", path, role: "admin", params: idOf },
      summary: "Sends it, over the mail server that the operator named.",
      body: z.strictObject({ send: z.literal(true) }),
      answer: z.object({
        messageId: z.string(),
        to: z.array(z.string()),
        cc: z.array(z.string()),
        rejected: z.array(z.string()),
      }),
    },
    async ({ params: { id } }) => {
      const followed = await home.follow(id);
      const server = serverFor(undefined, process.env);
      const { draft, ...people } = await sendResult(
        { ...writing, folder: followed.folder },
        server,
      );
      await followed.refresh();
      return { messageId: draft.messageId, ...people };
    },
  );
}

/** Whether a mail server is named. */
export function isMailPossible(): boolean {
  return Boolean(process.env.FIRSTBAD_SMTP);
}

function whyNot(check: () => void): string | null {
  try {
    check();
    return null;
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}
