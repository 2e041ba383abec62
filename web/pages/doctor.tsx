import { useEffect } from "preact/hooks";
import type { DoctorView } from "../api/types.ts";
import { useAnswer } from "../api/use-answer.ts";
import { Command } from "../parts/command.tsx";
import { Problem } from "../parts/problem.tsx";
import { CheckShape } from "../views/check-shape.tsx";
import { Table } from "../views/table.tsx";

const results = { ok: "passed", degraded: "unknown", missing: "failed" } as const;

/** Whether the server’s machine has what is needed, and what to do where it has not. */
export function DoctorPage() {
  const { value, error } = useAnswer<DoctorView>("doctor");
  useEffect(() => {
    document.title = "Doctor · firstbad";
  }, []);
  const counts = (state: string) => value?.checks.filter((one) => one.state === state).length ?? 0;
  return (
    <div class="screen">
      <header class="page-head">
        <div class="page-title">
          <h1>Doctor</h1>
          <p class="page-facts quiet">
            {value === null && error === null && <span>Looking at the machine…</span>}
            {value !== null && (
              <span>
                {counts("ok")} as they should be, {counts("degraded")} less than they could be,{" "}
                {counts("missing")} missing
              </span>
            )}
          </p>
        </div>
      </header>
      <Problem error={error} />
      {value !== null && (
        <section class="card" aria-label="Checks of this machine">
          <Table kind="doctor stacked" columns={["State", "What", "Found"]}>
            {value.checks.map(({ name, purpose, needed, state, found, fix }) => (
              <tr key={name}>
                <td>
                  <span class="with-mark">
                    <CheckShape result={results[state]} /> {state}
                  </span>
                </td>
                <td>
                  <b>{name}</b>
                  {needed && <span class="chip">needed</span>}
                  <span class="below quiet">{purpose}</span>
                </td>
                <td>
                  {found}
                  {fix !== null && <Command text={fix} what={`what mends ${name}`} />}
                </td>
              </tr>
            ))}
          </Table>
        </section>
      )}
    </div>
  );
}
