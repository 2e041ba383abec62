import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { durationText } from "../../src/report/duration.ts";
import type { BisectionView } from "../../src/view/schema.ts";
import { ApiError, get, getText } from "../api/client.ts";
import type { RunView } from "../api/types.ts";
import { useAnswer } from "../api/use-answer.ts";
import type { Fold } from "../console/folds.ts";
import { hashOf, type LineRange, linesOf } from "../console/line-link.ts";
import { placeOf } from "../console/places.ts";
import { Source } from "../console/source.tsx";
import { LineText } from "../console/text.tsx";
import { Viewer, type ViewerHandle } from "../console/viewer.tsx";
import { Command } from "../parts/command.tsx";
import { Problem } from "../parts/problem.tsx";
import { useKeys } from "../state/keys.ts";
import { go, usePlace } from "../state/place.ts";
import { pathTo } from "../state/route.ts";
import { grouped, short } from "../views/words.ts";

/** A part that is longer than this is folded at first. */
const foldFrom = 30;
const partNames = {
  boot: "boot",
  reproducer: "reproducer",
  output: "output",
  crash: "crash",
  rest: "after it",
} as const;

/** The console of one run. */
export function ConsolePage({ id, run }: { id: string; run: string }) {
  const base = `bisections/${encodeURIComponent(id)}/runs/${encodeURIComponent(run)}`;
  const answer = useAnswer<RunView>(base);
  useEffect(() => {
    document.title = `Run ${run} · firstbad`;
  }, [run]);
  if (answer.value === null) {
    return (
      <div class="screen narrow">
        {answer.error === null ? (
          <p class="empty">Reading the console…</p>
        ) : (
          <Problem error={answer.error} />
        )}
      </div>
    );
  }
  return <Console id={id} base={base} run={answer.value} />;
}

