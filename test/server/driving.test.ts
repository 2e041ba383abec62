import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import type { BisectionEvent } from "../../src/event/index.ts";
import { readFileJournal } from "../../src/journal/file-journal.ts";
import { history } from "../bisection/kernels.ts";
import { type ServerProcess, sentJob, serverProcess, told } from "./server-process.ts";
import { newHome } from "./started.ts";

const kernel = { repo: history.folder, crashes: history.hash("a9"), clean: history.hash("a0") };
const bug = "KASAN: use-after-free Read in eat_me";
const script = (culprit: string, pace = { build: 0, run: 0 }) => ({
  ...{ culprit: history.hash(culprit), bug, pace },
});
const wait = { timeout: 50_000, interval: 50 };

const eventsOf = (home: string, id: string) => readFileJournal(join(home, "bisections", id));

async function submit(server: ServerProcess, job: object): Promise<string> {
  const response = await server.post("/api/bisections", job);
  const answer = await told(response);
  expect(response.status, JSON.stringify(answer)).toBe(201);
  return answer.id;
}

async function concluded(home: string, id: string) {
  return vi.waitFor(async () => {
    const events = await eventsOf(home, id);
    const end = events.findLast((event) => event.kind === "concluded");
    if (end?.kind !== "concluded") throw new Error(`${id} is not concluded`);
    return { events, end };
  }, wait);
}

/** Each run that was finished, as often as it was. */
function finishedRuns(events: readonly BisectionEvent[]): string[] {
  return events.flatMap((event) => (event.kind === "run-finished" ? [event.run] : []));
}

