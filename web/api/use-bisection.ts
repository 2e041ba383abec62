import { useEffect, useState } from "preact/hooks";
import type { BisectionView } from "../../src/view/schema.ts";
import { ApiError, get } from "./client.ts";
import { type LiveState, listen } from "./live.ts";

/** How far a build is, between two events. */
export interface BuildProgress {
  readonly kernel: string;
  readonly done: number;
  readonly of: number | null;
}

/** A bisection as it is now. */
export interface LiveBisection {
  readonly view: BisectionView | null;
  readonly seq: number;
  readonly state: LiveState;
  readonly error: ApiError | null;
  readonly progress: BuildProgress | null;
}

const nothing: LiveBisection = {
  view: null,
  seq: -1,
  state: "live",
  error: null,
  progress: null,
};

/** The bisection `id`, whole at first and then whatever part of it changes. */
export function useBisection(id: string): LiveBisection {
  const [live, setLive] = useState<LiveBisection>(nothing);
  useEffect(() => {
    setLive(nothing);
    let left = false;
    let heard = false;
    const take = ({ seq, parts }: { seq: number; parts: Partial<BisectionView> }) =>
      setLive((before) => withParts(before, seq, parts));
    get<{ seq: number; view: BisectionView }>(`bisections/${encodeURIComponent(id)}`).then(
      // An answer that comes after a message may be older than it, as who is at work has no number.
      ({ seq, view }) => !left && !heard && take({ seq, parts: view }),
      (error: unknown) => {
        if (!left && error instanceof ApiError) setLive((before) => ({ ...before, error }));
      },
    );
    const stop = listen(`bisections/${encodeURIComponent(id)}/live`, {
      on: {
        view: (data) => {
          heard = true;
          take(data as Parameters<typeof take>[0]);
        },
        progress: (data) => setLive((before) => ({ ...before, progress: data as BuildProgress })),
      },
      state: (state) =>
        setLive((before) => (before.state === state ? before : { ...before, state })),
    });
    return () => {
      left = true;
      stop();
    };
  }, [id]);
  return live;
}

/** Parts that are older than what is shown are dropped: a stream may be opened anew before the last one has ended. */
function withParts(
  before: LiveBisection,
  seq: number,
  parts: Partial<BisectionView>,
): LiveBisection {
  if (seq < before.seq) return before;
  const whole = { ...before.view, ...parts } as BisectionView;
  if (whole.head === undefined || whole.spent === undefined) return before;
  return { ...before, view: whole, seq, error: null };
}
