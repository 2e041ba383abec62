/** What a watcher is sent, one piece after the other. */
export interface Feed {
  /**
   * The text of the next messages, as the event stream has them; null: there is nothing until `wake` is called. It is
   * asked for no more than the watcher has taken: one that is slow gets the newest state and no more.
   */
  next(): string | null;
  /** The watcher is gone. */
  close(): void;
}

/** Milliseconds of silence after which something is sent: proxies cut connections that say nothing. */
const heartbeatEvery = 15_000;

const encoder = new TextEncoder();

/** Messages of one event: `data` is one line. */
export function messageText(message: {
  readonly id?: string | number;
  readonly event?: string;
  readonly data: string;
}): string {
  const id = message.id === undefined ? "" : `id: ${message.id}\n`;
  const event = message.event === undefined ? "" : `event: ${message.event}\n`;
  return `${id}${event}data: ${message.data}\n\n`;
}

/**
 * A response of server-sent events from a feed. `open` is given `wake`, to be called whenever there may be more, and
 * `end`, after which what is left is sent and the stream ends. `signal` fires: it ends at once.
 */
export function feedResponse(
  open: (wake: () => void, end: () => void) => Feed,
  signal: AbortSignal,
): Response {
  let feed: Feed | null = null;
  let wake = () => {};
  let ended = false;
  const close = () => {
    feed?.close();
    feed = null;
    wake();
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        feed = open(
          () => wake(),
          () => {
            ended = true;
            wake();
          },
        );
        // Browsers come back after this long, in milliseconds.
        controller.enqueue(encoder.encode("retry: 2000\n\n"));
        signal.addEventListener("abort", close, { once: true });
      },
      async pull(controller) {
        for (;;) {
          const text = feed?.next() ?? null;
          if (text !== null) return controller.enqueue(encoder.encode(text));
          if (feed === null || ended) {
            signal.removeEventListener("abort", close);
            close();
            return controller.close();
          }
          const { promise, resolve } = Promise.withResolvers<boolean>();
          const silence = setTimeout(() => resolve(false), heartbeatEvery).unref();
          wake = () => resolve(true);
          const isNews = await promise;
          clearTimeout(silence);
          wake = () => {};
          if (!isNews) return controller.enqueue(encoder.encode(": \n\n"));
        }
      },
      cancel() {
        signal.removeEventListener("abort", close);
        close();
      },
    },
    { highWaterMark: 1 },
  );
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      // Of nginx: it would gather the messages.
      "x-accel-buffering": "no",
    },
  });
}
