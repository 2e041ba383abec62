import { isIP } from "node:net";
import { Failure } from "../../failure/failure.ts";

/** Methods that change nothing. */
const reading = new Set(["GET", "HEAD"]);

/**
 * Refuses what a browser sends on behalf of another site. `names`: those by which this server is known beside its
 * addresses and `localhost`. Throws `request-refused`.
 */
export function checkRequest({ method, url, headers }: Request, names: readonly string[]): void {
  const host = headers.get("host") ?? "";
  checkHost(host, names);
  const path = new URL(url).pathname;
  const site = headers.get("sec-fetch-site");
  const isPage = !path.startsWith("/api/") && reading.has(method);
  if (!isPage && site !== null && site !== "same-origin" && site !== "none") {
    throw refused("another site asks", "open the page of this server and ask there");
  }
  const origin = headers.get("origin");
  if (origin !== null && !isPage && hostOfOrigin(origin) !== host.toLowerCase()) {
    throw refused(`the origin ${origin.slice(0, 200)} is not this server`, "open its own page");
  }
}

/**
 * A name that is not this server's may have been made to point here by another site (DNS rebinding); an address
 * cannot be.
 */
function checkHost(host: string, names: readonly string[]): void {
  const name = nameIn(host);
  if (isIP(name) !== 0 || name === "localhost" || names.includes(name)) return;
  throw refused(
    `it is sent to ${JSON.stringify(host.slice(0, 200))}, which is no name of this server`,
    "`firstbad serve --name NAME` makes it one",
  );
}

/** The name or address in a Host header, in small letters, without brackets and port. */
function nameIn(host: string): string {
  const [, bracketed, plain = ""] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d{1,5})?$/.exec(host) ?? [];
  return (bracketed ?? plain).toLowerCase();
}

function hostOfOrigin(origin: string): string | null {
  try {
    const { protocol, host } = new URL(origin);
    return protocol === "http:" || protocol === "https:" ? host : null;
  } catch {
    return null;
  }
}

function refused(why: string, hint: string): Failure {
  return new Failure("request-refused", `the request is refused: ${why}`, { hint });
}
