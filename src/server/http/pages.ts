import type { Stats } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { Failure } from "../../failure/failure.ts";
import type { App } from "./address.ts";

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/** Addresses of pages: all are the same document, which looks at its own address. */
const pages = [
  "/",
  "/new",
  "/bisections/:id",
  "/bisections/:id/runs/:run",
  "/bisections/:id/result",
  "/machines",
  "/doctor",
  "/accuracy",
  "/signin",
];

/** Ways to make a file smaller, the best first, with the ending that such a copy of it has. */
const encodings = [
  ["br", ".br"],
  ["gzip", ".gz"],
] as const;

/** A name that a built file may have: nothing that leads elsewhere. */
const namePattern = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;

/**
 * Serves the built pages in `folder`; where there are none, a page that says how to build them. Who opens another address
 * in a browser is told by a page, too, that it is none.
 */
export function addPages(app: App, folder: string): void {
  const document = async (request: Request): Promise<Response> => {
    const file = await fileResponse(join(folder, "index.html"), request, "no-cache");
    const headers = { "content-type": types[".html"] ?? "" };
    return file ?? new Response(notBuilt, { status: 503, headers });
  };
  for (const page of pages) app.get(page, ({ req }) => document(req.raw));
  app.get("/assets/:name", ({ req }) =>
    assetResponse(
      join(folder, "assets"),
      req.param("name"),
      req.raw,
      "public, max-age=31536000, immutable",
    ),
  );
  // Beside the document, as an icon is.
  app.get("/:name{.+\\.(?:ico|png|svg|txt|webmanifest)}", ({ req }) =>
    assetResponse(folder, req.param("name"), req.raw, "no-cache"),
  );
  app.get("*", async ({ req }, next) => {
    const isOpened = (req.header("accept") ?? "").includes("text/html");
    if (!isOpened || req.path.startsWith("/api/")) return next();
    const { status, body, headers } = await document(req.raw);
    return new Response(body, { status: status === 200 ? 404 : status, headers });
  });
}

async function assetResponse(
  folder: string,
  name: string,
  request: Request,
  caching: string,
): Promise<Response> {
  const file = namePattern.test(name)
    ? await fileResponse(join(folder, name), request, caching)
    : null;
  if (file !== null) return file;
  throw new Failure("address-not-found", `the pages have no file ${name.slice(0, 200)}`, {
    hint: "load the page again: the server may be another version by now",
  });
}

/** A file, or the smaller copy of it that lies beside it where the browser takes that; null: there is none. */
async function fileResponse(
  path: string,
  request: Request,
  caching: string,
): Promise<Response | null> {
  const status = await stat(path).catch(() => null);
  if (status === null || !status.isFile()) return null;
  const accepted = request.headers.get("accept-encoding") ?? "";
  const headers = new Headers({
    "content-type": types[extname(path)] ?? "application/octet-stream",
    "cache-control": caching,
    etag: tagOf(status),
    vary: "accept-encoding",
  });
  if (request.headers.get("if-none-match") === tagOf(status)) {
    return new Response(null, { status: 304, headers });
  }
  for (const [encoding, ending] of encodings) {
    if (!accepts(accepted, encoding)) continue;
    const bytes = await readFile(path + ending).catch(() => null);
    if (bytes === null) continue;
    headers.set("content-encoding", encoding);
    return new Response(bytes, { headers });
  }
  return new Response(await readFile(path), { headers });
}

function accepts(header: string, encoding: string): boolean {
  return header.split(",").some((part) => {
    const [name = "", ...more] = part.split(";").map((word) => word.trim().toLowerCase());
    return name === encoding && !more.some((word) => /^q=0(\.0*)?$/.test(word));
  });
}

function tagOf({ size, mtimeMs }: Stats): string {
  return `"${size.toString(36)}-${Math.floor(mtimeMs).toString(36)}"`;
}

const notBuilt = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>firstbad: the pages are not built</title>
<h1>The pages are not built</h1>
<p>The server runs, and its interface answers: see <a href="/api/openapi.json">/api/openapi.json</a>.</p>
<p>Build its pages with <code>npm run pages</code> in the folder of firstbad, then load this one again.</p>
</html>
`;
