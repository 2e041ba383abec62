import { Failure } from "../../failure/failure.ts";
import { hasPassword, type MailServer, mailServerOf } from "../../mail/server.ts";

/**
 * The mail server of `--smtp`, or of FIRSTBAD_SMTP, with the password of FIRSTBAD_SMTP_PASSWORD. Throws `smtp-invalid`,
 * also for a password on the command line, and `mail-incomplete` where no server is named.
 */
export function serverFor(flag: string | undefined, env: NodeJS.ProcessEnv): MailServer {
  if (flag !== undefined && hasPassword(flag)) {
    throw new Failure("smtp-invalid", "--smtp has a password, which every user here could read", {
      hint: "put it into FIRSTBAD_SMTP_PASSWORD, or the whole of it into FIRSTBAD_SMTP",
    });
  }
  const url = flag ?? env.FIRSTBAD_SMTP;
  if (url) return mailServerOf(url, env.FIRSTBAD_SMTP_PASSWORD);
  throw new Failure("mail-incomplete", "no mail server is named", {
    hint: "--smtp smtp://HOST:PORT, or FIRSTBAD_SMTP; or --to-file FILE, and send that",
  });
}
