import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { Sessions } from "../../src/server/security/sessions.ts";
import { makeToken, Tokens } from "../../src/server/security/tokens.ts";
import { beginStory, goOn } from "../bisection/drive-story.ts";
import { history, kernelsWith } from "../bisection/kernels.ts";
import { firstbad } from "../cli/firstbad.ts";
import { sentJob } from "./server-process.ts";
import { newHome, started } from "./started.ts";

const story = { history, crashes: "a9", clean: "a0", script: kernelsWith("a6", { rate: 1 }) };
const kernel = { repo: history.folder, crashes: history.hash("a9"), clean: history.hash("a0") };
const script = { bug: "BUG: it" };

/** What a client of any kind may send; `fetch` sees to it that some of it cannot be. */
function raw(
  url: string,
  path: string,
  headers: Record<string, string>,
  method = "GET",
  body = "",
): Promise<{ status: number; headers: Record<string, unknown>; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { path, headers, method }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (more) => {
        text += more;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const post = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});

describe("what a browser sends for another site", () => {
  test.each([
    ["a name that is made to point here", { host: "evil.example" }, "GET", 403],
    ["the same with a port", { host: "evil.example:7420" }, "GET", 403],
    ["its own address", { host: "127.0.0.1" }, "GET", 200],
    ["its own name", { host: "localhost:1" }, "GET", 200],
    ["a name that the operator gave", { host: "Bisect.Example.org" }, "GET", 200],
    [
      "a request of another site's page",
      { host: "localhost", "sec-fetch-site": "cross-site" },
      "GET",
      403,
    ],
    [
      "one of another host of the same site",
      { host: "localhost", "sec-fetch-site": "same-site" },
      "GET",
      403,
    ],
    [
      "a post with another origin",
      { host: "localhost", origin: "http://evil.example" },
      "POST",
      403,
    ],
    [
      "a post from a file, or a sandboxed frame",
      { host: "localhost", origin: "null" },
      "POST",
      403,
    ],
    [
      "a post from another port of this machine",
      { host: "localhost:1", origin: "http://localhost:2" },
      "POST",
      403,
    ],
    ["a post as a form makes it", { host: "localhost", "content-type": "text/plain" }, "POST", 400],
  ])("%s", async (_, headers, method, status) => {
    const { url } = await started(newHome(), { names: ["bisect.example.org"] });
    const path = method === "GET" ? "/api/bisections" : "/api/plan";
    const answer = await raw(
      url,
      path,
      headers as Record<string, string>,
      method,
      method === "GET" ? "" : "{}",
    );
    expect(answer.status).toBe(status);
    if (status === 403) expect(JSON.parse(answer.text).error.code).toBe("request-refused");
  });

  test("every answer keeps browsers from what is not its own", async () => {
    const { ask } = await started();
    for (const path of ["/", "/api/bisections", "/no-such", "/assets/..%2f..%2fpackage.json"]) {
      const { headers } = await ask(path);
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).not.toContain("unsafe");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("access-control-allow-origin")).toBeNull();
    }
  });
});

