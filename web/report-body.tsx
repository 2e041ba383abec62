import type { ComponentChildren } from "preact";
import type { ReportGiven } from "../src/view/report-given.ts";
import type { BisectionView } from "../src/view/schema.ts";
import { Checks } from "./views/checks.tsx";
import { CommitName } from "./views/commit.tsx";
import { Candidates, Conclusion } from "./views/conclusion.tsx";
import { Conditions } from "./views/conditions.tsx";
import { ConfigTries } from "./views/config-tries.tsx";
import { Course } from "./views/course.tsx";
import { isDrawn } from "./views/course-lines.ts";
import { Culprit } from "./views/culprit.tsx";
import { type Links, runAddress } from "./views/links.ts";
import { Overlap } from "./views/overlap.tsx";
import { Phases } from "./views/phases.tsx";
import { Presence } from "./views/presence.tsx";
import { State } from "./views/state.tsx";
import { Steps } from "./views/steps.tsx";
import { StripPicture } from "./views/strip-picture.tsx";
import { Suspects } from "./views/suspects.tsx";
import { plural, timeText } from "./views/words.ts";

/** What the report is called: the bug, or the bisection where that has no name yet. */
export function reportTitle({ head }: BisectionView): string {
  return head.about === "" ? `Bisection ${head.id}` : head.about;
}

/** A report that stands by itself: all that is known of a bisection, without anything that moves. */
export function ReportBody({ given }: { given: ReportGiven }) {
  const { view, overlap, commands } = given;
  const { conclusion, strip, checks, culprit, suspects, crash } = view;
  const links = linksWithin(given);
  return (
    <main class="screen">
      <Head given={given} />
      <Card id="conclusion" title="Result">
        {conclusion === null ? <Open view={view} /> : <Conclusion conclusion={conclusion} />}
        {view.judgement !== null && <p class="note">{view.judgement.text}</p>}
      </Card>
      {strip !== null && (
        <Card id="range" title="Range">
          {strip.spread === null && strip.marks.length === 0 ? (
            <p>
              {strip.from} to {strip.to}: {plural(strip.commits, "commit")},{" "}
              {plural(strip.merges, "merge")}
            </p>
          ) : (
            <StripPicture strip={strip} steps={view.steps} />
          )}
        </Card>
      )}
      {checks.length > 0 && (
        <Card id="checks" title="Checks">
          <Checks checks={checks} links={links} />
        </Card>
      )}
      {overlap !== null && (
        <Card id="overlap" title="The crash beside the change">
          <Overlap overlap={overlap} commit={null} links={links} />
          {overlap.cut && <p class="quiet">The diff goes on: this is its beginning.</p>}
        </Card>
      )}
      {overlap === null && crash !== null && (
        <Card id="crash" title="Crash">
          <pre class="message">{crash.report}</pre>
        </Card>
      )}
      {culprit !== null && (
        <Card id="culprit" title="The commit">
          <Culprit culprit={culprit} />
        </Card>
      )}
      {view.presence !== null && (
        <Card id="presence" title="Trees">
          <Presence presence={view.presence} />
        </Card>
      )}
      {view.config !== null && (
        <Card id="config" title="Configuration">
          <ConfigTries config={view.config} links={links} />
        </Card>
      )}
      {(view.steps.length > 0 || view.presence === null) && (
        <Card id="steps" title="Steps">
          <Steps steps={view.steps} links={links} />
        </Card>
      )}
      <div class="pair">
        {view.head.goal === "culprit" && isDrawn(view.course) && (
          <Card id="course" title="How sure, over time">
            <Course course={view.course} />
          </Card>
        )}
        <Card id="time" title="Time">
          <Phases spent={view.spent} />
          <p class="quiet">{view.spent.text}</p>
        </Card>
      </div>
      {suspects !== null && suspects.list.length > 0 ? (
        <Card id="others" title="Suspects">
          <Suspects suspects={suspects} />
        </Card>
      ) : (
        view.head.goal === "culprit" &&
        (conclusion?.candidates.length ?? 0) > 0 && (
          <Card id="others" title="Candidates">
            <Candidates candidates={conclusion?.candidates ?? []} />
          </Card>
        )
      )}
      <Said view={view} />
      <div class="pair">
        <Card id="conditions" title="Conditions">
          <Conditions conditions={view.conditions} />
        </Card>
        <Card id="commands" title="Commands">
          <dl class="commands">
            {commands.map(({ text, what }) => (
              <div key={text}>
                <dt>{what}</dt>
                <dd>
                  <code>{text}</code>
                </dd>
              </div>
            ))}
          </dl>
        </Card>
      </div>
      <Consoles given={given} />
      <footer class="report-foot quiet">
        firstbad {given.tool}, {timeText(given.at)}
      </footer>
    </main>
  );
}

