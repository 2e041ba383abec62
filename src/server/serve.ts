import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { Failure } from "../failure/failure.ts";
import type { App } from "./http/address.ts";

/** Where a server listens. */
export interface Place {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

/** Connections at once. */
const mostConnections = 1024;

/** Begins to listen, with bounds on whatever a connection may take. Throws `listen-refused`. */
export async function listen(app: App, { host, port }: Place): Promise<Listening> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: {
      // Milliseconds. What is sent as it happens has no end; a request has one.
      requestTimeout: 60_000,
      headersTimeout: 15_000,
      keepAliveTimeout: 10_000,
      connectionsCheckingInterval: 5_000,
      maxHeaderSize: 16 * 1024,
    },
  }) as Server;
  server.maxConnections = mostConnections;
  server.maxHeadersCount = 100;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) =>
      reject(
        new Failure("listen-refused", `cannot listen on ${host}:${port}: ${cause.code}`, {
          facts: { host, port },
          hint:
            cause.code === "EADDRINUSE"
              ? "another program has that port: stop it, or name another one with --port"
              : "name an address of this machine with --listen, and a port that this user may have",
          cause,
        }),
      ),
    );
    server.listen({ host, port }, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    close() {
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        // Streams have no end of their own.
        setTimeout(() => server.closeAllConnections(), 1000).unref();
      });
    },
  };
}

/** A server that listens. */
export interface Listening {
  readonly port: number;
  /** Takes no more requests; those under way have a second to end. */
  close(): Promise<void>;
}
