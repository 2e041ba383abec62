import { readFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import { extname, join } from "node:path";
import { hashAt, madeBelief, madeCommits, madeReleases, madeView, subjectAt } from "./made-view.ts";

const pages = join(import.meta.dirname, "../../dist/web");
const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:";

/** Lines of the console that is served: some hundred megabytes. */
const consoleLines = 1_500_000;

/** A server that gives the built pages one made bisection of a hundred thousand commits and one made console. */
export function madeServer(): Server {
  return createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    response.setHeader("content-security-policy", policy);
    const path = url.pathname;
    if (path.startsWith("/api/")) {
      answer(path.slice(5), url.searchParams, response);
      return;
    }
    const file = path.startsWith("/assets/") ? path : "/index.html";
    response.setHeader("content-type", types[extname(file)] ?? "text/html; charset=utf-8");
    response.end(readFileSync(join(pages, file)));
  });
}

function answer(path: string, query: URLSearchParams, response: ServerResponse): unknown {
  const json = (value: unknown) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(value));
  };
  const part = path.split("/").at(-1);
  if (part === "live") {
    response.setHeader("content-type", "text/event-stream");
    response.write(": made\n\n");
    return;
  }
  if (path === "session") {
    return json({
      role: "admin",
      may: ["submit", "steer", "judge"],
      server: { name: "made", version: "0", mail: false },
    });
  }
  const [from, to] = [Number(query.get("from") ?? 0), Number(query.get("to") ?? madeCommits)];
  if (part === "belief") return json(columnsOf(from, to, Number(query.get("columns"))));
  if (part === "commits") return json(commitsOf(from, Math.min(to, madeCommits)));
  if (part === "console") return consoleOf(query, response);
  if (path.includes("/runs/")) return json(madeRun);
  if (path.startsWith("bisections/")) return json({ seq: 120, view: madeView() });
  response.statusCode = 404;
  json({ error: { code: "not-made", message: `nothing is made at ${path}` } });
}

function columnsOf(from: number, to: number, asked: number) {
  const count = Math.min(asked, to - from);
  const columns: number[] = [];
  const best: number[] = [];
  for (let n = 0; n < count; n++) {
    const first = from + Math.floor((n * (to - from)) / count);
    const last = from + Math.floor(((n + 1) * (to - from)) / count);
    let [sum, likeliest] = [0, first];
    for (let at = first; at < last; at++) {
      sum += madeBelief[at] ?? 0;
      if ((madeBelief[at] ?? 0) > (madeBelief[likeliest] ?? 0)) likeliest = at;
    }
    columns.push(sum);
    best.push(likeliest);
  }
  const { strip, steps } = madeView();
  const marks = (strip?.marks ?? []).map(({ at, hash, verdict, n }, index) => ({
    at,
    commit: hash,
    verdict,
    label: steps[index]?.commit.name ?? null,
    step: n,
    subject: subjectAt(at),
  }));
  return { from, to, columns, best, marks, releases: madeReleases };
}

/** A main line; every tenth commit merges a branch of three that began twelve before. */
function commitsOf(from: number, to: number) {
  return Array.from({ length: to - from }, (_, n) => {
    const at = from + n;
    const place = at % 10;
    // Places 6, 7 and 8 of each ten are a branch, which the next place 0 merges.
    const parents =
      place === 6
        ? [at - 5]
        : place === 9
          ? [at - 4]
          : place === 0 && at > 0
            ? [at - 1, at - 2]
            : [at - 1];
    return {
      at,
      hash: hashAt(at),
      parents: parents
        .filter((parent) => parent >= 0)
        .map((parent) => (parent >= from ? parent : hashAt(parent))),
      subject: place === 0 ? `Merge branch 'topic-${at}'` : subjectAt(at),
      author: "Ada Kern",
      belief: madeBelief[at] ?? 0,
      verdict: null,
    };
  });
}

const madeRun = {
  run: "0123456789ab-1#1",
  kernel: "0123456789ab-1",
  commit: hashAt(99_999),
  outcome: "crashed",
  title: "KASAN: slab-use-after-free Read in fl_mask_lookup",
  seconds: 31.4,
  size: 100_000_000,
  cut: false,
  lines: consoleLines,
  parts: [
    { name: "boot", from: 1, to: 612 },
    { name: "reproducer", from: 613, to: 1_400_000 },
    { name: "crash", from: 1_400_001, to: 1_400_040 },
    { name: "rest", from: 1_400_041, to: consoleLines },
  ],
  crashes: [
    { title: "KASAN: slab-use-after-free Read in fl_mask_lookup", from: 1_400_001, to: 1_400_040 },
  ],
  reproduce: "firstbad reproduce 2026-11-23-6b5f240986e8 1",
};

function consoleOf(query: URLSearchParams, response: ServerResponse): void {
  const [from, to] = (query.get("lines") ?? "1-400").split("-").map(Number) as [number, number];
  response.setHeader("content-type", "text/plain; charset=utf-8");
  response.setHeader("x-lines", String(consoleLines));
  response.end(Array.from({ length: to - from + 1 }, (_, n) => lineAt(from + n)).join("\n"));
}

function lineAt(line: number): string {
  const time = `[${(line / 20_000).toFixed(6).padStart(12)}]`;
  if (line === 1_400_001)
    return `${time} \x1b[31mBUG: KASAN: slab-use-after-free in fl_mask_lookup\x1b[0m`;
  if (line > 1_400_001 && line <= 1_400_040) {
    return `${time}  fl_classify+0x1${line % 10}2/0x8f0 net/sched/cls_flower.c:${300 + (line % 90)}`;
  }
  return `${time} audit: type=1400 pid=${line % 4096} comm="repro" <b>not markup</b>`;
}
