import { useEffect, useState } from "preact/hooks";
import { durationText } from "../../src/report/duration.ts";
import { ApiError, post } from "../api/client.ts";
import type { PlanView } from "../api/types.ts";
import { emptyJob, type JobFields, jobText } from "../new/job-text.ts";
import { bodyOf, mostBytes, readUpload, type Upload } from "../new/uploads.ts";
import { Problem } from "../parts/problem.tsx";
import { go } from "../state/place.ts";
import { pathTo } from "../state/route.ts";
import { useMay } from "../state/session.ts";

/** How long nobody types before the job is checked, in milliseconds. */
const rest = 500;

/** Begins a bisection: a form, the job file that it makes, and what that would cost. */
export function NewPage() {
  const [fields, setFields] = useState<JobFields>(emptyJob);
  const [own, setOwn] = useState<string | null>(null);
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const may = useMay("submit");
  const job = own ?? jobText(fields);
  const isBegun = own !== null || fields.repo !== "" || fields.crashes !== "";
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
            <Fields fields={fields} set={set} add={add} />
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

function Fields({
  fields,
  set,
  add,
}: {
  fields: JobFields;
  set: (change: Partial<JobFields>) => void;
  add: (files: Iterable<File>) => Promise<readonly Upload[]>;
}) {
  const text = (name: keyof JobFields) => ({
    name,
    value: fields[name],
    onInput: (event: { currentTarget: HTMLInputElement }) =>
      set({ [name]: event.currentTarget.value }),
  });
  const file = (name: "config" | "fragment" | "reproducer") => ({
    type: "file" as const,
    onChange: async (event: { currentTarget: HTMLInputElement }) => {
      const [read] = await add(event.currentTarget.files ?? []);
      set({ [name]: read?.name ?? "" });
    },
  });
  return (
    <div class="fields">
      <fieldset class="choices">
        <legend>Look for</legend>
        <label>
          <input
            type="radio"
            name="find"
            checked={fields.find === "cause"}
            onChange={() => set({ find: "cause" })}
          />{" "}
          the commit that brought the crash
        </label>
        <label>
          <input
            type="radio"
            name="find"
            checked={fields.find === "fix"}
            onChange={() => set({ find: "fix" })}
          />{" "}
          the commit that fixed it
        </label>
      </fieldset>
      <label class="field">
        Repository <span class="quiet">on the server</span>
        <input {...text("repo")} placeholder="/srv/linux" required />
      </label>
      <div class="field-row">
        <label class="field">
          It crashes on
          <input {...text("crashes")} placeholder="v6.2-rc1 or a hash" required />
        </label>
        {fields.find === "cause" ? (
          <label class="field">
            It does not on <span class="quiet">(optional)</span>
            <input {...text("clean")} placeholder="v6.1" />
          </label>
        ) : (
          <label class="field">
            Fixed by <span class="quiet">(optional)</span>
            <input {...text("head")} placeholder="master" />
          </label>
        )}
      </div>
      <label class="field">
        Reproducer <span class="quiet">C source, a script (.sh), or a static program</span>
        <input {...file("reproducer")} />
      </label>
      <div class="field-row">
        <label class="field">
          Config <span class="quiet">a whole .config</span>
          <input {...file("config")} />
        </label>
        {fields.config === "" && (
          <label class="field">
            or fragments over {fields.base}
            <input {...file("fragment")} />
          </label>
        )}
      </div>
      <div class="field-row">
        <label class="field">
          Machine
          <select
            value={fields.machine}
            onChange={({ currentTarget }) =>
              set(
                currentTarget.value === "qemu"
                  ? { machine: "qemu", arch: "x86_64" }
                  : { machine: "uml", arch: "um" },
              )
            }
          >
            <option value="uml">User Mode Linux</option>
            <option value="qemu">QEMU</option>
          </select>
        </label>
        <label class="field">
          Architecture
          <input {...text("arch")} />
        </label>
        <label class="field">
          Memory
          <input {...text("memory")} placeholder="128M" />
        </label>
      </div>
      <div class="field-row">
        <label class="field">
          Runs for, seconds
          <input {...text("seconds")} inputMode="numeric" placeholder="30" />
        </label>
        <label class="field">
          Policy
          <select
            value={fields.policy}
            onChange={({ currentTarget }) => set({ policy: currentTarget.value })}
          >
            <option value="adaptive">adaptive</option>
            <option value="git">git</option>
            <option value="syzbot-2022">syzbot-2022</option>
            <option value="syzbot-2026">syzbot-2026</option>
          </select>
        </label>
        <label class="field">
          Confidence
          <input {...text("confidence")} inputMode="decimal" />
        </label>
        <label class="field">
          At most
          <input {...text("deadline")} placeholder="2h" />
        </label>
      </div>
      <label class="field">
        Kernel command line <span class="quiet">(added to the usual one)</span>
        <input {...text("cmdline")} placeholder="panic_on_warn=1" />
      </label>
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

type PlanState =
  | { readonly kind: "none" | "checking" }
  | { readonly kind: "plan"; readonly plan: PlanView }
  | { readonly kind: "refused"; readonly error: ApiError };

/** What the server says of the job, once nobody types any more. */
function usePlan(job: string | null, uploads: readonly Upload[]): PlanState {
  const [state, setState] = useState<PlanState>({ kind: "none" });
  useEffect(() => {
    if (job === null) return;
    setState({ kind: "checking" });
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
