import { useEffect, useRef, useState } from "preact/hooks";
import type { ListEntryView } from "../../src/view/schema.ts";
import { type LiveState, listen } from "../api/live.ts";
import type { ListPage as Answer } from "../api/types.ts";
import { useAnswer } from "../api/use-answer.ts";
import { Ago, useNow } from "../parts/ago.tsx";
import { LiveNote } from "../parts/live-note.tsx";
import { Problem } from "../parts/problem.tsx";
import { focusNext, useKeys } from "../state/keys.ts";
import { go, usePlace } from "../state/place.ts";
import { pathTo } from "../state/route.ts";
import { State } from "../views/state.tsx";
import { grouped, probabilityText } from "../views/words.ts";
import { belongs, type Filter, filterOf, pageSize, queryOf } from "./list-filter.ts";

/** A list that changed is asked for again at most so often, in milliseconds. */
const atMostEvery = 2000;

/** All bisections: what they come to, live; what is shown of them is in the address. */
export function ListPage() {
  const place = usePlace();
  const filter = filterOf(place.query);
  const answer = useAnswer<Answer>(`bisections${apiQuery(filter)}`);
  const [kept, setKept] = useState<Answer | null>(null);
  const { changed, state } = useChanges(answer.again, kept?.seq ?? answer.value?.seq ?? null);
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = "Bisections · firstbad";
  }, []);
  useEffect(() => {
    if (answer.value !== null) setKept(answer.value);
  }, [answer.value]);
  useKeys({
    "/": (event) => {
      event.preventDefault();
      search.current?.focus();
    },
    j: () => focusNext(".entry-link", 1),
    k: () => focusNext(".entry-link", -1),
  });
  const shown = answer.value ?? kept;
  const ask = (change: Partial<Filter>) =>
    go(`/${queryOf({ ...filter, offset: 0, ...change })}`, true);
  return (
    <div class="screen">
      <h1 class="sr">Bisections</h1>
      <LiveNote state={state} />
      <search>
        <form class="filters" onSubmit={(event) => event.preventDefault()}>
          <Groups filter={filter} counts={shown?.counts ?? null} />
          <label class="search">
            <span class="sr">Search titles, commits, repositories</span>
            <input
              ref={search}
              type="search"
              placeholder="Search titles, commits, ids"
              value={filter.q}
              onInput={(event) => ask({ q: event.currentTarget.value })}
              onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
            />
            <span class="kbd" aria-hidden="true">
              /
            </span>
          </label>
          <label>
            <span class="sr">Looks for</span>
            <select
              value={filter.find}
              onChange={(event) => ask({ find: event.currentTarget.value as Filter["find"] })}
            >
              <option value="">Causes and fixes</option>
              <option value="cause">Causes</option>
              <option value="fix">Fixes</option>
            </select>
          </label>
          <label>
            <span class="sr">Order</span>
            <select
              value={filter.sort}
              onChange={(event) => ask({ sort: event.currentTarget.value as Filter["sort"] })}
            >
              <option value="heard">Last heard of</option>
              <option value="begun">Newest</option>
              <option value="state">By state</option>
            </select>
          </label>
        </form>
      </search>
      <Problem error={answer.error} />
      {shown !== null && <Entries page={shown} changed={changed} filter={filter} />}
      {shown !== null && <Pager total={shown.total} filter={filter} />}
    </div>
  );
}

function Groups({ filter, counts }: { filter: Filter; counts: Answer["counts"] | null }) {
  const all = counts === null ? null : counts.running + counts.waiting + counts.concluded;
  const groups = [
    ["", "All", all],
    ["running", "Running", counts?.running ?? null],
    ["waiting", "Waiting", counts?.waiting ?? null],
    ["concluded", "Concluded", counts?.concluded ?? null],
  ] as const;
  return (
    <nav class="tabs" aria-label="State">
      {groups.map(([group, text, count]) => (
        <a
          key={group}
          href={`/${queryOf({ ...filter, group, offset: 0 })}`}
          aria-current={filter.group === group ? "true" : undefined}
        >
          {text} {count !== null && <span class="count">{grouped(count)}</span>}
        </a>
      ))}
    </nav>
  );
}

