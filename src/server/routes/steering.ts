import { z } from "zod";
import { deliverOverride } from "../../bisection/deliver-override.ts";
import { longestReason, mostRunsAdded, type UserEvent } from "../../event/index.ts";
import { Failure } from "../../failure/failure.ts";
import { judgementSaid, overrideSaid, runsSaid, standingOverrides } from "../../session/steer.ts";
import type { FollowedBisection } from "../home/bisection.ts";
import type { Home } from "../home/home.ts";
import { type App, addAddress } from "../http/address.ts";
import type { Pool } from "../queue/pool.ts";
import { idOf } from "./params.ts";

/** Names of commits in one request; a range is one name. */
const mostNames = 500;

const names = z.array(z.string().min(1).max(1024)).min(1).max(mostNames);
const why = z.string().max(longestReason).optional();
const bound = (count: z.ZodNumber) => count.positive().nullable().optional();

/** What became of what somebody said. `running`: a process is at work, and has it from now on. */
const said = z.object({ seq: z.number(), running: z.boolean() });
const done = z.object({});

/** What has a say in a bisection, also while it runs and whoever drives it. */
export function addSteering(
  app: App,
  { home, pool }: { readonly home: Home; readonly pool: Pool },
): void {
  const path = "/api/bisections/{id}";
  const steering = { method: "post", role: "submit", params: idOf } as const;

  const deliver = async (followed: FollowedBisection, body: UserEvent) => {
    const { event, held } = await deliverOverride(followed.folder, body);
    await followed.refresh();
    return { seq: event.seq, running: held };
  };

  addAddress(
    app,
    {
      ...steering,
      path: `${path}/overrides`,
      summary: "Says where commits lie, whatever their runs say. Of `untestable` ranges A..B, too.",
      body: z.strictObject({
        commits: names,
        verdict: z.enum(["before", "after", "untestable"]),
        why,
      }),
      answer: said,
    },
    async ({ params: { id }, body }) => {
      const followed = await home.follow(id);
      return deliver(followed, await overrideSaid(followed, body.verdict, body.commits, body.why));
    },
  );
  addAddress(
    app,
    {
      ...steering,
      path: `${path}/ban`,
      summary: "Says that commits are not to be tested.",
      body: z.strictObject({ commits: names, why }),
      answer: said,
    },
    async ({ params: { id }, body }) => {
      const followed = await home.follow(id);
      return deliver(followed, await overrideSaid(followed, "untestable", body.commits, body.why));
    },
  );
  addAddress(
    app,
    {
      ...steering,
      path: `${path}/runs`,
      summary: "Asks for more runs of a commit that was tested.",
      body: z.strictObject({
        commit: z.string().min(1).max(1024),
        runs: z.number().int().min(1).max(mostRunsAdded),
        why,
      }),
      answer: said,
    },
    async ({ params: { id }, body }) => {
      const followed = await home.follow(id);
      return deliver(followed, await runsSaid(followed, body.commit, body.runs, body.why));
    },
  );
  addAddress(
    app,
    {
      ...steering,
      path: `${path}/undo`,
      summary: "Takes back an override; without one, the newest that stands.",
      body: z.strictObject({ override: z.number().int().min(0).optional() }),
      answer: said,
    },
    async ({ params: { id }, body }) => {
      const followed = await home.follow(id);
      const override = body.override ?? standingOverrides(followed).at(-1)?.seq;
      if (override === undefined) {
        throw new Failure("override-refused", "cannot undo anything: no override stands", {
          facts: { id },
        });
      }
      return deliver(followed, { kind: "override-undone", override });
    },
  );
  addAddress(
    app,
    {
      ...steering,
      path: `${path}/judge`,
      summary: "Keeps whether the answer is right, as somebody found out since.",
      body: z.strictObject({
        verdict: z.enum(["right", "wrong"]).optional(),
        /** The commit that it is; then `verdict` says itself. */
        commit: z.string().min(4).max(1024).optional(),
        why,
      }),
      answer: said,
    },
    async ({ params: { id }, body }) => {
      const word = body.commit ?? body.verdict;
      if (word === undefined) {
        throw new Failure("request-invalid", "the body says neither `verdict` nor `commit`");
      }
      const followed = await home.follow(id);
      return deliver(followed, await judgementSaid(followed, word, body.why));
    },
  );
  addAddress(
    app,
    {
      ...steering,
      path: `${path}/pause`,
      summary: "Has it wait: what runs is finished first.",
      body: z.strictObject({}),
      answer: done,
    },
    async ({ params: { id }, caller }) => {
      await home.follow(id);
      await pool.pause(id, caller.name);
      return {};
    },
  );
  addAddress(
    app,
    {
      ...steering,
      path: `${path}/cancel`,
      summary: "Takes it out of the queue: what runs is killed, what was finished stays.",
      body: z.strictObject({}),
      answer: done,
    },
    async ({ params: { id }, caller }) => {
      await home.follow(id);
      await pool.cancel(id, caller.name);
      return {};
    },
  );
  addAddress(
    app,
    {
      ...steering,
      path: `${path}/resume`,
      summary: "Puts it into the line, with other bounds where they are given; null: no bound.",
      body: z.strictObject({
        builds: bound(z.number().int().max(100_000)),
        runs: bound(z.number().int().max(1_000_000)),
        /** Seconds of builds and runs. */
        machineSeconds: bound(z.number()),
        /** Seconds of work. */
        deadline: bound(z.number()),
      }),
      answer: done,
    },
    async ({ params: { id }, body, caller }) => {
      const followed = await home.follow(id);
      if (followed.running && !followed.isOwn) {
        throw new Failure("queue-refused", `${id}: another process works on it`, {
          facts: { id },
          hint: "wait for it, or stop it where it runs",
        });
      }
      const bounds = Object.keys(body).length === 0 ? {} : { bounds: body };
      await pool.want(id, { by: caller.name, ...bounds });
      return {};
    },
  );
}
