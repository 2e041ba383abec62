import { useCallback, useEffect, useState } from "preact/hooks";
import { ApiError, get } from "./client.ts";

/** An answer that is waited for, there, or refused. `again` asks once more and keeps what is there until then. */
export interface Answer<T> {
  readonly value: T | null;
  readonly error: ApiError | null;
  readonly again: () => void;
}

/** Asks the server for `path`, and anew when it changes; null: for nothing. What comes too late is dropped. */
export function useAnswer<T>(path: string | null): Answer<T> {
  const [value, setValue] = useState<{ path: string; value: T } | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [count, setCount] = useState(0);
  // `count` asks once more.
  useEffect(() => {
    if (path === null) return;
    const abort = new AbortController();
    get<T>(path, abort.signal).then(
      (answer) => {
        if (abort.signal.aborted) return;
        setValue({ path, value: answer });
        setError(null);
      },
      (refusal: unknown) => {
        if (!abort.signal.aborted)
          setError(refusal instanceof ApiError ? refusal : asApiError(refusal));
      },
    );
    return () => abort.abort();
  }, [path, count]);
  const again = useCallback(() => setCount((n) => n + 1), []);
  return { value: value?.path === path ? (value?.value ?? null) : null, error, again };
}

function asApiError(cause: unknown): ApiError {
  return new ApiError(0, { error: { code: "unknown", message: String(cause) } });
}
