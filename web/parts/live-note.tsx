import type { LiveState } from "../api/live.ts";

const words: Record<LiveState, string> = {
  live: "",
  lost: "Connection lost; trying again. What is shown may be old.",
  asleep: "Asleep while hidden.",
};

/** Says when what is shown is not live. */
export function LiveNote({ state }: { state: LiveState }) {
  return (
    <p class={`live-note${state === "live" ? " sr" : ""}`} role="status">
      {words[state]}
    </p>
  );
}
