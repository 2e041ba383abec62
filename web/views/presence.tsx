import type { BisectionView } from "../../src/view/schema.ts";
import { CommitName } from "./commit.tsx";
import { Table } from "./table.tsx";
import { short } from "./words.ts";

/** In which trees the bug is: a row each, with what was traced and what was run. */
export function Presence({ presence }: { presence: NonNullable<BisectionView["presence"]> }) {
  return (
    <Table kind="presence" columns={["Tree", "State", "Has the cause", "Has the fix", "Crashed"]}>
      {presence.trees.map(({ tree, state, stateText, cause, fix, crashed, of, why }) => (
        <tr key={tree.hash + (tree.name ?? "")}>
          <td>
            <CommitName commit={tree} subject={false} />
          </td>
          <td class={`presence-${state ?? "open"}`}>
            {stateText === "" ? "not known yet" : stateText}
            {why !== "" && <span class="below quiet">{why}</span>}
          </td>
          <td>{changeText(cause)}</td>
          <td>{changeText(fix)}</td>
          <td class="number">{of === 0 ? "" : `${crashed}/${of}`}</td>
        </tr>
      ))}
    </Table>
  );
}

function changeText(
  change: NonNullable<BisectionView["presence"]>["trees"][number]["cause"],
): string {
  return change === null ? "–" : `${short(change.commit)} ${change.how}`;
}