describe("tokens", () => {
  test("are asked for, have roles, and count no more once they are taken out", async () => {
    const home = newHome();
    const path = join(home, "server", "tokens.ndjson");
    const [reader, submitter] = [
      await makeToken(path, "ci", "read"),
      await makeToken(path, "ada", "submit"),
    ];
    expect(readFileSync(path, "utf8")).not.toContain(reader);
    const { ask, json } = await started(home, { tokens: path });
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
    for (const address of [
      "/api/bisections",
      "/api/bisections/x",
      "/metrics",
      "/api/session",
      "/api/queue",
    ]) {
      expect((await ask(address)).status, address).toBe(401);
    }
    // What says nothing of any bisection is for everybody.
    expect((await ask("/healthz")).status).toBe(200);
    expect((await ask("/api/bisections", { headers: bearer(reader) })).status).toBe(200);
    expect(
      (await ask("/api/bisections", { headers: bearer(`${reader.slice(0, -1)}!`) })).status,
    ).toBe(401);
    const refused = await ask("/api/plan", post({ job: "x" }, bearer(reader)));
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ error: { code: "role-too-low" } });
    expect((await ask("/api/plan", post({ job: "x" }, bearer(submitter)))).status).toBe(422);
    expect(await json("/api/session", { headers: bearer(submitter) })).toMatchObject({
      role: "submit",
      may: ["submit", "steer", "judge", "sign-out"],
    });

    const signedIn = await ask("/api/session", post({ token: submitter }));
    const cookie = signedIn.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(
      /^firstbad_session=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/,
    );
    const withCookie = { headers: { cookie: cookie.split(";")[0] ?? "" } };
    expect((await ask("/api/bisections", withCookie)).status).toBe(200);
    expect((await ask("/api/session", post({ token: "firstbad_no" }))).status).toBe(401);

    writeFileSync(
      path,
      readFileSync(path, "utf8")
        .split("\n")
        .filter((line) => !line.includes("ada"))
        .join("\n"),
    );
    expect((await ask("/api/bisections", withCookie)).status).toBe(401);
    expect((await ask("/api/bisections", { headers: bearer(submitter) })).status).toBe(401);
  });

  test("cannot be guessed without end", async () => {
    const home = newHome();
    const path = join(home, "tokens");
    await makeToken(path, "ci", "read");
    const { ask } = await started(home, { tokens: path });
    const statuses = [];
    for (let n = 0; n < 62; n++)
      statuses.push((await ask("/api/session", post({ token: "x" }))).status);
    expect(statuses.slice(0, 60).every((status) => status === 401)).toBe(true);
    expect(statuses.at(-1)).toBe(429);
  });

  test("with a name that is taken, or a line that is none, are refused", async () => {
    const path = join(newHome(), "tokens");
    await makeToken(path, "ci", "read");
    await expect(makeToken(path, "ci", "admin")).rejects.toMatchObject({ code: "token-refused" });
    await expect(makeToken(path, "a b", "read")).rejects.toMatchObject({ code: "token-refused" });
    writeFileSync(path, "{}\n");
    await expect(new Tokens(path).load()).rejects.toMatchObject({ code: "token-refused" });
  });

  test("sessions end", () => {
    let now = 0;
    const sessions = new Sessions(() => now);
    const cookie = sessions.begin({ name: "ada", role: "admin" }, true);
    expect(cookie).toContain("; Secure");
    expect(sessions.callerOf(cookie)).toMatchObject({ name: "ada" });
    now = 8 * 86_400_000;
    expect(sessions.callerOf(cookie)).toBeNull();
    const other = sessions.begin({ name: "ada", role: "admin" }, false);
    sessions.end(other, false);
    expect(sessions.callerOf(other)).toBeNull();
  });

  test("are needed to listen for others", async () => {
    const home = newHome();
    const without = await firstbad(home, "serve", "--listen", "0.0.0.0", "--port", "0");
    expect(without.code).toBe(1);
    expect(without.stderr).toContain("there are no tokens");
    const made = await firstbad(home, "serve", "--make-token", "admin", "ada");
    expect(made.stdout).toMatch(/^firstbad_[\w-]{43}\n$/);
    const unknown = await firstbad(home, "serve", "--make-token", "root", "ada2");
    expect(unknown.stderr).toContain("is no role");
  });
});

