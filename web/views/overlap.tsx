import type { OverlapView } from "../api/types.ts";
import type { Links } from "./links.ts";
import { plural } from "./words.ts";

/**
 * The stack of the crash beside the diff of the culprit. Lines of one that the other is about bear a mark and a word, not
 * colour alone. A report that stands alone gives no links; `commit` is the one whose files frames lead to.
 */
export function Overlap({
  overlap,
  commit,
  links,
}: {
  overlap: OverlapView;
  commit: string | null;
  links: Links;
}) {
  const met = overlap.diff.filter(({ onStack, kind }) => onStack && isChange(kind)).length;
  return (
    <div class="overlap">
      <section aria-label="Crash">
        <h3>Crash</h3>
        <ol class="code report" tabIndex={0} aria-label="Report of the crash">
          {overlap.report.map(({ text, frame, touched }, n) => {
            const href =
              frame === null || commit === null || frame.file === null
                ? null
                : links.source(commit, frame.file, frame.line ?? 1);
            return (
              <li key={String(n)} class={touched ? "met" : undefined}>
                {touched && <Met what="the culprit changes this function" />}
                {href === null ? text : <a href={href}>{text}</a>}
              </li>
            );
          })}
        </ol>
      </section>
      <section aria-label="Diff of the culprit">
        <h3>
          Culprit’s diff{" "}
          <span class="quiet">
            {met === 0
              ? "no line is of a function on the stack"
              : `${plural(met, "changed line")} in functions on the stack`}
          </span>
        </h3>
        <ol class="code diff" tabIndex={0} aria-label="Diff">
          {overlap.diff.map(({ text, kind, onStack }, n) => (
            <li key={String(n)} class={`diff-${diffClass[kind]}${onStack ? " met" : ""}`}>
              {onStack && kind === "@" && <Met what="in a function on the stack" />}
              {text}
            </li>
          ))}
        </ol>
      </section>
    </div>
  );
}

function isChange(kind: OverlapView["diff"][number]["kind"]): boolean {
  return kind === "+" || kind === "-";
}

const diffClass = { "+": "add", "-": "remove", " ": "same", "@": "hunk", file: "file" } as const;

function Met({ what }: { what: string }) {
  return (
    <span class="met-mark" role="img" aria-label={what} title={what}>
      ◆
    </span>
  );
}
