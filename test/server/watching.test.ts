import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { makeToken } from "../../src/server/security/tokens.ts";
import { history } from "../bisection/kernels.ts";
import { firstbad, firstbadWith, program } from "../cli/firstbad.ts";
import { scriptedEnv, writeScriptedJob } from "../cli/scripted/scripted-job.ts";
import { startProgram } from "../process/start-program.ts";
import { sentJob, serverProcess, told } from "./server-process.ts";
import { newHome } from "./started.ts";

const kernel = { repo: history.folder, crashes: history.hash("a9"), clean: history.hash("a0") };
const wait = { timeout: 30_000, interval: 50 };

test("a bisection of another process is watched to its end, with its exit code", async () => {
  const home = newHome();
  const root = join(home, "bisections");
  mkdirSync(root);
  const slow = join(import.meta.dirname, "../cli/slow-bisection.ts");
  const holder = startProgram(process.execPath, [slow, "0", "1500", root]);
  const id = await vi.waitFor(() => readdirSync(root).find(Boolean) ?? Promise.reject(), wait);
  await vi.waitFor(() => {
    if (!readdirSync(join(root, id)).includes("graph")) throw new Error("not yet");
  }, wait);
  const { code, stdout, stderr } = await firstbad(home, "watch", id);
  expect({ code, pid: holder.exitCode ?? 0 }).toEqual({ code: 0, pid: 0 });
  expect(stdout).toContain(`${history.hash("a6")} is the first bad commit`);
  expect(stderr).toContain("revisions left to test after this");
  // One that has ended is told of at once.
  const again = await firstbad(home, "watch", "last", "--quiet");
  expect({ code: again.code, stdout: again.stdout }).toEqual({ code: 0, stdout });
});

test("one that waits in a queue is watched from there on, and nobody waits for what nobody begins", async () => {
  const home = newHome();
  const server = await serverProcess(home, "--repo", history.folder, "--at-once", "1");
  const submitted = async (build: number) => {
    const pace = { build, run: 0 };
    const script = { culprit: history.hash("t2"), bug: "BUG: it in eat_me", pace };
    return (await told(await server.post("/api/bisections", sentJob(kernel, script)))).id;
  };
  const long = await submitted(600_000);
  const next = await submitted(0);
  const last = await submitted(0);
  const watching = startProgram(program, ["watch", next], { env: scriptedEnv(home) });
  const ended = once(watching, "close");
  let said = "";
  watching.stderr.on("data", (bytes) => {
    said += bytes;
  });
  await vi.waitFor(() => expect(said).toContain(`${next} waits in the queue of this`), wait);
  expect((await server.post(`/api/bisections/${last}/pause`, {})).status).toBe(200);
  const paused = await firstbad(home, "watch", last);
  expect(paused).toMatchObject({ code: 130, stderr: expect.stringContaining(`${last} is paused`) });
  expect((await server.post(`/api/bisections/${long}/cancel`, {})).status).toBe(200);
  expect(await ended).toEqual([0, null]);

  await submitted(600_000);
  const left = await submitted(0);
  await server.end("SIGKILL");
  const orphan = await firstbad(home, "watch", left);
  expect(orphan).toMatchObject({ code: 130, stderr: expect.stringContaining("does not run") });
}, 120_000);

test("a job is sent to a server with its files, and watched there", async () => {
  const home = newHome();
  const tokens = join(home, "tokens");
  writeFileSync(join(home, "token"), `${await makeToken(tokens, "ada", "submit")}\n`);
  writeFileSync(join(home, "reader"), `${await makeToken(tokens, "bob", "read")}\n`);
  const server = await serverProcess(home, "--repo", history.folder, "--tokens", tokens);
  const job = newHome();
  await writeScriptedJob(job, kernel, {
    ...{ culprit: history.hash("t2"), bug: "BUG: it in eat_me" },
    pace: { build: 50, run: 10 },
  });
  // What it is given may be anywhere but where the server keeps its own.
  const other = newHome();
  const call = (token: string, ...words: string[]) =>
    firstbadWith(scriptedEnv(other), job, [
      ...words,
      ...["--server", server.url, "--token-file", join(home, token)],
    ]);
  const plan = await call("token", "bisect", "--dry-run");
  expect(plan.stdout).toContain(`crashes     ${kernel.crashes}`);
  const refused = await call("reader", "bisect");
  expect({ code: refused.code, stderr: refused.stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("bob may read, and this needs submit"),
  });
  const ended = await call("token", "bisect", "--policy", "git");
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stdout).toContain(`${history.hash("t2")} is the first bad commit`);
  expect(readdirSync(other)).not.toContain("bisections");
  const id = readdirSync(join(home, "bisections"))[0] ?? "";
  const watched = await call("reader", "watch", id);
  expect(watched.stdout).toBe(ended.stdout);
  expect((await call("reader", "watch", "no-such")).stderr).toContain("no bisection is called");

  expect((await call("reader", "show", "last")).stdout).toBe(ended.stdout);
  const shown = await call("reader", "show", id.slice(0, 14), "--json");
  expect(shown.stdout).toBe((await firstbad(home, "show", "last", "--json")).stdout);
  expect((await call("reader", "list", "--ids")).stdout).toBe(`${id}\n`);
  const listed = (await call("reader", "list")).stdout;
  expect(listed).toMatch(
    new RegExp(`^${id} +found .* ago +[0-9a-f]{12} t2: .* BUG: it in eat_me\n$`),
  );
  expect((await call("reader", "list", "--json")).stdout).toBe(`[${shown.stdout.trim()}]\n`);
  const judged = await fetch(`${server.url}/api/bisections/${id}/judge`, {
    method: "POST",
    body: JSON.stringify({ verdict: "right" }),
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${readFileSync(join(home, "token"), "utf8").trim()}`,
    },
  });
  expect(judged.status).toBe(200);
  await vi.waitFor(async () => {
    expect((await call("reader", "list")).stdout).toContain(", judged right ");
  }, wait);
  const unknown = await firstbad(other, "list", "--server", server.url);
  expect(unknown).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("token") });
  const authorization = `Bearer ${readFileSync(join(home, "reader"), "utf8").trim()}`;
  const list = await fetch(`${server.url}/api/bisections`, { headers: { authorization } });
  expect(await told(list)).toMatchObject({ counts: { concluded: 1 } });
  await server.end("SIGTERM");
}, 120_000);

test.each([
  ["no address", "somewhere", "server-invalid", "is no address of a server"],
  ["a password in it", "http://a:b@localhost", "server-invalid", "is no address of a server"],
  ["nobody there", "http://127.0.0.1:9", "server-unreachable", "does not answer"],
])("a server that is none: %s", async (_, address, __, message) => {
  const home = newHome();
  for (const words of [["watch", "last"], ["show", "last"], ["list"]]) {
    const { code, stderr } = await firstbad(home, ...words, "--server", address);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  }
});