describe("jobs that come over the network", () => {
  const text = (job: object, files: Record<string, string> = {}) => ({
    job: JSON.stringify(job),
    files,
  });
  const good = sentJob(kernel, script);
  const changed = (change: object) => ({
    ...good,
    job: JSON.stringify({ ...JSON.parse(good.job), ...change }),
  });
  const base64 = Buffer.from("x").toString("base64");

  test.each<[string, object, string]>([
    [
      "a repository that the operator did not name",
      changed({ kernel: { ...JSON.parse(good.job).kernel, repo: tmpdir() } }),
      "--repo",
    ],
    [
      "a relative repository",
      changed({ kernel: { ...JSON.parse(good.job).kernel, repo: "." } }),
      "--repo",
    ],
    [
      "a program",
      text({
        version: 1,
        program: { repo: history.folder, crashes: "a9", build: "touch /tmp/x", run: "false" },
      }),
      "--allow-program",
    ],
    [
      "a command",
      changed({ machine: { type: "command", run: ["sh", "-c", "true"], files: [] } }),
      "--allow-command",
    ],
    [
      "a board",
      changed({
        kernel: { ...JSON.parse(good.job).kernel, arch: "arm64" },
        machine: {
          type: "ssh",
          host: "h",
          user: "root",
          key: "k",
          "known-hosts": "k",
          install: "true",
          reboot: "true",
          console: { command: ["cat"] },
        },
      }),
      "--allow-ssh",
    ],
    [
      "a compiler by its path",
      changed({ kernel: { ...JSON.parse(good.job).kernel, compiler: "/tmp/cc" } }),
      "--allow-command",
    ],
    [
      "folders of compilers",
      changed({ kernel: { ...JSON.parse(good.job).kernel, compilers: ["/tmp"] } }),
      "--allow-command",
    ],
    [
      "an image of this machine",
      changed({
        kernel: { ...JSON.parse(good.job).kernel, arch: "x86_64" },
        machine: { type: "qemu", image: "/etc/passwd" },
      }),
      "--files",
    ],
    ["a file of this machine", changed({ reproducer: { c: "/etc/passwd" } }), "send it along"],
    [
      "a file outside of its folder",
      changed({ reproducer: { c: "../../tokens.ndjson" } }),
      "send it along",
    ],
    [
      "a file of the user's home",
      changed({ reproducer: { shell: "~/.profile" } }),
      "send it along",
    ],
    ["a file that was not sent", changed({ reproducer: { c: "other.c" } }), "send it along"],
    ["a name with dots", { ...good, files: { ...good.files, "../x": base64 } }, "a relative path"],
    [
      "an absolute name",
      { ...good, files: { ...good.files, "/tmp/x": base64 } },
      "a relative path",
    ],
    [
      "a name with a line end",
      { ...good, files: { ...good.files, "a\nb": base64 } },
      "a relative path",
    ],
    [
      "a name that is an option",
      { ...good, files: { ...good.files, "-rf": base64 } },
      "a relative path",
    ],
    [
      "many files",
      {
        ...good,
        files: Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`f${n}`, base64])),
      },
      "at most 64",
    ],
  ])("%s is refused", async (_, sent, hint) => {
    const home = newHome();
    const allowed = {
      repos: [history.folder],
      files: [],
      anyRepo: false,
      program: false,
      command: false,
      ssh: false,
    };
    const { ask } = await started(home, { allowed });
    for (const path of ["/api/plan", "/api/bisections"]) {
      const response = await ask(path, post(sent));
      const { error } = (await response.json()) as {
        error: { code: string; message: string; hint: string };
      };
      expect({ status: response.status, code: error.code }, error.message).toEqual({
        status: 403,
        code: "job-not-allowed",
      });
      expect(error.hint).toContain(hint);
    }
    // Nothing of it stays.
    expect(readdirSync(join(home, "bisections"))).toEqual([]);
    expect(readdirSync(join(home, "server", "uploads"))).toEqual([]);
  });

  test("a link to another repository is that other one", async () => {
    const home = newHome();
    const folder = mkdtempSync(join(tmpdir(), "firstbad-repos-"));
    symlinkSync(history.folder, join(folder, "linux"));
    const allowed = {
      repos: [folder],
      files: [],
      anyRepo: false,
      program: false,
      command: false,
      ssh: false,
    };
    const { ask } = await started(home, { allowed });
    const sent = sentJob({ ...kernel, repo: join(folder, "linux") }, script);
    expect((await ask("/api/plan", post(sent))).status).toBe(403);
  });

  test.each<[string, () => RequestInit, number, string]>([
    [
      "a body without an end",
      () => post({ job: "x".repeat(9 * 1024 * 1024) }),
      413,
      "request-too-large",
    ],
    [
      "a body of no stated length",
      () => ({ ...post({}), body: endless(), duplex: "half" }) as RequestInit,
      413,
      "request-too-large",
    ],
    ["no JSON", () => ({ ...post({}), body: "{" }), 400, "request-invalid"],
    ["unknown keys", () => post({ job: "x", run: "rm -rf /" }), 400, "request-invalid"],
    ["no YAML", () => post({ job: "a: [" }), 422, "job-not-yaml"],
    [
      "aliases that grow",
      () =>
        post({
          job: `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`,
        }),
      422,
      "job-not-yaml",
    ],
  ])("%s is refused", async (_, init, status, code) => {
    const { ask } = await started();
    const response = await ask("/api/plan", init());
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code } });
  });
});

/** Twelve MiB, piece by piece. */
function endless(): ReadableStream<Uint8Array> {
  let pieces = 0;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(1024 * 1024).fill(0x20));
      if (++pieces === 12) controller.close();
    },
  });
}

