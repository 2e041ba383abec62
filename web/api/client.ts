import type { ErrorBody } from "./types.ts";

/** What the server refused, or that it was not reached (`status` 0). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string | null;

  constructor(status: number, { error }: ErrorBody) {
    super(error.message);
    this.status = status;
    this.code = error.code;
    this.hint = error.hint ?? null;
  }
}

/** The answer at `path` below /api, as JSON. Throws an ApiError; who is not signed in is led to the page for that. */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await ask(path, { signal: signal ?? null });
  return (await response.json()) as T;
}

/** The same as text. */
export async function getText(path: string, signal?: AbortSignal): Promise<string> {
  return await (await ask(path, { signal: signal ?? null })).text();
}

/** Sends `body` as JSON; what the server answers, null where that is nothing. Throws as `get` does. */
export async function post<T>(path: string, body: unknown): Promise<T> {
  const response = await ask(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return (text === "" ? null : JSON.parse(text)) as T;
}

async function ask(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`/api/${path}`, { ...init, credentials: "same-origin" });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(0, {
      error: {
        code: "unreachable",
        message: "the server does not answer",
        hint: "whether it runs, and whether this machine is connected",
      },
    });
  }
  if (response.ok) return response;
  if (response.status === 401 && location.pathname !== "/signin") {
    const here = location.pathname + location.search;
    location.assign(`/signin?next=${encodeURIComponent(here)}`);
  }
  throw new ApiError(response.status, await errorOf(response));
}

/** What a refusal says; a server in between may answer with something else. */
async function errorOf(response: Response): Promise<ErrorBody> {
  try {
    const body = (await response.json()) as Partial<ErrorBody>;
    if (typeof body.error?.message === "string") return body as ErrorBody;
  } catch {}
  const message = `the server answered ${response.status} ${response.statusText}`.trim();
  return { error: { code: "unknown", message } };
}
