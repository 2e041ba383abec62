import { useEffect, useState } from "preact/hooks";
import type { BisectionView } from "../../src/view/schema.ts";
import { ApiError, post } from "../api/client.ts";
import type { MailView } from "../api/types.ts";
import { useAnswer } from "../api/use-answer.ts";
import { Copy } from "../parts/copy.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Problem } from "../parts/problem.tsx";
import { useMay } from "../state/session.ts";
import { People } from "../views/people.tsx";
import { grouped, timeText } from "../views/words.ts";

type Mailed = BisectionView["mailed"];

/** The mail about a result as its readers will see it, whom it went to, and for who may: its sending. */
export function Mail({
  id,
  culprit,
  mailed,
}: {
  id: string;
  culprit: string | null;
  mailed: Mailed;
}) {
  const path = `bisections/${encodeURIComponent(id)}/mail`;
  const { value: mail, error, again } = useAnswer<MailView>(path);
  const [rejected, setRejected] = useState<readonly string[]>([]);
  // Whether it may be sent is another matter once it was.
  useEffect(() => {
    if (mailed.length > 0) again();
  }, [mailed.length]);
  const isTold = mailed.some((sent) => sent.culprit === culprit);
  return (
    <section class="card" aria-labelledby="mail">
      <h2 id="mail">Mail</h2>
      <div role="status">
        {mailed.map((sent) => (
          <Sent key={sent.messageId} sent={sent} />
        ))}
        {rejected.length > 0 && (
          <p class="note">The mail server did not take it for {rejected.join(", ")}.</p>
        )}
      </div>
      {error?.code === "mail-refused" ? (
        <p class="quiet">{sentence(error.message)}</p>
      ) : (
        <Problem error={error} />
      )}
      {mail !== null && (
        <>
          {mail.why !== null && !isTold && (
            <p class="note">It cannot be sent from here: {mail.why}.</p>
          )}
          <Preview mail={mail} />
          <p class="buttons">
            <span class="with-copy">
              Copy the text <Copy text={mail.body} what="the text of the mail" />
            </span>
            {mail.mayMail && <Sending path={path} mail={mail} told={setRejected} />}
          </p>
        </>
      )}
    </section>
  );
}

function Sent({ sent: { at, to, cc, messageId } }: { sent: Mailed[number] }) {
  return (
    <p class="note note-good">
      Sent <time dateTime={at}>{timeText(at)}</time> to {[...to, ...cc].join(", ")}{" "}
      <span class="quiet">{messageId}</span>
    </p>
  );
}

function Preview({ mail: { headers, body } }: { mail: MailView }) {
  return (
    <div class="mail">
      <dl class="mail-headers">
        {headers.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <pre class="message" tabIndex={0}>
        {body}
      </pre>
    </div>
  );
}

/** Asks once more: what is sent to others cannot be taken back. `told`: those for whom the server did not take it. */
function Sending({
  path,
  mail: { to, cc },
  told,
}: {
  path: string;
  mail: MailView;
  told: (rejected: readonly string[]) => void;
}) {
  const may = useMay("mail");
  const [isAsked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  if (!may) return <span class="quiet">Who has the role admin may send it.</span>;
  const send = () => {
    setBusy(true);
    setError(null);
    post<{ rejected: readonly string[] }>(path, { send: true })
      .then(
        ({ rejected }) => {
          told(rejected);
          setAsked(false);
        },
        (refusal: unknown) => refusal instanceof ApiError && setError(refusal),
      )
      .finally(() => setBusy(false));
  };
  const people = [
    ["To", to],
    ["Cc", cc],
  ] as const;
  return (
    <>
      <button type="button" class="button" onClick={() => setAsked(true)}>
        Send…
      </button>
      {isAsked && (
        <Dialog title="Send this mail?" close={() => setAsked(false)}>
          <p>It goes to {addressesText(to.length + cc.length)} and cannot be taken back.</p>
          <dl class="facts">
            <People people={people} />
          </dl>
          <Problem error={error} />
          <button type="button" class="button primary" disabled={busy} onClick={send}>
            Send it
          </button>
        </Dialog>
      )}
    </>
  );
}

function addressesText(n: number): string {
  return n === 1 ? "one address" : `${grouped(n)} addresses`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
