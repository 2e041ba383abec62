import { asFailure, type Failure, type FailureCode, failureCodes } from "../../failure/failure.ts";

/** Codes whose status is not that of their kind. */
const own: Partial<Record<FailureCode, number>> = {
  "bisection-not-found": 404,
  "step-not-found": 404,
  "commit-not-found": 404,
  "file-not-readable": 404,
  "console-not-readable": 404,
  "address-not-found": 404,
  "bisection-locked": 409,
  "override-refused": 409,
  "runs-refused": 409,
  "judge-refused": 409,
  "mail-refused": 409,
  "mail-sent-already": 409,
  "queue-refused": 409,
  "request-invalid": 400,
  "sign-in-needed": 401,
  "role-too-low": 403,
  "request-refused": 403,
  "job-not-allowed": 403,
  "request-too-large": 413,
  "too-many-requests": 429,
};

/** The HTTP status of a failure: the one place where a code becomes one. */
function statusOf({ code }: Failure): number {
  const status = own[code];
  if (status !== undefined) return status;
  switch (failureCodes[code]) {
    case "input":
    case "bounds":
      return 422;
    case "infrastructure":
      return 503;
    case "internal":
      return 500;
  }
}

/** What a program is told of a failure. What went wrong inside is for the log alone. */
function failureBody(failure: Failure) {
  const { code, hint } = failure;
  const message =
    code === "internal" ? "the server failed to answer; its log has more" : failure.message;
  return { error: { code, message, hint } };
}

/** Whatever was thrown, as a response. */
export function failureResponse(error: unknown): {
  readonly failure: Failure;
  readonly response: Response;
} {
  const failure = asFailure(error);
  const headers: Record<string, string> = { "cache-control": "no-store" };
  if (failure.code === "sign-in-needed") headers["www-authenticate"] = "Bearer";
  const response = Response.json(failureBody(failure), { status: statusOf(failure), headers });
  return { failure, response };
}