function Entries({
  page,
  changed,
  filter,
}: {
  page: Answer;
  changed: ReadonlyMap<string, ListEntryView>;
  filter: Filter;
}) {
  const now = useNow();
  const entries = page.entries
    .map((entry) => newer(entry, changed.get(entry.id)))
    .filter((entry) => belongs(filter, entry));
  if (entries.length === 0) {
    const isAll = queryOf(filter) === "";
    return isAll ? (
      <NoneYet />
    ) : (
      <p class="empty">
        None is like this. <a href="/">Show all</a>
      </p>
    );
  }
  return (
    <ul class="entries">
      {entries.map((entry) => (
        <Entry key={entry.id} entry={entry} now={now} />
      ))}
    </ul>
  );
}

function Entry({ entry, now }: { entry: ListEntryView; now: number }) {
  const { id, state, group, about, what, find, repo, arch, machine, policy, confidence } = entry;
  return (
    <li class="entry">
      <State state={state} />
      <div class="entry-text">
        <a class="entry-link" href={pathTo(id)}>
          {about === "" ? `Bisection ${id}` : about}
        </a>
        <p class="entry-what">{what}</p>
      </div>
      <div class="entry-sure">
        {confidence !== null && group === "concluded" && (
          <span>
            <small>confidence</small> {probabilityText(confidence)}
          </span>
        )}
        {entry.judged !== null && (
          <span class={`chip judged-${entry.judged}`}>judged {entry.judged}</span>
        )}
        {entry.mailed && <span class="chip">mailed</span>}
      </div>
      <div class="entry-facts quiet">
        <code>{id}</code> · {find} · {arch} · {machine} · {policy} · {repo}
      </div>
      <div class="entry-when quiet">
        <Ago at={entry.heard ?? entry.begun} now={now} />
      </div>
    </li>
  );
}

function NoneYet() {
  return (
    <div class="welcome">
      <h2>No bisection yet</h2>
      <p>
        Begin one with <a href="/new">the form</a>, or in a terminal:
      </p>
      <pre>firstbad init{"\n"}firstbad bisect firstbad.yaml</pre>
      <p class="quiet">What the command line begins in the same folder is seen here, too.</p>
    </div>
  );
}

function Pager({ total, filter }: { total: number; filter: Filter }) {
  const { offset } = filter;
  if (total <= pageSize && offset === 0) return null;
  const link = (to: number) => `/${queryOf({ ...filter, offset: Math.max(0, to) })}`;
  return (
    <nav class="pager" aria-label="Parts of the list">
      {offset > 0 && <a href={link(offset - pageSize)}>← Newer</a>}
      <span class="quiet">
        {grouped(offset + 1)} to {grouped(Math.min(total, offset + pageSize))} of {grouped(total)}
      </span>
      {offset + pageSize < total && <a href={link(offset + pageSize)}>Older →</a>}
    </nav>
  );
}

/** What changed since the list came; the list itself is asked for again, at most every other second, when its order may change. */
function useChanges(again: () => void, seq: number | null) {
  const [changed, setChanged] = useState<ReadonlyMap<string, ListEntryView>>(new Map());
  const [state, setState] = useState<LiveState>("live");
  const isKnown = seq !== null;
  // One stream serves every filter.
  useEffect(() => {
    if (!isKnown) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        again();
      }, atMostEvery);
    };
    let wasLost = false;
    const stop = listen(`bisections/live?after=${seq}`, {
      on: {
        entry: (data) => {
          const entry = data as ListEntryView;
          setChanged((before) => new Map(before).set(entry.id, entry));
          soon();
        },
      },
      state: (next) => {
        setState(next);
        // What changed while nobody listened is in the list alone.
        if (next === "live" && wasLost) again();
        wasLost = next !== "live";
      },
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [isKnown]);
  return { changed, state };
}

/** The one of two that was heard of last. */
function newer(listed: ListEntryView, told: ListEntryView | undefined): ListEntryView {
  return told !== undefined && (told.heard ?? "") >= (listed.heard ?? "") ? told : listed;
}

function apiQuery(filter: Filter): string {
  const query = queryOf(filter);
  return `${query === "" ? "?" : `${query}&`}limit=${pageSize}`;
}
