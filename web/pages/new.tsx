import { useContext, useEffect, useState } from "preact/hooks";
import { durationText } from "../../src/report/duration.ts";
import { ApiError, post } from "../api/client.ts";
import type { PlanView } from "../api/types.ts";
import { Fields } from "../new/fields.tsx";
import { emptyJob, type JobFields, jobText } from "../new/job-text.ts";
import { bodyOf, mostBytes, readUpload, type Upload } from "../new/uploads.ts";
import { Problem } from "../parts/problem.tsx";
import { go } from "../state/place.ts";
import { pathTo } from "../state/route.ts";
import { SessionContext, useMay } from "../state/session.ts";

/** How long nobody types before the job is checked, in milliseconds. */
const rest = 500;

/** Begins a bisection: a form, the job file that it makes, and what that would cost. */
export function NewPage() {
  const [fields, setFields] = useState<JobFields>(emptyJob);
  const [own, setOwn] = useState<string | null>(null);
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const may = useMay("submit");
  const mayProgram = useContext(SessionContext)?.server.programs ?? true;
  const job = own ?? jobText(fields);
  const isBegun = own !== null || isChecked(fields);
  const plan = usePlan(isBegun ? job : null, uploads);
  useEffect(() => {
    document.title = "New bisection · firstbad";
  }, []);
  const set = (change: Partial<JobFields>) => setFields((before) => ({ ...before, ...change }));
  const add = async (files: Iterable<File>): Promise<readonly Upload[]> => {
    const read = await Promise.all(Array.from(files, readUpload));
    setUploads((before) => [
      ...before.filter(({ name }) => !read.some((one) => one.name === name)),
      ...read,
    ]);
    return read;
  };
  return (
    <div class="screen">
      <header class="page-head">
        <div class="page-title">
          <h1>New bisection</h1>
        </div>
      </header>
      <div class="new">
        <section class="card" aria-labelledby="form">
          <h2 id="form">What to bisect</h2>
          {own === null ? (
            <Fields part={{ fields, set, add }} mayProgram={mayProgram} />
          ) : (
            <p class="note">
              The job file was changed by hand.{" "}
              <button type="button" class="button small" onClick={() => setOwn(null)}>
                Back to the form
              </button>
            </p>
          )}
        </section>
        <div class="new-side">
          <section class="card" aria-labelledby="job">
            <h2 id="job">Job file</h2>
            <textarea
              class="editor"
              aria-label="Job file, YAML"
              spellcheck={false}
              rows={20}
              value={job}
              onInput={(event) => setOwn(event.currentTarget.value)}
            />
            <Uploads
              uploads={uploads}
              add={add}
              remove={(name) => setUploads(uploads.filter((one) => one.name !== name))}
            />
          </section>
          <Plan state={plan} may={may} job={job} uploads={uploads} />
        </div>
      </div>
    </div>
  );
}

function Uploads({
  uploads,
  add,
  remove,
}: {
  uploads: readonly Upload[];
  add: (files: Iterable<File>) => Promise<unknown>;
  remove: (name: string) => void;
}) {
  const bytes = uploads.reduce((sum, one) => sum + one.bytes, 0);
  return (
    <div class="uploads">
      <ul>
        {uploads.map(({ name, bytes: own }) => (
          <li key={name}>
            <code>{name}</code> <span class="quiet">{Math.ceil(own / 1024)} KiB</span>{" "}
            <button type="button" class="button small" onClick={() => remove(name)}>
              Remove<span class="sr"> {name}</span>
            </button>
          </li>
        ))}
      </ul>
      {bytes > mostBytes && (
        <p class="problem" role="alert">
          These files are more than the server takes at once. Name them by a path on the server
          instead.
        </p>
      )}
      <label class="field">
        Further files that the job names
        <input
          type="file"
          multiple
          onChange={({ currentTarget }) => void add(currentTarget.files ?? [])}
        />
      </label>
    </div>
  );
}

/** Whether there is something to check: of a program, not before it is said how it is run. */
function isChecked({ target, repo, crashes, run }: JobFields): boolean {
  return (repo !== "" || crashes !== "") && (target === "kernel" || run.trim() !== "");
}

type PlanState =
  | { readonly kind: "none" | "checking" }
  | { readonly kind: "plan"; readonly plan: PlanView }
  | { readonly kind: "refused"; readonly error: ApiError };

/** What the server says of the job, once nobody types any more. */
function usePlan(job: string | null, uploads: readonly Upload[]): PlanState {
  const [state, setState] = useState<PlanState>({ kind: "none" });
  useEffect(() => {
    setState({ kind: job === null ? "none" : "checking" });
    if (job === null) return;
    let left = false;
    const timer = setTimeout(() => {
      post<PlanView>("plan", bodyOf(job, uploads)).then(
        (plan) => !left && setState({ kind: "plan", plan }),
        (error: unknown) =>
          !left && error instanceof ApiError && setState({ kind: "refused", error }),
      );
    }, rest);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [job, uploads]);
  return state;
}

function Plan({
  state,
  may,
  job,
  uploads,
}: {
  state: PlanState;
  may: boolean;
  job: string;
  uploads: readonly Upload[];
}) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const begin = () => {
    setBusy(true);
    setError(null);
    post<{ id: string }>("bisections", bodyOf(job, uploads)).then(
      ({ id }) => go(pathTo(id)),
      (refusal: unknown) => {
        setBusy(false);
        if (refusal instanceof ApiError) setError(refusal);
      },
    );
  };
  return (
    <section class="card" aria-labelledby="plan" aria-busy={state.kind === "checking"}>
      <h2 id="plan">What it would do</h2>
      <div role="status">
        {state.kind === "none" && (
          <p class="quiet">Fill in the form: the plan and its cost appear here.</p>
        )}
        {state.kind === "checking" && <p class="quiet">Checking…</p>}
        {state.kind === "plan" && (
          <>
            <p class="estimate">{state.plan.estimate.text}</p>
            {state.plan.estimate.seconds !== null && (
              <p class="quiet">about {durationText(state.plan.estimate.seconds)} of this machine</p>
            )}
            <dl class="facts">
              {state.plan.plan.map(({ name, value }, n) => (
                <div key={String(n)}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          </>
        )}
      </div>
      {state.kind === "refused" && <Problem error={state.error} />}
      <Problem error={error} />
      <p class="buttons">
        <button
          type="button"
          class="button primary"
          disabled={busy || !may || state.kind !== "plan"}
          onClick={begin}
        >
          Begin
        </button>
        {!may && <span class="quiet">You may look, but begin nothing.</span>}
      </p>
    </section>
  );
}
