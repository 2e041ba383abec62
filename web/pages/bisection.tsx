import { useEffect, useMemo, useState } from "preact/hooks";
import type { BisectionView } from "../../src/view/schema.ts";
import type { BuildProgress } from "../api/use-bisection.ts";
import { useBisection } from "../api/use-bisection.ts";
import { Ago, Since, useNow } from "../parts/ago.tsx";
import { Command } from "../parts/command.tsx";
import { LiveNote } from "../parts/live-note.tsx";
import { Problem } from "../parts/problem.tsx";
import { focusNext, useKeys } from "../state/keys.ts";
import { pathTo } from "../state/route.ts";
import { useMay } from "../state/session.ts";
import { Strip } from "../strip/strip.tsx";
import { Checks } from "../views/checks.tsx";
import { CommitName } from "../views/commit.tsx";
import { Conclusion } from "../views/conclusion.tsx";
import { Conditions } from "../views/conditions.tsx";
import { ConfigTries } from "../views/config-tries.tsx";
import { Course } from "../views/course.tsx";
import { isDrawn } from "../views/course-lines.ts";
import { Phases } from "../views/phases.tsx";
import { Presence } from "../views/presence.tsx";
import { State } from "../views/state.tsx";
import { Steps } from "../views/steps.tsx";
import { Suspects } from "../views/suspects.tsx";
import { grouped, probabilityText, short } from "../views/words.ts";
import { linksOf } from "./bisection-links.ts";
import { Downloads } from "./downloads.tsx";
import { Overrides } from "./overrides.tsx";
import { SteerDialog, type Steered, Steering } from "./steering.tsx";

/** One bisection, live: where it is, the range, what was tested, and what one can do about it. */
export function BisectionPage({ id }: { id: string }) {
  const { view, seq, state, error, progress } = useBisection(id);
  useEffect(() => {
    document.title = `${view === null || view.head.about === "" ? id : view.head.about} · firstbad`;
  }, [id, view?.head.about]);
  if (view === null) {
    return (
      <div class="screen narrow">
        {error === null ? <p class="empty">Reading the bisection…</p> : <Problem error={error} />}
      </div>
    );
  }
  return <Whole id={id} view={view} seq={seq} live={state} progress={progress} />;
}

function Whole({
  id,
  view,
  seq,
  live,
  progress,
}: {
  id: string;
  view: BisectionView;
  seq: number;
  live: "live" | "lost" | "asleep";
  progress: BuildProgress | null;
}) {
  const { head, conclusion } = view;
  const links = useMemo(() => linksOf(id, view.crash?.run ?? null), [id, view.crash?.run]);
  const may = useMay("steer");
  const [steered, setSteered] = useState<Steered | null>(null);
  useKeys({
    j: () => focusNext(".step-more > summary", 1),
    k: () => focusNext(".step-more > summary", -1),
    "/": (event) => {
      event.preventDefault();
      document.querySelector<HTMLElement>(".strip-canvas")?.focus();
    },
  });
  useScrollToStep(view.steps.length > 0);
  return (
    <div class="screen">
      <LiveNote state={live} />
      <Head id={id} view={view} steer={may ? setSteered : null} />
      {conclusion !== null && (
        <div class="card">
          <Conclusion conclusion={conclusion} />
          {(conclusion.culprit !== null || view.crash !== null) && (
            <p>
              <a class="button primary" href={pathTo(id, "result")}>
                Result: crash, diff and evidence
              </a>
            </p>
          )}
        </div>
      )}
      {view.now !== null && <Now now={view.now} progress={progress} />}
      <Figures view={view} />
      {view.strip !== null && (
        <section class="card" aria-labelledby="range">
          <h2 id="range">Range</h2>
          <Strip
            id={id}
            seq={seq}
            strip={view.strip}
            steps={view.steps}
            terms={head.terms}
            select={may ? ({ hash }) => setSteered({ kind: "override", commit: hash }) : null}
          />
        </section>
      )}
      {view.presence !== null && (
        <section class="card" aria-labelledby="presence">
          <h2 id="presence">Trees</h2>
          <Presence presence={view.presence} />
        </section>
      )}
      {view.config !== null && (
        <section class="card" aria-labelledby="config">
          <h2 id="config">Configuration</h2>
          <ConfigTries config={view.config} links={links} />
        </section>
      )}
      <section class="card" aria-labelledby="steps">
        <h2 id="steps">Steps</h2>
        <Steps
          steps={view.steps}
          links={links}
          actions={(step) => <StepActions id={id} step={step} steer={may ? setSteered : null} />}
        />
      </section>
      <div class="pair">
        {(conclusion === null || isDrawn(view.course)) && (
          <section class="card" aria-labelledby="course">
            <h2 id="course">How sure, over time</h2>
            <Course course={view.course} />
          </section>
        )}
        <section class="card" aria-labelledby="time">
          <h2 id="time">Time</h2>
          <Phases spent={view.spent} />
          <p class="quiet">{view.spent.text}</p>
        </section>
      </div>
      {view.suspects !== null && view.suspects.list.length > 0 && (
        <section class="card" aria-labelledby="suspects">
          <h2 id="suspects">Suspects</h2>
          <Suspects suspects={view.suspects} />
        </section>
      )}
      {view.checks.length > 0 && (
        <section class="card" aria-labelledby="checks">
          <h2 id="checks">Checks</h2>
          <Checks checks={view.checks} links={links} />
        </section>
      )}
      {view.overrides.length > 0 && (
        <section class="card" aria-labelledby="said">
          <h2 id="said">Said by people</h2>
          <Overrides id={id} overrides={view.overrides} may={may} />
        </section>
      )}
      <Notes notes={view.notes} repairs={view.repairs} />
      <section class="card" aria-labelledby="conditions">
        <h2 id="conditions">Conditions</h2>
        <Ends head={head} />
        <Conditions conditions={view.conditions} />
      </section>
      {steered !== null && (
        <SteerDialog id={id} head={head} steered={steered} close={() => setSteered(null)} />
      )}
    </div>
  );
}