describe("paths from outside", () => {
  let home: string;
  let id: string;
  let folder: string;
  const run = `${history.hash("a6").slice(0, 12)}-0`;
  beforeAll(async () => {
    home = newHome();
    folder = await beginStory(story, join(home, "bisections"));
    await goOn(story, folder);
    id = folder.split("/").at(-1) ?? "";
    mkdirSync(join(folder, "consoles"), { recursive: true });
    writeFileSync(join(folder, "consoles", `${run}.txt`), "<script>alert(1)</script>\nBUG: it\n");
  });

  test.each([
    "/api/bisections/..%2f..%2fetc",
    "/api/bisections/..",
    "/api/bisections/.hidden",
    "/api/bisections/ID/runs/..%2f..%2fevents/console",
    "/api/bisections/ID/runs/%2e%2e%2fkey-0/console",
    "/api/bisections/ID/runs/0123456789ab-0%00/console",
    "/api/bisections/ID/commits/--help",
    "/api/bisections/ID/commits/HEAD",
    "/assets/..%2findex.html",
    "/..%2fpackage.json",
  ])("%s leads nowhere", async (path) => {
    const { url } = await started(home);
    const { status } = await raw(url, path.replace("ID", id), { host: "localhost" });
    expect([400, 404]).toContain(status);
  });

  test("a console is text, in ranges and lines", async () => {
    const { ask } = await started(home);
    const path = `/api/bisections/${id}/runs/${run}/console`;
    const whole = await ask(path);
    expect(whole.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(await whole.text()).toBe("<script>alert(1)</script>\nBUG: it\n");
    const part = await ask(path, { headers: { range: "bytes=26-28" } });
    expect({ status: part.status, text: await part.text() }).toEqual({ status: 206, text: "BUG" });
    expect(part.headers.get("content-range")).toBe("bytes 26-28/34");
    expect((await ask(path, { headers: { range: "bytes=40-" } })).status).toBe(416);
    const lines = await ask(`${path}?lines=2-9`);
    expect({ all: lines.headers.get("x-lines"), text: await lines.text() }).toEqual({
      all: "2",
      text: "BUG: it\n",
    });
    expect((await ask(`${path}?lines=0-2`)).status).toBe(400);
    expect(await (await ask(`${path}?find=BUG`)).json()).toEqual({ line: 2, next: null });
    expect(await (await ask(`${path}?find=BUG&after=2`)).json()).toEqual({
      line: null,
      next: null,
    });
  });

  test("a console that is a link to somewhere else is none", async () => {
    const { ask } = await started(home);
    const secret = join(home, "secret.txt");
    writeFileSync(secret, "secret");
    const name = `${history.hash("a7").slice(0, 12)}-0`;
    symlinkSync(secret, join(folder, "consoles", `${name}.txt`));
    expect((await ask(`/api/bisections/${id}/runs/${name}/console`)).status).toBe(404);
    const other = newHome();
    mkdirSync(join(other, "consoles"));
    writeFileSync(join(other, "consoles", `${run}.txt`), "secret");
    const copy = await beginStory(story, join(home, "bisections"));
    symlinkSync(join(other, "consoles"), join(copy, "consoles"));
    const copied = copy.split("/").at(-1);
    expect((await ask(`/api/bisections/${copied}/runs/${run}/console`)).status).toBe(404);
  });

  test("sources and commits of the repository are text", async () => {
    const { ask, json } = await started(home);
    const commit = history.hash("a6");
    const source = await ask(`/api/bisections/${id}/source?commit=${commit}&path=a6.c`);
    expect({ status: source.status, type: source.headers.get("content-type") }).toEqual({
      status: 200,
      type: "text/plain; charset=utf-8",
    });
    const built = `/api/bisections/${id}/source?commit=${commit}&path=/firstbad/src/a6.c`;
    expect(await (await ask(built)).text()).toBe(await source.text());
    for (const path of ["../../etc/passwd", "--help", "no-such.c", "/firstbad/src/../a6.c"]) {
      const missing = await ask(
        `/api/bisections/${id}/source?commit=${commit}&path=${encodeURIComponent(path)}`,
      );
      expect(missing.status).toBe(404);
    }
    const told = await json(`/api/bisections/${id}/commits/${commit}`);
    expect(told).toMatchObject({ subject: "a6: a commit", cut: false });
    expect(told.diff).toContain("diff --git a/a6.c");
  });
});

test("a journal that is no journal takes nothing away from the others", async () => {
  const home = newHome();
  const folder = await beginStory(story, join(home, "bisections"));
  const bad = join(home, "bisections", "2026-01-01-bad");
  mkdirSync(bad);
  writeFileSync(join(bad, "events.ndjson"), "{}\n");
  const { json, ask } = await started(home);
  await expect.poll(async () => (await json("/api/bisections")).total, { timeout: 20_000 }).toBe(1);
  expect((await ask("/api/bisections/2026-01-01-bad")).status).toBe(422);
  expect((await ask(`/api/bisections/${folder.split("/").at(-1)}`)).status).toBe(200);
});
