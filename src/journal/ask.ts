import { randomBytes, timingSafeEqual } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type BisectionEvent, parseEvent, parseUserEvent, type UserEvent } from "../event/index.ts";
import { asFailure, Failure, type FailureCode, failureCodes } from "../failure/failure.ts";
import { type Answerer, askHolder, nameOfFolder } from "../process/held-name.ts";
import type { RequestQueue } from "./requests.ts";

/**
 * The file that says who may ask: whoever may read a bisection's folder. The socket itself has no owner,
 * any user of the machine reaches it.
 */
const keyFile = "key";

const version = 1;

/** Seconds that a holder may take: before it drives a bisection it may have to compile a reproducer. */
const patience = 300;

const question = z.strictObject({
  version: z.literal(version),
  key: z.string(),
  event: z.unknown(),
});

const answer = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("accepted"), event: z.unknown() }),
  z.strictObject({
    kind: z.literal("refused"),
    code: z.string(),
    message: z.string(),
    hint: z.string().nullable(),
  }),
  z.strictObject({ kind: z.literal("closed") }),
]);

/** Makes a new key in `folder`, and what answers those who have it, from `queue`. */
export async function answererOf(folder: string, queue: RequestQueue): Promise<Answerer> {
  const key = randomBytes(32).toString("hex");
  const path = join(folder, keyFile);
  await writeFile(`${path}.new`, key, { mode: 0o600 });
  await rename(`${path}.new`, path);
  return async (line) => JSON.stringify(await answered(line, key, queue));
}

async function answered(
  line: string,
  key: string,
  queue: RequestQueue,
): Promise<z.infer<typeof answer>> {
  let body: UserEvent;
  try {
    const asked = question.parse(JSON.parse(line));
    if (!isSame(asked.key, key)) throw new Error("the key is not that of the bisection's folder");
    body = parseUserEvent(asked.event);
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(0, 500) : "";
    return { kind: "refused", code: "override-refused", message: why, hint: null };
  }
  const reply = await queue.ask(body);
  if (reply.kind !== "refused") return reply;
  const { code, message, hint } = reply.failure;
  return { kind: "refused", code, message, hint };
}

function isSame(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

/**
 * Has the process that holds the journal in `folder` append `body`, and resolves to the event. Null where
 * nobody holds it, or no longer. Throws the `Failure` for which the holder refuses it.
 */
export async function askHolderOf(folder: string, body: UserEvent): Promise<BisectionEvent | null> {
  const key = await readFile(join(folder, keyFile), "utf8").catch(() => "");
  const line = JSON.stringify({ version, key, event: body });
  const reply = await askHolder(await nameOfFolder(folder), line, patience);
  if (reply === null) return null;
  try {
    const told = answer.parse(JSON.parse(reply));
    switch (told.kind) {
      case "accepted":
        return parseEvent(told.event);
      case "refused":
        throw new Failure(codeOf(told.code), told.message, told.hint ? { hint: told.hint } : {});
      case "closed":
        return null;
    }
  } catch (error) {
    throw asFailure(error);
  }
}

function codeOf(code: string): FailureCode {
  return Object.hasOwn(failureCodes, code) ? (code as FailureCode) : "internal";
}
