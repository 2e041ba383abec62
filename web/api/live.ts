/** For so long a page that nobody sees keeps its connection: a browser has few of them for one server. */
const hiddenFor = 20_000;
/** The first and the longest wait before a refused connection is tried again. */
const [firstWait, longestWait] = [1000, 30_000];

/** Whether what is shown is up to date: `live`, `lost` while a connection is sought, `asleep` while nobody looks. */
export type LiveState = "live" | "lost" | "asleep";

/** What a stream tells. */
export interface Listener {
  /** A message by its name, with its data. */
  readonly on: Readonly<Record<string, (data: unknown) => void>>;
  readonly state: (state: LiveState) => void;
}

/**
 * Follows the events at `path` until the function that it gives back is called. A lost connection is sought again, by the
 * browser (which says what it saw last) or, where it gave up, by a new one (which begins with all there is). While the
 * page is hidden for longer than a moment it lets go, and catches up as soon as it is seen.
 */
export function listen(path: string, { on, state }: Listener): () => void {
  let source: EventSource | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let sleep: ReturnType<typeof setTimeout> | undefined;
  let wait = firstWait;

  const close = () => {
    clearTimeout(retry);
    source?.close();
    source = null;
  };
  const open = () => {
    close();
    const opened = new EventSource(`/api/${path}`);
    source = opened;
    opened.onopen = () => {
      wait = firstWait;
      state("live");
    };
    opened.onerror = () => {
      state("lost");
      if (opened.readyState !== EventSource.CLOSED) return;
      retry = setTimeout(open, wait);
      wait = Math.min(longestWait, wait * 2);
    };
    for (const [name, take] of Object.entries(on)) {
      opened.addEventListener(name, (event) => take(JSON.parse((event as MessageEvent).data)));
    }
  };
  const seen = () => {
    clearTimeout(sleep);
    if (document.visibilityState === "hidden") {
      sleep = setTimeout(() => {
        close();
        state("asleep");
      }, hiddenFor);
    } else if (source === null || source.readyState === EventSource.CLOSED) {
      wait = firstWait;
      open();
    }
  };
  // A page that was frozen or a machine that slept may hold a connection of which nothing is left.
  const woken = () => document.visibilityState === "visible" && open();

  document.addEventListener("visibilitychange", seen);
  document.addEventListener("resume", woken);
  addEventListener("pageshow", seen);
  addEventListener("online", woken);
  open();
  return () => {
    clearTimeout(sleep);
    document.removeEventListener("visibilitychange", seen);
    document.removeEventListener("resume", woken);
    removeEventListener("pageshow", seen);
    removeEventListener("online", woken);
    close();
  };
}