function Head({
  id,
  view,
  steer,
}: {
  id: string;
  view: BisectionView;
  steer: ((steered: Steered) => void) | null;
}) {
  const { head, judgement, mailed } = view;
  const now = useNow(10_000);
  return (
    <header class="page-head">
      <div class="page-title">
        <p class="crumbs">
          <a href="/">Bisections</a> / <code>{id}</code>
        </p>
        <h1>{head.about === "" ? `Bisection ${id}` : head.about}</h1>
        <p class="page-facts quiet">
          <State state={head.state} />
          <span>looks for {head.find === "cause" ? "the cause" : "the fix"}</span>
          <span>{head.repo}</span>
          <span>{head.arch}</span>
          <span>{head.machine}</span>
          <span>{head.policy}</span>
          {head.begun !== null && (
            <span>
              begun <Ago at={head.begun} now={now} />
            </span>
          )}
          {judgement !== null && (
            <span class={`chip judged-${judgement.verdict}`} title={judgement.text}>
              judged {judgement.verdict}
            </span>
          )}
          {mailed.length > 0 && <span class="chip">mailed</span>}
        </p>
      </div>
      <div class="page-tools">
        <Steering id={id} head={head} steer={steer} />
        <Downloads id={id} />
      </div>
    </header>
  );
}

function Now({
  now: { text, why, git, work, eta, stage },
  progress,
}: {
  now: NonNullable<BisectionView["now"]>;
  progress: BuildProgress | null;
}) {
  const time = useNow();
  return (
    <section class="card now" aria-labelledby="now">
      <h2 id="now" class="sr">
        Now
      </h2>
      <div class="now-text">
        <p class="now-what">
          {stage !== "" && !text.startsWith(stage) && <span class="chip now-chip">{stage}</span>}{" "}
          {text}
        </p>
        {why !== "" && <p class="quiet">{why}</p>}
        {git !== null && <p class="quiet git-line">{git}</p>}
      </div>
      {work.length > 0 && (
        <ul class="work" aria-label="At work">
          {work.map((one) => (
            <li key={`${one.kind} ${one.id}`}>
              <i class={`key key-${one.kind}`} />
              <span>{one.kind === "build" ? "building" : "running"}</span>
              {one.commit === null ? (
                <code>{one.id}</code>
              ) : (
                <CommitName commit={one.commit} subject={false} />
              )}
              <Work one={one} progress={progress} />
              <Since at={one.since} now={time} />
            </li>
          ))}
        </ul>
      )}
      {eta !== null && <p class="eta">{eta.text}</p>}
    </section>
  );
}

function Work({
  one,
  progress,
}: {
  one: NonNullable<BisectionView["now"]>["work"][number];
  progress: BuildProgress | null;
}) {
  if (one.kind === "build" && progress?.kernel === one.id && progress.of !== null) {
    const { done, of } = progress;
    return (
      <label class="build-progress">
        <progress max={of} value={done} aria-label="files compiled" />{" "}
        <span class="number">
          {grouped(done)}/{grouped(of)}
        </span>
      </label>
    );
  }
  return <span class="quiet">{one.text}</span>;
}

