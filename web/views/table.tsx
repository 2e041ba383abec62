import type { ComponentChildren } from "preact";

/** A table of named columns; its rows are children. `kind`: classes of its looks; `stacked` ones are lists on a phone. */
export function Table({
  columns,
  kind = "",
  caption,
  children,
}: {
  columns: readonly string[];
  kind?: string;
  caption?: string;
  children: ComponentChildren;
}) {
  return (
    <table class={`table ${kind}`.trimEnd()}>
      {caption !== undefined && <caption>{caption}</caption>}
      <thead>
        <tr>
          {columns.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}