function Head({ given: { view } }: { given: ReportGiven }) {
  const { head, spent } = view;
  return (
    <header class="page-head">
      <div class="page-title">
        <p class="crumbs">
          {head.find === "fix" ? "Search for a fix" : "Bisection"} {head.id}
        </p>
        <h1>{reportTitle(view)}</h1>
        <p class="page-facts quiet">
          <State state={head.state} />
          {head.begun !== null && <span>begun {timeText(head.begun)}</span>}
          <span>{spent.text}</span>
          {[head.arch, head.machine].filter(Boolean).length > 0 && (
            <span>{[head.machine, head.arch].filter(Boolean).join(", ")}</span>
          )}
          {head.policy !== "" && <span>policy {head.policy}</span>}
        </p>
        {head.crashes !== null && (
          <p class="page-facts">
            <span class="quiet">reported on</span> <CommitName commit={head.crashes} />
            {head.rate !== null && (
              <span class="quiet">
                {head.rate.crashed} of {plural(head.rate.of, "run")} show it
              </span>
            )}
          </p>
        )}
      </div>
    </header>
  );
}

/** Where it stands, of a bisection that is not concluded. */
function Open({ view: { head, belief, now } }: { view: BisectionView }) {
  return (
    <>
      <p class="conclusion-text">It is not concluded: {head.state}.</p>
      {now !== null && <p>{now.text}</p>}
      {belief !== null && <p class="quiet">{belief.text}</p>}
    </>
  );
}

/** What people said, and what is to be known beside. */
function Said({ view: { overrides, notes, repairs, mailed } }: { view: BisectionView }) {
  const lines = [
    ...overrides.map(({ text }) => text),
    ...repairs.map(({ text }) => text),
    ...mailed.map(({ at, to, cc }) => {
      return `mailed ${timeText(at)} to ${plural(to.length + cc.length, "recipient")}`;
    }),
    ...notes,
  ];
  if (lines.length === 0) return null;
  return (
    <Card id="notes" title="Notes">
      <ul class="notes">
        {lines.map((line, n) => (
          <li key={String(n)}>{line}</li>
        ))}
      </ul>
    </Card>
  );
}

function Consoles({ given: { consoles, consolesLeftOut } }: { given: ReportGiven }) {
  if (consoles.length === 0 && consolesLeftOut === 0) return null;
  return (
    <Card id="consoles" title="Consoles">
      {consoles.map(({ run, what, text, before, after }) => (
        <details key={run} class="console" id={anchorOf(run)}>
          <summary>
            <code>{run}</code> {what}
          </summary>
          {before > 0 && <p class="quiet">{plural(before, "line")} before</p>}
          <pre class="console-text">{text}</pre>
          {after > 0 && <p class="quiet">{plural(after, "line")} after</p>}
        </details>
      ))}
      {consolesLeftOut > 0 && (
        <p class="quiet">
          {plural(consolesLeftOut, "more console")} would make this file too large.
        </p>
      )}
    </Card>
  );
}

function Card({ id, title, children }: { id: string; title: string; children: ComponentChildren }) {
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

/** Nothing outside of the report is linked. */
function linksWithin({ consoles }: ReportGiven): Links {
  const shown = new Set(consoles.map(({ run }) => run));
  return {
    run: (run) => (shown.has(run) ? `#${anchorOf(run)}` : null),
    step: (n) => `#step-${n}`,
    source: () => null,
  };
}

function anchorOf(run: string): string {
  return `console-${runAddress(run)}`;
}
