/** What the signals of this process ask of a bisection. */
export interface Signals {
  /** Begin nothing new; finish what runs. */
  readonly finish: AbortSignal;
  /** Kill what runs. */
  readonly halt: AbortSignal;
  /** From now on `say` hears what a signal will do. */
  tell(say: (text: string) => void): void;
  /** Gives the signals back to their defaults. */
  release(): void;
}

/**
 * The first Ctrl-C: finish what runs, save, stop. The second, or SIGTERM or SIGHUP: kill it now; what was
 * finished is saved all the same.
 */
export function catchSignals(): Signals {
  const finish = new AbortController();
  const halt = new AbortController();
  let say = (_: string) => {};
  const interrupt = () => {
    if (finish.signal.aborted) return terminate();
    say("finishing what runs; press Ctrl-C again to kill it");
    finish.abort();
  };
  const terminate = () => {
    say("killing what runs; what was finished is saved");
    finish.abort();
    halt.abort();
  };
  const handlers = [
    ["SIGINT", interrupt],
    ["SIGTERM", terminate],
    ["SIGHUP", terminate],
  ] as const;
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return {
    finish: finish.signal,
    halt: halt.signal,
    tell: (listener) => {
      say = listener;
    },
    release: () => {
      for (const [signal, handler] of handlers) process.off(signal, handler);
    },
  };
}
