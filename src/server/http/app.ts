import { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { Failure } from "../../failure/failure.ts";
import { securityHeaders } from "../security/headers.ts";
import { checkRequest } from "../security/request-checks.ts";
import type { Caller } from "../security/role.ts";
import type { App, Variables } from "./address.ts";
import { failureResponse } from "./answer-failure.ts";

/** Bytes of a body. */
const largestBody = 8 * 1024 * 1024;

/** What an app asks of those around it. */
export interface Around {
  /** Names of this server beside its addresses and `localhost`. */
  readonly names: readonly string[];
  /** Who sends a request; null: nobody that is known. */
  callerOf(request: Request): Promise<Caller | null>;
  /** Hears of every answer. `pattern`: the address's, or empty. */
  answered(about: Answered): void;
}

/** One answer. */
export interface Answered {
  readonly method: string;
  readonly path: string;
  readonly pattern: string;
  readonly status: number;
  readonly seconds: number;
  readonly caller: string | null;
  /** What went wrong, where something did. */
  readonly failure: Failure | null;
}

/** An app without addresses: what is true of every request is done here, and nowhere else. */
export function createApp(around: Around): App {
  const app = new OpenAPIHono<Variables>();
  const failures = new WeakMap<Response, Failure>();
  app.use("*", async (context, next) => {
    const began = performance.now();
    context.set("caller", null);
    context.set("pattern", "");
    await next();
    for (const [name, value] of Object.entries(securityHeaders))
      context.res.headers.set(name, value);
    around.answered({
      method: context.req.method,
      path: context.req.path,
      pattern: context.get("pattern"),
      status: context.res.status,
      seconds: (performance.now() - began) / 1000,
      caller: context.get("caller")?.name ?? null,
      failure: context.error === undefined ? null : (failures.get(context.res) ?? null),
    });
  });
  app.use("*", async (context, next) => {
    checkRequest(context.req.raw, around.names);
    if (context.req.path.startsWith("/api/") || context.req.path === "/metrics") {
      context.set("caller", await around.callerOf(context.req.raw));
    }
    await next();
  });
  app.use(
    "*",
    bodyLimit({
      maxSize: largestBody,
      onError() {
        throw new Failure("request-too-large", `the body has more than ${largestBody} bytes`, {
          facts: { most: largestBody },
          hint: "leave out files that the job does not name; an image is named by its path on the server",
        });
      },
    }),
  );
  const refuse = (error: unknown): Response => {
    const { failure, response } = failureResponse(error);
    failures.set(response, failure);
    return response;
  };
  app.onError(refuse);
  app.notFound(({ req }) =>
    refuse(
      new Failure("address-not-found", `there is no ${req.method} ${req.path.slice(0, 200)}`, {
        hint: "/api/openapi.json has all addresses",
      }),
    ),
  );
  return app;
}
