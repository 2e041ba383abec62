import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, getText } from "../api/client.ts";
import { Problem } from "../parts/problem.tsx";
import { short } from "../views/words.ts";
import { plainOf } from "./colours.ts";

/** Lines shown before and after the one that is meant. */
const around = 60;

/** A file as it was at a commit, around one line, which is marked. */
export function Source({
  id,
  commit,
  place,
  close,
}: {
  id: string;
  commit: string;
  place: { readonly file: string; readonly line: number };
  close: () => void;
}) {
  const [text, setText] = useState<string | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const marked = useRef<HTMLLIElement>(null);
  const from = Math.max(1, place.line - around);
  useEffect(() => {
    const abort = new AbortController();
    const query = new URLSearchParams({
      commit,
      path: place.file,
      from: String(from),
      to: String(place.line + around),
    });
    setText(null);
    setError(null);
    getText(`bisections/${encodeURIComponent(id)}/source?${query}`, abort.signal).then(
      (answer) => !abort.signal.aborted && setText(answer),
      (refusal: unknown) => refusal instanceof ApiError && setError(refusal),
    );
    return () => abort.abort();
  }, [id, commit, place.file, place.line]);
  useEffect(() => marked.current?.scrollIntoView({ block: "center" }), [text]);
  return (
    <section class="source" aria-label={`${place.file}, line ${place.line}`}>
      <header>
        <p>
          <code>
            {place.file}:{place.line}
          </code>{" "}
          <span class="quiet">
            at <code>{short(commit)}</code>
          </span>
        </p>
        <button type="button" class="button small" onClick={close}>
          Close
        </button>
      </header>
      <Problem error={error} />
      {text !== null && (
        <ol class="code" start={from} tabIndex={0} aria-label="Source">
          {text
            .replace(/\n$/, "")
            .split("\n")
            .map((line, n) => {
              const number = from + n;
              const isMeant = number === place.line;
              return (
                <li key={number} ref={isMeant ? marked : null} class={isMeant ? "met" : undefined}>
                  <span class="line-number">{number}</span>
                  {plainOf(line)}
                </li>
              );
            })}
        </ol>
      )}
    </section>
  );
}
