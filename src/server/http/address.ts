import type { OpenAPIHono, RouteConfig } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import { Failure } from "../../failure/failure.ts";
import { type Caller, type Role, suffices } from "../security/role.ts";

/** What every handler finds in its context. */
export interface Variables {
  Variables: {
    /** Null: nobody has signed in. */
    caller: Caller | null;
    /** The address's pattern, for the metrics; empty: it is none of ours. */
    pattern: string;
  };
}
export type App = OpenAPIHono<Variables>;

/** The bisection, run, or other thing that a path names. */
type Params = z.ZodObject<Record<string, z.ZodType>>;

/** One address of the interface: what it takes, who may ask, what it answers. */
export interface Address<P extends Params, Q extends Params, B extends z.ZodType> {
  readonly method: "get" | "post" | "delete";
  /** As OpenAPI has it: `/api/bisections/{id}`. */
  readonly path: string;
  /** Null: anybody, signed in or not. */
  readonly role: Role | null;
  readonly summary: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** The schema of the answer, or its media type where it is no JSON. */
  readonly answer: z.ZodType | string;
  readonly status?: number;
}

/** What a handler is given. */
export interface Asked<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly caller: Caller;
  readonly request: Request;
  /** Fires when whoever asks is gone. */
  readonly signal: AbortSignal;
}

const nothing = z.object({});
const failed = z.object({
  error: z.object({ code: z.string(), message: z.string(), hint: z.string().nullable() }),
});
const nobody: Caller = { name: "", role: "read" };

/**
 * Puts an address into `app` and its description. Whoever may not ask is refused before anything is looked at; what
 * does not fit the schemas is `request-invalid`. A handler returns a `Response`, or what becomes JSON.
 */
export function addAddress<
  P extends Params = typeof nothing,
  Q extends Params = typeof nothing,
  B extends z.ZodType = z.ZodUndefined,
>(
  app: App,
  address: Address<P, Q, B>,
  handle: (asked: Asked<z.infer<P>, z.infer<Q>, z.infer<B>>) => unknown,
): void {
  const { method, path, role, status = 200 } = address;
  app.openAPIRegistry.registerPath(described(address));
  const pattern = path.replaceAll(/\{(\w+)\}/g, ":$1");
  app.on(method.toUpperCase(), pattern, async (context: Context<Variables>) => {
    context.set("pattern", path);
    const caller = context.get("caller");
    if (role !== null) checkRole(caller, role);
    const { raw } = context.req;
    const answer = await handle({
      params: fitting(address.params ?? nothing, context.req.param(), "the path") as z.infer<P>,
      query: fitting(address.query ?? nothing, context.req.query(), "the query") as z.infer<Q>,
      body: (address.body === undefined
        ? undefined
        : fitting(address.body, await jsonOf(raw), "the body")) as z.infer<B>,
      caller: caller ?? nobody,
      request: raw,
      signal: raw.signal,
    });
    if (answer instanceof Response) return answer;
    return Response.json(answer, { status, headers: { "cache-control": "no-store" } });
  });
}

function checkRole(caller: Caller | null, needed: Role): void {
  if (caller === null) {
    throw new Failure("sign-in-needed", "a token is needed", {
      hint: "sign in, or send `Authorization: Bearer TOKEN`; `firstbad serve --make-token` makes one",
    });
  }
  if (suffices(caller.role, needed)) return;
  throw new Failure("role-too-low", `${caller.name} may ${caller.role}, and this needs ${needed}`, {
    facts: { role: caller.role, needed },
    hint: `ask the operator for a token with the role ${needed}`,
  });
}

/** A browser sends JSON to another site only after asking, and this server never says yes. */
async function jsonOf(request: Request): Promise<unknown> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json(?:;|$)/i.test(type)) {
    throw invalid("the body has to be `content-type: application/json`");
  }
  try {
    return await request.json();
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw invalid("the body is no JSON");
  }
}

function fitting(schema: z.ZodType, value: unknown, where: string): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${[where, ...path.map(String)].join(".")}: ${message}`);
  throw invalid(problems.join("; "));
}

function invalid(what: string): Failure {
  return new Failure("request-invalid", what, {
    hint: "/api/openapi.json describes every address",
  });
}

function described({
  method,
  path,
  role,
  summary,
  params,
  query,
  body,
  answer,
  status = 200,
}: Address<Params, Params, z.ZodType>): RouteConfig {
  const json = (schema: z.ZodType) => ({ content: { "application/json": { schema } } });
  const good =
    typeof answer === "string" ? { content: { [answer]: { schema: z.string() } } } : json(answer);
  return {
    method,
    path,
    summary,
    ...(role !== null && { security: [{ token: [] }], description: `Role: ${role}.` }),
    request: {
      ...(params && { params }),
      ...(query && { query }),
      ...(body && { body: { required: true, ...json(body) } }),
    },
    responses: {
      [status]: { description: "As asked.", ...good },
      default: { description: "What could not be done, and what to do next.", ...json(failed) },
    },
  } as RouteConfig;
}
