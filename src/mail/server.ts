import { Failure } from "../failure/failure.ts";

/** A mail server and how it is talked to. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte on; else STARTTLS, as far as the server offers it. */
  readonly secure: boolean;
  /** Who logs in; null: nobody. */
  readonly login: { readonly user: string; readonly password: string } | null;
}

const usualPorts = { "smtp:": 587, "smtps:": 465 } as const;

/**
 * The server that `url` names: `smtp://[USER[:PASSWORD]@]HOST[:PORT]`, or `smtps:` for TLS from the first byte on;
 * `password` goes over the one in it. Throws `smtp-invalid`, in which no password stands.
 */
export function mailServerOf(url: string, password: string | undefined): MailServer {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const protocol = parsed?.protocol ?? "";
  if (parsed === null || !isKnown(protocol) || parsed.hostname === "") throw invalid();
  const user = decoded(parsed.username);
  const given = password ?? decoded(parsed.password);
  return {
    host: parsed.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: parsed.port === "" ? usualPorts[protocol] : Number(parsed.port),
    secure: protocol === "smtps:",
    login: user === "" ? null : { user, password: given },
  };
}

/** Whether a password stands in `url`, where other users of this machine could read it. */
export function hasPassword(url: string): boolean {
  return URL.canParse(url) && new URL(url).password !== "";
}

function isKnown(protocol: string): protocol is keyof typeof usualPorts {
  return Object.hasOwn(usualPorts, protocol);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid();
  }
}

function invalid(): Failure {
  return new Failure("smtp-invalid", "the mail server is no smtp://HOST[:PORT] nor smtps://", {
    hint: "smtp://USER@HOST:587, with the password in FIRSTBAD_SMTP_PASSWORD; `%40` stands for `@`",
  });
}
