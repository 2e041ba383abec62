import { useEffect, useMemo, useState } from "preact/hooks";
import type { BisectionView } from "../../src/view/schema.ts";
import { ApiError, post } from "../api/client.ts";
import type { OverlapView } from "../api/types.ts";
import { useAnswer } from "../api/use-answer.ts";
import { useBisection } from "../api/use-bisection.ts";
import { Command } from "../parts/command.tsx";
import { LiveNote } from "../parts/live-note.tsx";
import { Problem } from "../parts/problem.tsx";
import { pathTo } from "../state/route.ts";
import { useMay } from "../state/session.ts";
import { Checks } from "../views/checks.tsx";
import { Candidates, Conclusion } from "../views/conclusion.tsx";
import { Culprit } from "../views/culprit.tsx";
import { Evidence } from "../views/evidence.tsx";
import { Overlap } from "../views/overlap.tsx";
import { State } from "../views/state.tsx";
import { Suspects } from "../views/suspects.tsx";
import { linksOf } from "./bisection-links.ts";
import { Downloads } from "./downloads.tsx";
import { Mail } from "./mail.tsx";

/** What came of a bisection: the commit, the crash beside its diff, what speaks for it, whom to tell, and whether it was right. */
export function ResultPage({ id }: { id: string }) {
  const { view, state, error } = useBisection(id);
  useEffect(() => {
    document.title = `Result of ${view === null || view.head.about === "" ? id : view.head.about} · firstbad`;
  }, [id, view?.head.about]);
  if (view === null) {
    return (
      <div class="screen narrow">
        {error === null ? <p class="empty">Reading the result…</p> : <Problem error={error} />}
      </div>
    );
  }
  return (
    <div class="screen">
      <LiveNote state={state} />
      <Result id={id} view={view} />
    </div>
  );
}

function Result({ id, view }: { id: string; view: BisectionView }) {
  const { head, conclusion, culprit, crash, checks } = view;
  const links = useMemo(() => linksOf(id, crash?.run ?? null), [id, crash?.run]);
  const overlap = useAnswer<OverlapView>(
    conclusion?.culprit == null ? null : `bisections/${encodeURIComponent(id)}/overlap`,
  );
  useEffect(() => {
    for (const box of document.querySelectorAll(".overlap .code")) showFirstMark(box);
  }, [overlap.value]);
  return (
    <>
      <header class="page-head">
        <div class="page-title">
          <p class="crumbs">
            <a href="/">Bisections</a> / <a href={pathTo(id)}>{id}</a> / result
          </p>
          <h1>{head.about === "" ? `Bisection ${id}` : head.about}</h1>
          <p class="page-facts quiet">
            <State state={head.state} />
            <span>{view.spent.text}</span>
          </p>
        </div>
        <div class="page-tools">
          <Downloads id={id} />
        </div>
      </header>
      {conclusion === null ? (
        <div class="card">
          <p>It is not concluded yet.</p>
          <p>
            <a href={pathTo(id)}>Where it is</a>
          </p>
        </div>
      ) : (
        <div class="card">
          <Conclusion conclusion={conclusion} />
          {conclusion.culprit !== null && (
            <Command text={conclusion.culprit.hash} what="the hash of the culprit" />
          )}
        </div>
      )}
      {overlap.value !== null && (
        <section class="card" aria-labelledby="overlap">
          <h2 id="overlap">Crash and culprit</h2>
          <Overlap overlap={overlap.value} commit={head.crashes?.hash ?? null} links={links} />
        </section>
      )}
      {overlap.value === null && crash !== null && (
        <section class="card" aria-labelledby="crash">
          <h2 id="crash">Crash</h2>
          <pre class="message">{crash.report}</pre>
        </section>
      )}
      <Problem error={overlap.error} />
      <div class="pair">
        {checks.length > 0 && (
          <section class="card" aria-labelledby="checks">
            <h2 id="checks">Checks</h2>
            <Checks checks={checks} links={links} />
          </section>
        )}
        <section class="card" aria-labelledby="evidence">
          <h2 id="evidence">Evidence</h2>
          <Evidence view={view} links={links} />
        </section>
      </div>
      {culprit !== null && (
        <section class="card" aria-labelledby="culprit">
          <h2 id="culprit">The commit</h2>
          <Culprit culprit={culprit} />
        </section>
      )}
      <RunnerUps view={view} />
      {conclusion !== null && (
        <Mail id={id} culprit={conclusion.culprit?.hash ?? null} mailed={view.mailed} />
      )}
      {conclusion !== null && <Judge id={id} view={view} />}
    </>
  );
}

/** A report begins long before the function that matters, a diff with what does not: both are scrolled to the first mark. */
function showFirstMark(box: Element): void {
  const first = box.querySelector<HTMLElement>(".met");
  if (first !== null) box.scrollTop = Math.max(0, first.offsetTop - box.clientHeight / 3);
}

function RunnerUps({ view: { conclusion, suspects } }: { view: BisectionView }) {
  const candidates = conclusion?.candidates ?? [];
  const hasSuspects = suspects !== null && suspects.list.length > 0;
  if (!hasSuspects && candidates.length === 0) return null;
  return (
    <section class="card" aria-labelledby="others">
      <h2 id="others">{conclusion?.culprit == null ? "Candidates" : "Runner-ups"}</h2>
      {hasSuspects ? <Suspects suspects={suspects} /> : <Candidates candidates={candidates} />}
    </section>
  );
}

function Judge({ id, view }: { id: string; view: BisectionView }) {
  const may = useMay("judge");
  const [error, setError] = useState<ApiError | null>(null);
  const { judgement } = view;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement, event.submitter);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const [verdict, commit, why] = [text("verdict"), text("commit"), text("why")];
    const said = verdict === "wrong" && commit !== "" ? { commit } : { verdict };
    const body = { ...said, ...(why !== "" && { why }) };
    post(`bisections/${encodeURIComponent(id)}/judge`, body).then(
      () => setError(null),
      (refusal: unknown) => refusal instanceof ApiError && setError(refusal),
    );
  };
  return (
    <section class="card" aria-labelledby="judge">
      <h2 id="judge">Was it right?</h2>
      {judgement !== null && (
        <p class={`note note-${judgement.verdict === "right" ? "good" : "bad"}`}>
          {judgement.text}
        </p>
      )}
      {may ? (
        <form class="judge" onSubmit={submit}>
          <label class="field">
            The commit it was instead <span class="quiet">(if wrong and known)</span>
            <input name="commit" />
          </label>
          <label class="field">
            How you know <span class="quiet">(optional)</span>
            <input name="why" maxLength={1000} />
          </label>
          <p class="buttons">
            <button type="submit" class="button" name="verdict" value="right">
              Right
            </button>
            <button type="submit" class="button" name="verdict" value="wrong">
              Wrong
            </button>
          </p>
          <Problem error={error} />
        </form>
      ) : (
        judgement === null && <p class="quiet">Nobody has said so yet.</p>
      )}
    </section>
  );
}
