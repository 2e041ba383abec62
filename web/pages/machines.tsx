import { useEffect } from "preact/hooks";
import type { QueueView } from "../api/types.ts";
import { useAnswer } from "../api/use-answer.ts";
import { Ago, Since, useNow } from "../parts/ago.tsx";
import { Problem } from "../parts/problem.tsx";
import { pathTo } from "../state/route.ts";
import { Table } from "../views/table.tsx";

/** How often it is asked for again, in milliseconds. */
const every = 2000;

/** What this machine works at, and what waits for it. */
export function MachinesPage() {
  const { value, error, again } = useAnswer<QueueView>("queue");
  const now = useNow();
  useEffect(() => {
    document.title = "Machines · firstbad";
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") again();
    }, every);
    return () => clearInterval(timer);
  }, [again]);
  return (
    <div class="screen">
      <header class="page-head">
        <div class="page-title">
          <h1>Machines</h1>
        </div>
      </header>
      <Problem error={error} />
      {value !== null && (
        <>
          <div class="pair">
            <Slots title="Builds" slots={value.slots.builds} />
            <Slots title="Runs" slots={value.slots.runs} />
          </div>
          <section class="card" aria-labelledby="working">
            <h2 id="working">At work</h2>
            {value.working.length === 0 ? (
              <p class="empty">Nothing is built or run.</p>
            ) : (
              <Table columns={["What", "Bisection", "For"]}>
                {value.working.map((one) => (
                  <tr key={`${one.bisection} ${one.kind} ${one.id}`}>
                    <td>
                      <i class={`key key-${one.kind}`} />{" "}
                      {one.kind === "build" ? "building" : "running"} <code>{one.id}</code>
                      {one.text !== "" && <span class="below quiet">{one.text}</span>}
                    </td>
                    <td>
                      <a href={pathTo(one.bisection)}>{one.bisection}</a>
                    </td>
                    <td>
                      <Since at={one.since} now={now} />
                    </td>
                  </tr>
                ))}
              </Table>
            )}
          </section>
          <section class="card" aria-labelledby="queue">
            <h2 id="queue">Queue</h2>
            {value.queued.length === 0 ? (
              <p class="empty">Nothing waits.</p>
            ) : (
              <Table columns={["Place", "Bisection", "Queued"]}>
                {value.queued.map(({ id, place, since }) => (
                  <tr key={id}>
                    <td class="number">{place}</td>
                    <td>
                      <a href={pathTo(id)}>{id}</a>
                    </td>
                    <td>
                      <Ago at={since} now={now} />
                    </td>
                  </tr>
                ))}
              </Table>
            )}
          </section>
        </>
      )}
    </div>
  );
}

function Slots({
  title,
  slots: { of, busy },
}: {
  title: string;
  slots: { of: number; busy: number };
}) {
  return (
    <section class="card slots" aria-label={title}>
      <h2>{title}</h2>
      <p>
        <span class="big">
          {busy}/{of}
        </span>{" "}
        <span class="quiet">{of === 1 ? "slot" : "slots"} busy</span>
      </p>
      <div class="slot-row" aria-hidden="true">
        {Array.from({ length: Math.min(of, 64) }, (_, n) => (
          <i key={n} class={n < busy ? "busy" : ""} />
        ))}
      </div>
    </section>
  );
}
