import type { BisectionView } from "../../src/view/schema.ts";
import { CheckShape } from "./check-shape.tsx";
import type { Links } from "./links.ts";
import { Runs } from "./runs.tsx";
import { Table } from "./table.tsx";

/** What the culprit was asked before it was named, with counts and with why. */
export function Checks({ checks, links }: { checks: BisectionView["checks"]; links: Links }) {
  if (checks.length === 0) return <p class="empty">No check is made yet.</p>;
  return (
    <Table kind="checks stacked" columns={["Result", "Check", "Counts", "Runs"]}>
      {checks.map((row) => (
        <tr key={`${row.check} ${row.parent ?? ""}`} class={`check-${row.result}`}>
          <td>
            <span class="with-mark">
              <CheckShape result={row.result} /> {row.result}
            </span>
          </td>
          <td>
            {row.text}
            {row.why !== "" && <span class="below quiet">{row.why}</span>}
          </td>
          <td class="number">{row.counts}</td>
          <td>{row.runs.length > 0 && <Runs runs={row.runs} links={links} />}</td>
        </tr>
      ))}
    </Table>
  );
}
