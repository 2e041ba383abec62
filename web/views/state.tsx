/** How a state looks: its tone and whether something moves. */
const tones: Record<string, string> = {
  running: "now",
  queued: "waiting",
  paused: "waiting",
  stopped: "waiting",
  reopened: "unsure",
  "cut off": "unsure",
  found: "good",
  ties: "unsure",
  unconfirmed: "unsure",
};

/** The state of a bisection: its word beside a dot. */
export function State({ state }: { state: string }) {
  return (
    <span class={`state state-${tones[state] ?? "ended"}`}>
      <i aria-hidden="true" />
      {state.replaceAll("-", " ")}
    </span>
  );
}