function Figures({
  view: { belief, spent, steps, head, conclusion, strip },
}: {
  view: BisectionView;
}) {
  const tested = steps.filter(({ n }) => n !== null).length;
  return (
    <dl class="figures">
      {belief !== null && conclusion === null && (
        <div>
          <dt>Suspects</dt>
          <dd>
            {grouped(belief.suspects)}
            {strip !== null && <small> of {grouped(strip.commits)}</small>}
          </dd>
        </div>
      )}
      {belief !== null && conclusion === null && (
        <div>
          <dt>Likeliest</dt>
          <dd>
            {probabilityText(belief.best.probability)}{" "}
            <small>
              <code title={belief.best.commit.subject}>{short(belief.best.commit.hash)}</code>
            </small>
          </dd>
        </div>
      )}
      {(conclusion?.confidence ?? belief?.stated ?? null) !== null && (
        <div>
          <dt>Confidence</dt>
          <dd>
            {probabilityText(conclusion?.confidence ?? belief?.stated ?? 0)}
            {head.wanted !== null && <small> of {head.wanted}</small>}
          </dd>
        </div>
      )}
      <div>
        <dt>Tested</dt>
        <dd>
          {tested} <small>{tested === 1 ? "commit" : "commits"}</small>
        </dd>
      </div>
      <div>
        <dt>{head.noun === "kernel" ? "Kernels" : "Builds"}</dt>
        <dd>{grouped(spent.kernels)}</dd>
      </div>
      <div>
        <dt>Runs</dt>
        <dd>
          {grouped(spent.runs)}
          {spent.lentRuns > 0 && <small> and {grouped(spent.lentRuns)} lent</small>}
        </dd>
      </div>
      {head.rate !== null && (
        <div>
          <dt>Crash rate</dt>
          <dd>
            {head.rate.crashed}/{head.rate.of}
          </dd>
        </div>
      )}
    </dl>
  );
}

function StepActions({
  id,
  step,
  steer,
}: {
  id: string;
  step: BisectionView["steps"][number];
  steer: ((steered: Steered) => void) | null;
}) {
  return (
    <div class="step-actions">
      {step.command !== null && <Command text={step.command} what="the command that repeats it" />}
      <Command text={step.commit.hash} what="the hash" />
      {steer !== null && (
        <p class="buttons">
          <button
            type="button"
            class="button small"
            onClick={() => steer({ kind: "override", commit: step.commit.hash })}
          >
            Say otherwise…
          </button>
          {step.build.state !== "failed" && step.build.state !== "building" && (
            <button
              type="button"
              class="button small"
              onClick={() => steer({ kind: "runs", commit: step.commit.hash })}
            >
              Add runs…
            </button>
          )}
          <button
            type="button"
            class="button small"
            onClick={() =>
              steer({ kind: "override", commit: step.commit.hash, verdict: "untestable" })
            }
          >
            Ban…
          </button>
        </p>
      )}
      <p>
        <a href={`/api/bisections/${encodeURIComponent(id)}/commits/${step.commit.hash}`}>
          The commit as JSON
        </a>
      </p>
    </div>
  );
}

function Notes({
  notes,
  repairs,
}: {
  notes: readonly string[];
  repairs: BisectionView["repairs"];
}) {
  if (notes.length + repairs.length === 0) return null;
  return (
    <section class="card" aria-labelledby="notes">
      <h2 id="notes">Notes</h2>
      <ul class="notes">
        {notes.map((note, n) => (
          <li key={String(n)}>{note}</li>
        ))}
        {repairs.map(({ commit, text }) => (
          <li key={commit.hash}>
            <CommitName commit={commit} subject={false} /> {text}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Ends({ head }: { head: BisectionView["head"] }) {
  const ends = [
    ["crashes", head.crashes],
    ["clean", head.clean],
    ["searched up to", head.until],
  ] as const;
  return (
    <dl class="facts">
      {ends.map(([name, commit]) =>
        commit === null ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <CommitName commit={commit} />
            </dd>
          </div>
        ),
      )}
    </dl>
  );
}

/** An address with `#step-3` leads to that step as soon as it is there. */
function useScrollToStep(isThere: boolean): void {
  useEffect(() => {
    if (!isThere || !location.hash.startsWith("#step-")) return;
    const step = document.getElementById(location.hash.slice(1));
    step?.querySelector("details")?.setAttribute("open", "");
    step?.scrollIntoView({ block: "center" });
  }, [isThere]);
}
