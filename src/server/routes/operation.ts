import { z } from "zod";
import type { Home } from "../home/home.ts";
import { type App, addAddress } from "../http/address.ts";
import type { Metrics } from "../metrics.ts";

/** What those ask who operate the server: whether it is well, what it does, what it offers. */
export function addOperation(
  app: App,
  { home, metrics, tool }: { home: Home; metrics: Metrics; tool: string },
): void {
  addAddress(
    app,
    {
      method: "get",
      path: "/healthz",
      role: null,
      summary:
        "Whether it is well. `unread`: journals that are still to be read for the first time.",
      answer: z.object({ ok: z.literal(true), version: z.string(), unread: z.number() }),
    },
    () => ({ ok: true, version: tool, unread: home.unread }),
  );
  addAddress(
    app,
    {
      method: "get",
      path: "/metrics",
      role: "read",
      summary: "What Prometheus is told.",
      answer: "text/plain",
    },
    async () =>
      new Response(await metrics.text(), {
        headers: { "content-type": metrics.type, "cache-control": "no-store" },
      }),
  );
  app.openAPIRegistry.registerComponent("securitySchemes", "token", {
    type: "http",
    scheme: "bearer",
  });
  app.get("/api/openapi.json", (context) => {
    const document = app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: { title: "firstbad", version: tool, description: "See docs/service.md." },
    });
    return context.json(document);
  });
}