describe("bisections that are sent to a server", () => {
  test("are planned, driven to their ends, and told of", async () => {
    const home = newHome();
    const server = await serverProcess(home, "--repo", history.folder, "--at-once", "2");
    const plan = await told(await server.post("/api/plan", sentJob(kernel, script("a6"))));
    const kernels = plan.estimate.kernels;
    expect(plan).toMatchObject({ ok: true, estimate: { runs: null, seconds: null } });
    expect(plan.plan.map(({ name }: { name: string }) => name)).toContain("range");
    const ids = [];
    for (const culprit of ["a6", "t2", "a3"])
      ids.push(await submit(server, sentJob(kernel, script(culprit))));
    expect(new Set(ids).size).toBe(3);
    for (const [n, culprit] of ["a6", "t2", "a3"].entries()) {
      const { end } = await concluded(home, ids[n] ?? "");
      expect(end).toMatchObject({ end: "found", culprit: history.hash(culprit) });
    }
    await vi.waitFor(async () => {
      const { queued, running } = await told(await server.get("/api/queue"));
      expect({ queued, running }).toEqual({ queued: [], running: [] });
    }, wait);
    // Now one like it was measured, and none with another reproducer.
    const { events } = await concluded(home, ids[0] ?? "");
    const ran = events.flatMap((event) => (event.kind === "run-finished" ? [event.kernel] : []));
    const runs = Math.ceil((kernels * ran.length) / new Set(ran).size);
    const { estimate } = await told(await server.post("/api/plan", sentJob(kernel, script("a6"))));
    expect(estimate).toMatchObject({ kernels, runs, seconds: expect.any(Number) });
    expect(estimate.seconds).toBeGreaterThan(0);
    expect(estimate.text).toMatch(new RegExp(`; about ${runs} runs, .* as it went in ${ids[0]}$`));
    const other = await told(await server.post("/api/plan", sentJob(kernel, script("u2"))));
    expect(other.estimate).toMatchObject({ runs: null, seconds: null });
    const metrics = await (await server.get("/metrics")).text();
    expect(metrics).toMatch(/firstbad_ends_total\{end="found"\} 3/);
    expect(metrics).toMatch(/firstbad_runs_total\{outcome="crashed"\} [1-9]/);
    expect(await server.end("SIGTERM")).toBe(0);
  });

  test("go on after the server was killed: none is lost, and nothing that was finished is done again", async () => {
    const home = newHome();
    const culprits = Array.from({ length: 4 }, () => ["a6", "t2", "a3", "u2", "a7"]).flat();
    // What each comes to where nobody is killed.
    const calm = newHome();
    const first = await serverProcess(calm, "--repo", history.folder, "--at-once", "20");
    const calmIds = [];
    for (const culprit of culprits)
      calmIds.push(await submit(first, sentJob(kernel, script(culprit))));
    const expected = await Promise.all(calmIds.map((id) => concluded(calm, id)));
    await first.end("SIGTERM");

    const pace = { build: 60, run: 15 };
    let server = await serverProcess(home, "--repo", history.folder, "--at-once", "20");
    const ids: string[] = [];
    for (const culprit of culprits)
      ids.push(await submit(server, sentJob(kernel, script(culprit, pace))));
    const finishedBefore = new Map<string, number>();
    for (let kill = 0; kill < 3; kill++) {
      await new Promise((resolve) => setTimeout(resolve, 900));
      await server.end("SIGKILL");
      for (const id of ids) {
        const runs = finishedRuns(await eventsOf(home, id)).length;
        expect(runs).toBeGreaterThanOrEqual(finishedBefore.get(id) ?? 0);
        finishedBefore.set(id, runs);
      }
      server = await serverProcess(home, "--repo", history.folder, "--at-once", "20");
      const { queued, running } = await told(await server.get("/api/queue"));
      const ended = (await Promise.all(ids.map((id) => eventsOf(home, id)))).filter((events) =>
        events.some(({ kind }) => kind === "concluded"),
      );
      expect(queued.length + running.length).toBeGreaterThanOrEqual(ids.length - ended.length);
    }
    for (const [n, id] of ids.entries()) {
      const { events, end } = await concluded(home, id);
      const { end: wanted, culprit } = expected[n]?.end ?? {};
      expect({ end: end.end, culprit: end.culprit }).toEqual({ end: wanted, culprit });
      expect(culprit).toBe(history.hash(culprits[n] ?? ""));
      const runs = finishedRuns(events);
      expect(new Set(runs).size).toBe(runs.length);
      expect(runs.toSorted()).toEqual(finishedRuns(expected[n]?.events ?? []).toSorted());
    }
    expect([...finishedBefore.values()].some((runs) => runs > 0)).toBe(true);
  }, 180_000);

  test("say what of them waits for a place of the machine", async () => {
    const home = newHome();
    const server = await serverProcess(home, "--repo", history.folder, "--at-once", "2", "-j", "1");
    const pace = { build: 2000, run: 0 };
    const one = await submit(server, sentJob(kernel, script("a6", pace)));
    const two = await submit(server, sentJob(kernel, script("t2", pace)));
    await vi.waitFor(async () => {
      const texts = [];
      for (const id of [one, two]) {
        const { view } = await told(await server.get(`/api/bisections/${id}`));
        texts.push(view.now?.work[0]?.text);
      }
      expect(texts.toSorted()).toEqual([
        expect.stringMatching(/^(compil|prepar)ing/),
        "waits for its turn",
      ]);
    }, wait);
    await server.end("SIGTERM");
  });

  test("wait in their order, are paused, go on, and are taken out", async () => {
    const home = newHome();
    const server = await serverProcess(home, "--repo", history.folder, "--at-once", "1");
    const slow = () => sentJob(kernel, script("a6", { build: 300, run: 100 }));
    const one = await submit(server, slow());
    const two = await submit(server, slow());
    const three = await submit(server, slow());
    const state = async (id: string) => {
      const { view } = await told(await server.get(`/api/bisections/${id}`));
      return view.head.state;
    };
    await vi.waitFor(async () => expect(await state(one)).toBe("running"), wait);
    expect(await state(two)).toBe("queued");
    const { queued } = await told(await server.get("/api/queue"));
    expect(queued.map(({ id }: { id: string }) => id)).toEqual([two, three]);
    expect((await server.post(`/api/bisections/${one}/resume`, {})).status).toBe(409);

    expect((await server.post(`/api/bisections/${one}/pause`, {})).status).toBe(200);
    await vi.waitFor(async () => expect(await state(two)).toBe("running"), wait);
    expect(await state(one)).toBe("paused");
    // What was under way when it was paused was finished.
    const paused = await eventsOf(home, one);
    const begun = paused.filter(({ kind }) => kind === "run-started").length;
    expect(finishedRuns(paused)).toHaveLength(begun);
    expect(paused.at(-1)).toMatchObject({ kind: "stopped", reason: "interrupted" });

    expect((await server.post(`/api/bisections/${two}/cancel`, {})).status).toBe(200);
    await vi.waitFor(async () => expect(await state(three)).toBe("running"), wait);
    expect(await state(two)).toBe("stopped");
    expect((await server.post(`/api/bisections/${two}/cancel`, {})).status).toBe(409);
    expect((await server.post(`/api/bisections/${three}/cancel`, {})).status).toBe(200);

    expect((await server.post(`/api/bisections/${one}/resume`, { builds: 40 })).status).toBe(200);
    const { events, end } = await concluded(home, one);
    expect(end).toMatchObject({ end: "found", culprit: history.hash("a6") });
    expect(events).toContainEqual(expect.objectContaining({ kind: "bounds-set", builds: 40 }));
    await server.end("SIGTERM");
  });

  test("hear what somebody says of a commit, undo it, and are judged", async () => {
    const home = newHome();
    const server = await serverProcess(home, "--repo", history.folder);
    const id = await submit(server, sentJob(kernel, script("a6", { build: 20, run: 200 })));
    const path = `/api/bisections/${id}`;
    await vi.waitFor(async () => {
      const events = await eventsOf(home, id);
      expect(events.some(({ kind }) => kind === "graph-loaded")).toBe(true);
    }, wait);
    const banned = await server.post(`${path}/ban`, { commits: ["v6.2"], why: "it is slow" });
    expect(await told(banned)).toMatchObject({ running: true });
    expect((await server.post(`${path}/undo`, {})).status).toBe(200);
    expect((await server.post(`${path}/undo`, {})).status).toBe(409);
    const more = await server.post(`${path}/runs`, {
      commit: "v6.0",
      runs: 3,
      why: "is it flaky?",
    });
    expect(await told(more)).toMatchObject({ running: true });
    expect((await server.post(`${path}/runs`, { commit: "v6.0", runs: 0 })).status).toBe(400);
    expect(
      (await server.post(`${path}/runs`, { commit: history.hash("f1"), runs: 1 })).status,
    ).toBe(409);
    const refused = await server.post(`${path}/overrides`, {
      commits: ["no-such"],
      verdict: "before",
    });
    expect(await told(refused)).toMatchObject({ error: { code: "commit-not-found" } });
    expect((await server.post(`${path}/judge`, { verdict: "right" })).status).toBe(409);
    const { end } = await concluded(home, id);
    expect(end.culprit).toBe(history.hash("a6"));
    await vi.waitFor(async () => {
      expect((await server.post(`${path}/judge`, { verdict: "right", why: "seen" })).status).toBe(
        200,
      );
    }, wait);
    const events = await eventsOf(home, id);
    expect(events.at(-1)).toMatchObject({ kind: "judged", verdict: "right", why: "seen" });
    await vi.waitFor(async () => {
      const { entries } = await told(await server.get("/api/bisections?group=concluded"));
      expect(entries).toMatchObject([{ id }]);
    }, wait);
    await server.end("SIGTERM");
  });
});
