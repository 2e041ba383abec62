import type { BisectionView } from "../../src/view/schema.ts";
import { CommitName } from "./commit.tsx";
import { short } from "./words.ts";

/** In which trees the bug is: a row each, with what was traced and what was run. */
export function Presence({ presence }: { presence: NonNullable<BisectionView["presence"]> }) {
  return (
    <table class="table presence">
      <thead>
        <tr>
          <th scope="col">Tree</th>
          <th scope="col">State</th>
          <th scope="col">Has the cause</th>
          <th scope="col">Has the fix</th>
          <th scope="col">Crashed</th>
        </tr>
      </thead>
      <tbody>
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
      </tbody>
    </table>
  );
}

function changeText(
  change: NonNullable<BisectionView["presence"]>["trees"][number]["cause"],
): string {
  return change === null ? "–" : `${short(change.commit)} ${change.how}`;
}
