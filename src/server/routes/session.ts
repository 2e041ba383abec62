import { z } from "zod";
import { type App, addAddress } from "../http/address.ts";
import type { Gate } from "../security/gate.ts";
import { type Caller, roles, suffices } from "../security/role.ts";

/** What the pages offer, by the role that it needs. */
const words = [
  ["submit", "submit"],
  ["steer", "submit"],
  ["judge", "submit"],
  ["mail", "admin"],
] as const;

const sessionAnswer = z.object({
  role: z.enum(roles).nullable(),
  name: z.string(),
  /** Among `submit`, `steer`, `judge`, `mail`, `sign-out`. */
  may: z.array(z.string()),
  server: z.object({
    name: z.string(),
    version: z.string(),
    mail: z.boolean(),
    /** Whether jobs may bisect programs. */
    programs: z.boolean(),
  }),
});

/** Who asks and what they may do; signing in and out. */
export function addSession(
  app: App,
  { gate, server }: { gate: Gate; server: z.infer<typeof sessionAnswer>["server"] },
): void {
  const answerTo = (caller: Caller): z.infer<typeof sessionAnswer> => {
    const { name, role } = caller;
    const may: string[] = words
      .filter(([word, needed]) => suffices(role, needed) && (word !== "mail" || server.mail))
      .map(([word]) => word);
    return { role, name, may: gate.asksForTokens ? [...may, "sign-out"] : may, server };
  };
  const address = { path: "/api/session", answer: sessionAnswer } as const;
  addAddress(
    app,
    { ...address, method: "get", role: "read", summary: "Who asks, and what they may do." },
    ({ caller }) => answerTo(caller),
  );
  addAddress(
    app,
    {
      ...address,
      method: "post",
      role: null,
      summary: "Signs a browser in with a token: a cookie that no script can read.",
      body: z.object({ token: z.string().max(200) }),
    },
    async ({ body: { token }, request }) => {
      const { caller, cookie } = await gate.signIn(token, request);
      return Response.json(answerTo(caller), {
        headers: { "set-cookie": cookie, "cache-control": "no-store" },
      });
    },
  );
  const out = ({ request }: { readonly request: Request }) =>
    Response.json({}, { headers: { "set-cookie": gate.signOut(request) } });
  const ending = { role: null, summary: "Signs the browser out.", answer: z.object({}) } as const;
  addAddress(app, { ...ending, method: "delete", path: "/api/session" }, out);
  addAddress(app, { ...ending, method: "post", path: "/api/session/end", body: z.object({}) }, out);
}
