import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { appendFile, mkdir, readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { Failure } from "../../failure/failure.ts";
import { type Caller, type Role, roles } from "./role.ts";

/** What a token begins with, so that one that is left lying about is recognised. */
const prefix = "firstbad_";
const tokenPattern = /^firstbad_[A-Za-z0-9_-]{43}$/;

const kept = z.strictObject({
  name: z.string(),
  role: z.enum(roles),
  /** SHA-256 of the token, which has 256 bits of its own: nothing slower is needed. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  made: z.string(),
});
type KeptToken = z.infer<typeof kept>;

const namePattern = /^[A-Za-z0-9][A-Za-z0-9@._-]{0,63}$/;

/**
 * Makes a token for `name`, keeps its hash in the file `path`, which is made where there is none, and returns it: it
 * is known to nobody else. Throws `token-refused` where the name is none or taken.
 */
export async function makeToken(path: string, name: string, role: Role): Promise<string> {
  if (!namePattern.test(name)) {
    throw new Failure("token-refused", `${JSON.stringify(name)} is no name for a token`, {
      hint: "letters, digits, `.`, `_`, `-` and `@`, at most 64",
    });
  }
  const known = await readTokens(path);
  if (known.some((token) => token.name === name)) {
    throw new Failure("token-refused", `there is a token called ${name}`, {
      facts: { path },
      hint: `choose another name, or take its line out of ${path}`,
    });
  }
  const token = prefix + randomBytes(32).toString("base64url");
  const made = new Date().toISOString();
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const line: KeptToken = { name, role, sha256: hashOf(token).toString("hex"), made };
  await appendFile(path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  return token;
}

/** The tokens of the file `path`; none where there is no such file. Throws `token-refused` where a line is none. */
export async function readTokens(path: string): Promise<readonly KeptToken[]> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  return text.split("\n").flatMap((line, n) => {
    if (line.trim() === "") return [];
    try {
      return [kept.parse(JSON.parse(line))];
    } catch (cause) {
      throw new Failure("token-refused", `line ${n + 1} of ${path} is no token`, {
        facts: { path, line: n + 1 },
        hint: "take the line out; `firstbad serve --make-token ROLE NAME` makes a new one",
        cause,
      });
    }
  });
}

/** Tokens of a file that may change while the server runs: one that is taken out counts no more. */
export class Tokens {
  readonly #path: string;
  #tokens: readonly KeptToken[] = [];
  #age = "";

  constructor(path: string) {
    this.#path = path;
  }

  get path(): string {
    return this.#path;
  }

  /** Reads the file again if it has changed; returns how many there are. */
  async load(): Promise<number> {
    const status = await stat(this.#path).catch(() => null);
    const age = status === null ? "" : `${status.ino}:${status.size}:${status.mtimeMs}`;
    if (age !== this.#age || age === "") this.#tokens = await readTokens(this.#path);
    this.#age = age;
    return this.#tokens.length;
  }

  /** Whose token it is; null: nobody's. Takes as long for one as for the other. */
  async callerOf(token: string): Promise<Caller | null> {
    await this.load();
    if (!tokenPattern.test(token)) return null;
    const hash = hashOf(token);
    let caller: Caller | null = null;
    for (const { name, role, sha256 } of this.#tokens) {
      if (timingSafeEqual(hash, Buffer.from(sha256, "hex"))) caller = { name, role };
    }
    return caller;
  }

  /** Whether there is a token of that name with that role still. */
  async has({ name, role }: Caller): Promise<boolean> {
    await this.load();
    return this.#tokens.some((token) => token.name === name && token.role === role);
  }
}

function hashOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
