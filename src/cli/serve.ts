import { BlockList, isIP } from "node:net";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { Failure } from "../failure/failure.ts";
import { foldersOf } from "./folders.ts";
import { version } from "./version.ts";

export interface ServeFlags {
  readonly listen?: string;
  readonly port?: number;
  readonly name?: readonly string[];
  readonly tokens?: string;
  /** A role and a name. */
  readonly makeToken?: readonly string[];
  readonly logLevel: string;
  readonly atOnce?: number;
  /** Builds, and machines, of all bisections together. */
  readonly jobs?: number;
  readonly machines?: number;
  readonly repo?: readonly string[];
  readonly files?: readonly string[];
  readonly allowAnyRepo?: boolean;
  readonly allowProgram?: boolean;
  readonly allowCommand?: boolean;
  readonly allowSsh?: boolean;
}

/** Bisections that are driven at once: one builds while another one runs. */
const usuallyAtOnce = 2;

const usualPort = 7420;

/**
 * `firstbad serve`: the pages and the interface, until a signal ends it; or makes a token. Throws `listen-refused`,
 * `token-refused`.
 */
export async function serve(flags: ServeFlags): Promise<number> {
  const folders = foldersOf(process.env);
  const tokens = flags.tokens ?? join(folders.server, "tokens.ndjson");
  if (flags.makeToken !== undefined) return printToken(tokens, flags.makeToken);
  const { listen: host = "127.0.0.1", port = usualPort } = flags;
  // Only now: other commands have no use for what a server is made of.
  const [{ createLog }, { startServer }] = await Promise.all([
    import("../server/log.ts"),
    import("../server/server.ts"),
  ]);
  const asksForTokens = flags.tokens !== undefined || !isLoopback(host);
  if (asksForTokens) await refuseWithoutTokens(tokens, host);
  const running = await startServer({
    folders,
    tool: version,
    pages: join(import.meta.dirname, "../../dist/web"),
    place: { host, port },
    names: (flags.name ?? []).map((name) => name.toLowerCase()),
    tokens: asksForTokens ? tokens : null,
    atOnce: flags.atOnce ?? usuallyAtOnce,
    slots: { builds: flags.jobs ?? 1, runs: flags.machines ?? availableParallelism() },
    allowed: {
      repos: (flags.repo ?? []).map((path) => resolve(path)),
      files: (flags.files ?? []).map((path) => resolve(path)),
      anyRepo: flags.allowAnyRepo ?? false,
      program: flags.allowProgram ?? false,
      command: flags.allowCommand ?? false,
      ssh: flags.allowSsh ?? false,
    },
    log: createLog(flags.logLevel),
  });
  process.stdout.write(`http://${isIP(host) === 6 ? `[${host}]` : host}:${running.port}/\n`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.once(signal, () => resolve());
    }
  });
  await running.close();
  return 0;
}

async function printToken(path: string, [role, name = ""]: readonly string[]): Promise<number> {
  const [{ makeToken }, { roles }] = await Promise.all([
    import("../server/security/tokens.ts"),
    import("../server/security/role.ts"),
  ]);
  const known = roles.find((one) => one === role);
  if (known === undefined) {
    throw new Failure("token-refused", `${JSON.stringify(role)} is no role`, {
      hint: `firstbad serve --make-token ROLE NAME, where ROLE is one of ${roles.join(", ")}`,
    });
  }
  process.stdout.write(`${await makeToken(path, name, known)}\n`);
  return 0;
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Whether only this machine reaches what listens on `host`. */
function isLoopback(host: string): boolean {
  const family = isIP(host);
  if (family === 0) return host === "localhost";
  return loopback.check(host, family === 6 ? "ipv6" : "ipv4");
}

/** A server that asks for tokens that nobody has is of no use. */
async function refuseWithoutTokens(path: string, host: string): Promise<void> {
  const { readTokens } = await import("../server/security/tokens.ts");
  if ((await readTokens(path)).length > 0) return;
  throw new Failure("listen-refused", `cannot listen on ${host}: there are no tokens in ${path}`, {
    facts: { path, host },
    hint: "make one first: `firstbad serve --make-token admin NAME`",
  });
}
