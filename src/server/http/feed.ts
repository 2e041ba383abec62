/** What a watcher is sent, one piece after the other. */
export interface Feed {
  /**
   * The next messages, as the event stream has them; null: there is nothing until `wake` is called. It is asked for no
   * more than the watcher has taken: one that is slow gets the newest state and no more. Several watchers may be given
   * the same bytes.
   */
  next(): Uint8Array | null;
  /** The watcher is gone. */
  close(): void;
}

/** Milliseconds of silence after which something is sent: proxies cut connections that say nothing. */
const heartbeatEvery = 15_000;

const encoder = new TextEncoder();

/** One message. */
export interface Message {
  readonly id?: string | number;
  readonly event?: string;
  /** One line. */
  readonly data: string;
}

/** Messages as the event stream has them. */
export function messageBytes(...messages: readonly Message[]): Uint8Array {
  return encoder.encode(messages.map(messageText).join(""));
}

function messageText({ id, event, data }: Message): string {
  const named = id === undefined ? "" : `id: ${id}\n`;
  const kind = event === undefined ? "" : `event: ${event}\n`;
  return `${named}${kind}data: ${data}\n\n`;
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
          const bytes = feed?.next() ?? null;
          if (bytes !== null) return controller.enqueue(bytes);
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
