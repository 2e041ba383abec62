import { SMTPServer } from "smtp-server";

/** A mail server on this machine that keeps what it is sent. */
export interface Postbox {
  /** As `--smtp` names it. */
  readonly url: string;
  /** The mails as they came, without those that were refused. */
  readonly got: readonly string[];
  /** From now on it takes mails, or takes none from anybody. */
  open(isOpen: boolean): void;
  close(): Promise<void>;
}

/** Opens one. It takes nothing for people whose address begins with `nobody`. */
export async function openPostbox(): Promise<Postbox> {
  const got: string[] = [];
  let takes = true;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    onMailFrom: (_from, _session, done) => done(takes ? null : new Error("shut for today")),
    onRcptTo: ({ address }, _session, done) =>
      done(address.startsWith("nobody") ? new Error("no such user") : null),
    onData(stream, _session, done) {
      let raw = "";
      stream.on("data", (bytes: Buffer) => {
        raw += bytes;
      });
      stream.on("end", () => {
        got.push(raw);
        done();
      });
    },
  });
  const url = await new Promise<string>((resolve) => {
    const listening = server.listen(0, "127.0.0.1", () =>
      resolve(`smtp://127.0.0.1:${(listening.address() as { port: number }).port}`),
    );
  });
  return {
    url,
    got,
    open: (isOpen) => {
      takes = isOpen;
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
