import { useState } from "preact/hooks";
import type { BisectionView } from "../../src/view/schema.ts";
import { ApiError, post } from "../api/client.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Problem } from "../parts/problem.tsx";
import { short } from "../views/words.ts";

/** What somebody wants to say of a bisection. */
export type Steered =
  | { readonly kind: "override"; readonly commit: string; readonly verdict?: "untestable" }
  | { readonly kind: "runs"; readonly commit: string }
  | { readonly kind: "resume" }
  | { readonly kind: "cancel" };

type Head = BisectionView["head"];

/** The buttons of a bisection as a whole: pause or resume, cancel, say where a commit lies. */
export function Steering({
  id,
  head,
  steer,
}: {
  id: string;
  head: Head;
  steer: ((steered: Steered) => void) | null;
}) {
  const { busy, error, send } = useSend(id);
  if (steer === null) return null;
  const isQueued = head.state === "queued";
  return (
    <>
      {head.running || isQueued ? (
        <>
          <button type="button" class="button" disabled={busy} onClick={() => send("pause", {})}>
            Pause
          </button>
          <button
            type="button"
            class="button"
            disabled={busy}
            onClick={() => steer({ kind: "cancel" })}
          >
            Cancel…
          </button>
        </>
      ) : (
        <button
          type="button"
          class="button"
          disabled={busy}
          onClick={() => steer({ kind: "resume" })}
        >
          Resume…
        </button>
      )}
      <button type="button" class="button" onClick={() => steer({ kind: "override", commit: "" })}>
        Say otherwise…
      </button>
      <Problem error={error} />
    </>
  );
}

/** Asks what exactly, and says it. */
export function SteerDialog({
  id,
  head,
  steered,
  close,
}: {
  id: string;
  head: Head;
  steered: Steered;
  close: () => void;
}) {
  switch (steered.kind) {
    case "override":
      return <OverrideDialog id={id} head={head} said={steered} close={close} />;
    case "runs":
      return <RunsDialog id={id} commit={steered.commit} close={close} />;
    case "resume":
      return <ResumeDialog id={id} close={close} />;
    default:
      return <CancelDialog id={id} close={close} />;
  }
}

function OverrideDialog({
  id,
  head,
  said,
  close,
}: {
  id: string;
  head: Head;
  said: Extract<Steered, { kind: "override" }>;
  close: () => void;
}) {
  const { busy, error, send } = useSend(id);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const commits = textOf(form, "commits").split(/\s+/).filter(Boolean);
    send("overrides", { commits, verdict: textOf(form, "verdict"), ...whyIn(form) }).then(
      (done) => done && close(),
    );
  };
  const verdicts = [
    ["before", head.terms.before],
    ["after", head.terms.after],
    ["untestable", `${head.terms.untestable}: not to be tested`],
  ] as const;
  return (
    <Dialog title="Say where commits lie" close={close}>
      <form onSubmit={submit}>
        <p class="quiet">It wins over what runs say, until it is taken back.</p>
        <label class="field">
          Commits
          <input
            name="commits"
            required
            defaultValue={said.commit}
            placeholder="hashes, tags, or a range v6.1..v6.2"
          />
        </label>
        <fieldset class="choices">
          <legend>They are</legend>
          {verdicts.map(([verdict, text]) => (
            <label key={verdict}>
              <input
                type="radio"
                name="verdict"
                value={verdict}
                defaultChecked={verdict === said.verdict}
                required
              />{" "}
              {text}
            </label>
          ))}
        </fieldset>
        <WhyField />
        <Problem error={error} />
        <button type="submit" class="button primary" disabled={busy}>
          Say so
        </button>
      </form>
    </Dialog>
  );
}

function RunsDialog({ id, commit, close }: { id: string; commit: string; close: () => void }) {
  const { busy, error, send } = useSend(id);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    send("runs", { commit, runs: Number(textOf(form, "runs")), ...whyIn(form) }).then(
      (done) => done && close(),
    );
  };
  return (
    <Dialog title="Run it more often" close={close}>
      <form onSubmit={submit}>
        <p class="quiet">
          What these runs say counts like any other. A conclusion waits for them, or is opened
          again.
        </p>
        <p>
          <code>{short(commit)}</code>
        </p>
        <label class="field">
          More runs
          <input name="runs" type="number" min="1" max="1000" defaultValue="10" required />
        </label>
        <WhyField />
        <Problem error={error} />
        <button type="submit" class="button primary" disabled={busy}>
          Add runs
        </button>
      </form>
    </Dialog>
  );
}

function ResumeDialog({ id, close }: { id: string; close: () => void }) {
  const { busy, error, send } = useSend(id);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const bounds = Object.fromEntries(
      ["builds", "runs"]
        .filter((name) => textOf(form, name) !== "")
        .map((name) => [name, Number(textOf(form, name))]),
    );
    const hours = Number(textOf(form, "hours"));
    send("resume", hours > 0 ? { ...bounds, deadline: hours * 3600 } : bounds).then(
      (done) => done && close(),
    );
  };
  return (
    <Dialog title="Resume" close={close}>
      <form onSubmit={submit}>
        <p class="quiet">It goes on where it was. What is left empty stays as it is.</p>
        <label class="field">
          Builds at most
          <input name="builds" type="number" min="1" />
        </label>
        <label class="field">
          Runs at most
          <input name="runs" type="number" min="1" />
        </label>
        <label class="field">
          Hours at most
          <input name="hours" type="number" min="0" step="any" />
        </label>
        <Problem error={error} />
        <button type="submit" class="button primary" disabled={busy}>
          Resume
        </button>
      </form>
    </Dialog>
  );
}

function CancelDialog({ id, close }: { id: string; close: () => void }) {
  const { busy, error, send } = useSend(id);
  return (
    <Dialog title="Cancel this bisection?" close={close}>
      <p>
        What is being built or run is ended at once. All that was found stays, and it can be
        resumed.
      </p>
      <Problem error={error} />
      <button
        type="button"
        class="button danger"
        disabled={busy}
        onClick={() => send("cancel", {}).then((done) => done && close())}
      >
        Cancel it
      </button>
    </Dialog>
  );
}

function WhyField() {
  return (
    <label class="field">
      Why <span class="quiet">(optional)</span>
      <input name="why" maxLength={1000} />
    </label>
  );
}

function whyIn(form: FormData): { why?: string } {
  const why = textOf(form, "why");
  return why === "" ? {} : { why };
}

/** Sends one thing at a time; true once the server took it. What it refused is in `error`. */
function useSend(id: string) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const send = async (what: string, body: unknown): Promise<boolean> => {
    setBusy(true);
    setError(null);
    try {
      await post(`bisections/${encodeURIComponent(id)}/${what}`, body);
      return true;
    } catch (refusal) {
      if (refusal instanceof ApiError) setError(refusal);
      else throw refusal;
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, send };
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value.trim() : "";
}
