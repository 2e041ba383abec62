import type { BisectionView } from "../../src/view/schema.ts";
import type { Links } from "./links.ts";
import { Runs } from "./runs.tsx";
import { Table } from "./table.tsx";

/** How the configuration was made smaller: what was tried, and what of it is left. */
export function ConfigTries({
  config,
  links,
}: {
  config: NonNullable<BisectionView["config"]>;
  links: Links;
}) {
  return (
    <div class="config-tries">
      <p>{config.text}</p>
      {config.result !== "" && <p>{config.result}</p>}
      <Table columns={["Left out", "Crashes", "Runs"]}>
        {config.tries.map(({ kernel, text, without, crashes, runs }) => (
          <tr key={kernel}>
            <td>
              {text}
              {without.length > 0 && <span class="below quiet">{namesText(without)}</span>}
            </td>
            <td>{crashes === null ? "under test" : crashes ? "still" : "no longer"}</td>
            <td>
              <Runs runs={runs} links={links} />
            </td>
          </tr>
        ))}
      </Table>
      {config.kept.length > 0 && (
        <details>
          <summary>Options that are on</summary>
          <pre class="excerpt">{config.kept.join("\n")}</pre>
        </details>
      )}
    </div>
  );
}

/** So many options are named. */
const mostNames = 6;

function namesText(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).map((name) => name.replace(/^CONFIG_/, ""));
  return `${shown.join(", ")}${names.length > shown.length ? ", …" : ""}`;
}
