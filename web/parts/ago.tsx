import { useEffect, useState } from "preact/hooks";
import { durationText } from "../../src/report/duration.ts";
import { timeText } from "../views/words.ts";

/** The time in milliseconds, anew every `every` of them as long as the page is seen. */
export function useNow(every = 1000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") setNow(Date.now());
    }, every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}

/** How long ago something was, exact to the second when asked. */
export function Ago({ at, now }: { at: string | null; now: number }) {
  if (at === null) return null;
  const seconds = (now - Date.parse(at)) / 1000;
  return (
    <time dateTime={at} title={timeText(at)}>
      {seconds < 1 ? "just now" : `${coarse(seconds)} ago`}
    </time>
  );
}

/** For how long something goes on. */
export function Since({ at, now }: { at: string; now: number }) {
  return (
    <time dateTime={at} title={`since ${timeText(at)}`} class="number">
      {durationText(Math.max(0, Math.floor((now - Date.parse(at)) / 1000)))}
    </time>
  );
}

/** Below ten seconds no tenths: they would flicker. */
function coarse(seconds: number): string {
  return seconds < 60 ? `${Math.round(seconds)} s` : durationText(seconds);
}
