import { useEffect } from "preact/hooks";
import type { AccuracyView } from "../api/types.ts";
import { useAnswer } from "../api/use-answer.ts";
import { Problem } from "../parts/problem.tsx";
import { Table } from "../views/table.tsx";
import { grouped } from "../views/words.ts";

type Share = NonNullable<AccuracyView["all"]>;

/** How many answers were right, of those that somebody judged. */
export function AccuracyPage() {
  const { value, error } = useAnswer<AccuracyView>("accuracy");
  useEffect(() => {
    document.title = "Accuracy · firstbad";
  }, []);
  return (
    <div class="screen">
      <header class="page-head">
        <div class="page-title">
          <h1>Accuracy</h1>
          {value !== null && (
            <p class="page-facts quiet">
              <span>
                {value.all === null
                  ? `None of ${grouped(value.concluded)} concluded bisections is judged. Say on a result’s page whether it was right.`
                  : `${value.all.right} of ${value.all.of} judged answers are right; ${grouped(value.concluded)} are concluded.`}
              </span>
            </p>
          )}
        </div>
      </header>
      <Problem error={error} />
      {value?.all != null && (
        <div class="pair">
          <section class="card" aria-labelledby="stated">
            <h2 id="stated">Stated and true</h2>
            <Shares shares={value.byConfidence} name="Stated" />
            <p class="quiet">
              The bar is the range in which the true share lies in 95 of 100 cases, the stroke what
              was stated.
            </p>
          </section>
          <section class="card" aria-labelledby="types">
            <h2 id="types">By the type of crash</h2>
            <Shares shares={[value.all, ...value.byType]} name="Type" />
          </section>
        </div>
      )}
    </div>
  );
}

function Shares({
  shares,
  name,
}: {
  shares: readonly (Share & { readonly stated?: number })[];
  name: string;
}) {
  return (
    <Table kind="shares" columns={[name, "Right", "True share"]}>
      {shares.map((share) => (
        <tr key={share.name}>
          <td>{share.name}</td>
          <td class="number">
            {share.right}/{share.of}
          </td>
          <td>
            <svg
              class="interval"
              viewBox="0 0 100 14"
              preserveAspectRatio="none"
              aria-hidden="true"
            >
              <path class="grid" d="M0 7H100" />
              <rect
                class="bar"
                x={share.low * 100}
                y="4"
                width={Math.max(1, (share.high - share.low) * 100)}
                height="6"
              />
              {share.stated !== undefined && (
                <rect class="stated" x={share.stated * 100 - 0.5} y="0" width="1.2" height="14" />
              )}
            </svg>
            <span class="number quiet">
              {share.low.toFixed(2)} to {share.high.toFixed(2)}
              {share.stated !== undefined && `, stated ${share.stated.toFixed(3)}`}
            </span>
          </td>
        </tr>
      ))}
    </Table>
  );
}
