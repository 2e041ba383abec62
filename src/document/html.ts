import { createHash } from "node:crypto";
import { Failure } from "../failure/failure.ts";
import type { ReportGiven, ReportPage } from "../view/report-given.ts";

/** Where the views are built to: by `npm run pages`. */
const built = new URL("../../dist/report/report.js", import.meta.url);

/**
 * A page that stands by itself: no script, nothing that is fetched, and a policy that allows neither. Throws
 * `report-not-built` where the views were not built.
 */
export async function pageOf(given: ReportGiven): Promise<string> {
  const { style, title, body } = await write(given);
  const sheet = createHash("sha256").update(style).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${sheet}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${asText(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`;
}

async function write(given: ReportGiven): Promise<ReportPage> {
  let module: { readonly reportPage: (given: ReportGiven) => ReportPage };
  try {
    module = await import(built.href);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new Failure("report-not-built", "the views that a page is written with are not built", {
      hint: "`npm run pages` in firstbad's own folder builds them; --markdown and --text need none",
      cause: error,
    });
  }
  return module.reportPage(given);
}

function asText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
