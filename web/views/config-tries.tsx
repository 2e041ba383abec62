import type { BisectionView } from "../../src/view/schema.ts";
import type { Links } from "./links.ts";
import { Runs } from "./runs.tsx";

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
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Left out</th>
            <th scope="col">Crashes</th>
            <th scope="col">Runs</th>
          </tr>
        </thead>
        <tbody>
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
        </tbody>
      </table>
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
