import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, post } from "../api/client.ts";
import { Problem } from "../parts/problem.tsx";
import { usePlace } from "../state/place.ts";

/** Asks for the token that the operator gave out. */
export function SignInPage() {
  const place = usePlace();
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const token = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = "Sign in · firstbad";
    token.current?.focus();
  }, []);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    setError(null);
    post("session", { token: String(form.get("token") ?? "").trim() }).then(
      () => location.assign(ownAddress(place.query.get("next"))),
      (refusal: unknown) => {
        setBusy(false);
        if (refusal instanceof ApiError) setError(refusal);
      },
    );
  };
  return (
    <div class="screen narrow">
      <form class="card sign-in" onSubmit={submit}>
        <h1>Sign in</h1>
        <label class="field">
          Token
          <input
            ref={token}
            name="token"
            type="password"
            autocomplete="current-password"
            required
          />
        </label>
        <Problem error={error} />
        <button type="submit" class="button primary" disabled={busy}>
          Sign in
        </button>
        <p class="quiet">
          Who runs the server gives tokens out: <code>firstbad serve --help</code>
        </p>
      </form>
    </div>
  );
}

/** An address on this server: what leads anywhere else is the list. */
function ownAddress(next: string | null): string {
  if (next === null) return "/";
  try {
    const address = new URL(next, location.origin);
    return address.origin === location.origin ? address.pathname + address.search : "/";
  } catch {
    return "/";
  }
}
