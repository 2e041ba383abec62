import type { BisectionView } from "../../src/view/schema.ts";

/** Under which conditions it was bisected: names and values. */
export function Conditions({ conditions }: { conditions: BisectionView["conditions"] }) {
  return (
    <dl class="facts conditions">
      {conditions.map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
