import { isIP } from "node:net";
import { Failure } from "../failure/failure.ts";
import type { Mail } from "./mail.ts";
import type { MailServer } from "./server.ts";

/** Seconds for a connection, and for any one answer of the server. */
const patience = 60;

/** Whom the server took a mail for, and whom not, by address. */
export interface Sent {
  readonly accepted: readonly string[];
  readonly rejected: readonly string[];
}

/**
 * Hands `raw`, the composed `mail`, to `server`. A password goes only over TLS, but on this machine itself.
 * Throws `smtp-failed` where it takes the mail for nobody; the message has what it answered, and no password.
 */
export async function send(mail: Mail, raw: Buffer, server: MailServer): Promise<Sent> {
  const { host, port, secure, login } = server;
  // Only now: most sessions send nothing.
  const { createTransport } = await import("nodemailer");
  const transport = createTransport({
    host,
    port,
    secure,
    requireTLS: login !== null && !secure && !isHere(host),
    ...(login && { auth: { user: login.user, pass: login.password } }),
    connectionTimeout: patience * 1000,
    greetingTimeout: patience * 1000,
    socketTimeout: patience * 1000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const all = [...mail.to, ...mail.cc].map(({ address }) => address);
  try {
    const info = await transport.sendMail({
      raw,
      envelope: { from: mail.from.address, to: all },
    });
    const rejected = new Set(info.rejected.map(String));
    return { accepted: all.filter((one) => !rejected.has(one)), rejected: [...rejected] };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new Failure("smtp-failed", `${host}:${port} did not take the mail: ${said}`, {
      facts: { host, port },
      // It may have come through before the connection ended.
      hint: "correct it and call again: the mail keeps its Message-ID, by which it counts once",
    });
  } finally {
    transport.close();
  }
}

function isHere(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}