function Console({ id, base, run }: { id: string; base: string; run: RunView }) {
  const place = usePlace();
  const viewer = useRef<ViewerHandle>(null);
  const search = useRef<HTMLInputElement>(null);
  const folds = useMemo(() => foldsOf(run), [run]);
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const [chosen, setChosen] = useState<LineRange | null>(() => linesOf(location.hash));
  const shut = useMemo(
    () =>
      folds.filter(
        ({ from, to }) =>
          !opened.has(from) && !(chosen !== null && chosen.from <= to && chosen.to >= from),
      ),
    [folds, opened, chosen],
  );
  const read = useCallback(
    async (from: number, to: number, signal: AbortSignal) => {
      const text = await getText(`${base}/console?lines=${from}-${to}`, signal);
      return text.split("\n").map((line) => line.replace(/\r$/, ""));
    },
    [base],
  );
  const finder = useFinder(base, (line) => {
    const fold = folds.find(({ from, to }) => line >= from && line <= to);
    if (fold !== undefined) setOpened((before) => new Set(before).add(fold.from));
    // The fold must be open before its lines can be brought into sight.
    setTimeout(() => viewer.current?.show(line));
  });
  useEffect(() => {
    const first = chosen?.from ?? run.crashes[0]?.from;
    if (first !== undefined) setTimeout(() => viewer.current?.show(first));
    const moved = () => {
      const lines = linesOf(location.hash);
      setChosen(lines);
      if (lines !== null) setTimeout(() => viewer.current?.show(lines.from));
    };
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, [run]);
  useKeys({
    "/": (event) => {
      event.preventDefault();
      search.current?.focus();
    },
    n: () => void finder.next(),
  });
  const choose = (line: number, extend: boolean) => {
    const lines =
      extend && chosen !== null
        ? { from: Math.min(chosen.from, line), to: Math.max(chosen.to, line) }
        : { from: line, to: line };
    setChosen(lines);
    history.replaceState(null, "", location.pathname + location.search + hashOf(lines));
  };
  const shown = placeOf(place.query.get("source"));
  const at = place.query.get("at") ?? run.commit;
  const source = (file: string, line: number) =>
    `${place.path}?${new URLSearchParams({ source: `${file}:${line}` })}`;
  return (
    <div class="screen console-page">
      <header class="page-head">
        <div class="page-title">
          <p class="crumbs">
            <a href="/">Bisections</a> / <a href={pathTo(id)}>{id}</a> / run <code>{run.run}</code>
          </p>
          <h1>{run.title === "" ? (run.outcome ?? "running") : run.title}</h1>
          <p class="page-facts quiet">
            <span>{run.outcome ?? "running"}</span>
            <span>
              commit <code>{short(run.commit)}</code>
            </span>
            <span>
              kernel <code>{run.kernel}</code>
            </span>
            {run.seconds !== null && <span>{durationText(run.seconds)}</span>}
            <span>
              {grouped(run.lines)} lines, {sizeText(run.size)}
              {run.cut && ", its middle left out"}
            </span>
          </p>
        </div>
        <div class="page-tools">
          <a class="button" href={`/api/${base}/console`} download="">
            Download
          </a>
        </div>
      </header>
      <div class="console-tools">
        <search>
          <form
            class="console-search"
            onSubmit={(event) => {
              event.preventDefault();
              void finder.next();
            }}
          >
            <label class="search">
              <span class="sr">Search this console</span>
              <input
                ref={search}
                type="search"
                placeholder="Search"
                value={finder.text}
                onInput={(event) => finder.setText(event.currentTarget.value)}
                onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
              />
              <span class="kbd" aria-hidden="true">
                /
              </span>
            </label>
            <button type="submit" class="button">
              Next
            </button>
            <span class="quiet" role="status">
              {finder.note}
            </span>
          </form>
        </search>
        <nav class="jumps" aria-label="Parts of the console">
          {run.parts.map(({ name, from }) => (
            <a key={`${name} ${from}`} href={`#L${from}`}>
              {partNames[name]}
            </a>
          ))}
          {run.crashes.map(({ title, from }) => (
            <a key={from} class="jump-crash" href={`#L${from}`} title={title}>
              {title}
            </a>
          ))}
        </nav>
      </div>
      {run.crashes.length > 0 && <Symbolized id={id} run={run.run} source={source} />}
      <div class={shown === null ? "console-box" : "console-box with-source"}>
        <Viewer
          handle={viewer}
          lines={run.lines}
          read={read}
          shut={shut}
          open={({ from }) => setOpened((before) => new Set(before).add(from))}
          crashes={run.crashes}
          chosen={chosen}
          choose={choose}
          found={finder.line}
          source={source}
        />
        {shown !== null && (
          <Source
            id={id}
            commit={at}
            place={shown}
            close={() => go(place.path + location.hash, true)}
          />
        )}
      </div>
      {run.reproduce !== null && (
        <Command text={run.reproduce} what="the command that repeats it" />
      )}
    </div>
  );
}

/** The crash with the source lines of its frames, as far as it was told once: of this run, or of another with the same. */
function Symbolized({
  id,
  run,
  source,
}: {
  id: string;
  run: string;
  source: (file: string, line: number) => string;
}) {
  const answer = useAnswer<{ view: BisectionView }>(`bisections/${encodeURIComponent(id)}`);
  const crash = answer.value?.view.crash ?? null;
  if (crash === null) return null;
  return (
    <details class="symbolized">
      <summary>
        The crash with source lines{crash.run === run ? "" : `, as in run ${crash.run}`}
      </summary>
      <ol class="code" tabIndex={0} aria-label="Crash with source lines">
        {crash.report.split("\n").map((line, n) => (
          <li key={String(n)}>
            <LineText line={line} source={source} />
          </li>
        ))}
      </ol>
    </details>
  );
}

/** Looks for a text, one line after the other, and from the first again after the last. */
function useFinder(base: string, show: (line: number) => void) {
  const [text, setText] = useState("");
  const [line, setLine] = useState<number | null>(null);
  const [note, setNote] = useState("");
  const next = async () => {
    if (text === "") return;
    try {
      const after = line ?? 0;
      let found = await findAfter(base, text, after);
      if (found === null && after > 0) found = await findAfter(base, text, 0);
      setLine(found);
      setNote(found === null ? "not found" : `line ${grouped(found)}`);
      if (found !== null) show(found);
    } catch (error) {
      setNote(error instanceof ApiError ? error.message : String(error));
    }
  };
  const change = (value: string) => {
    setText(value);
    setLine(null);
    setNote("");
  };
  return { text, setText: change, line, note, next };
}

/** The first line after `after` that has the text; null: none has. A server looks through a part at a time. */
async function findAfter(base: string, text: string, after: number): Promise<number | null> {
  let from: number | null = after;
  while (from !== null) {
    const query = new URLSearchParams({ find: text, after: String(from) });
    const { line, next } = await get<Found>(`${base}/console?${query}`);
    if (line !== null) return line;
    from = next !== null && next > from ? next : null;
  }
  return null;
}

/** `next`: from where it must be asked again, because there was too much to look through. */
interface Found {
  readonly line: number | null;
  readonly next: number | null;
}

/** The boot, where it is long. */
function foldsOf({ parts, lines }: RunView): Fold[] {
  return parts
    .filter(({ name, from, to }) => {
      const length = to - from + 1;
      // A console that is nothing but boot is what one came to see.
      return name === "boot" && length >= foldFrom && length < lines;
    })
    .map(({ name, from, to }) => ({ name: partNames[name], from, to }));
}

function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
