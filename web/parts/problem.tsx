import type { ApiError } from "../api/client.ts";

/** What the server refused: what, and what to do next. Said aloud at once. */
export function Problem({ error }: { error: ApiError | null }) {
  if (error === null) return null;
  return (
    <div class="problem" role="alert">
      <p>{error.message}</p>
      {error.hint !== null && <p class="quiet">{error.hint}</p>}
      <p class="quiet">
        <code>{error.code}</code>
      </p>
    </div>
  );
}
