import { stretchesOf } from "./colours.ts";
import { placesIn } from "./places.ts";

/** A line as text, never as markup: colours as classes, places in source files as links. */
export function LineText({
  line,
  source,
}: {
  line: string;
  source: (file: string, line: number) => string;
}) {
  return (
    <>
      {stretchesOf(line).map(({ text, look }, n) => {
        const parts = placesIn(text).map((part, m) =>
          part.place === null ? (
            part.text
          ) : (
            <a key={String(m)} href={source(part.place.file, part.place.line)}>
              {part.text}
            </a>
          ),
        );
        return look === "" ? (
          <span key={String(n)}>{parts}</span>
        ) : (
          <span key={String(n)} class={look}>
            {parts}
          </span>
        );
      })}
    </>
  );
}
