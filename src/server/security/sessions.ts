import { createHash, randomBytes } from "node:crypto";
import type { Caller } from "./role.ts";

/** Seconds that somebody stays signed in. */
const lasting = 7 * 86_400;
/** Sessions at once: the oldest ends where there are more. */
const most = 1000;

/** The cookie's name. The page's scripts cannot read it, and no other site has it sent along. */
const cookieName = "firstbad_session";

/** Browsers that have signed in; they live in memory alone, and end with the server. */
export class Sessions {
  readonly #sessions = new Map<string, { readonly caller: Caller; readonly until: number }>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Begins a session for `caller` and returns the header that makes a browser remember it. */
  begin(caller: Caller, secure: boolean): string {
    const id = randomBytes(32).toString("base64url");
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size >= most && oldest !== undefined) this.#sessions.delete(oldest);
    this.#sessions.set(keyOf(id), { caller, until: this.#now() + lasting * 1000 });
    return cookieText(id, lasting, secure);
  }

  /** Whose session the cookies of a request name; null: nobody's, or it is over. */
  callerOf(cookies: string): Caller | null {
    const key = keyIn(cookies);
    const session = key === null ? undefined : this.#sessions.get(key);
    if (key === null || session === undefined) return null;
    if (session.until > this.#now()) return session.caller;
    this.#sessions.delete(key);
    return null;
  }

  /** Ends it, and returns the header that makes the browser forget it. */
  end(cookies: string, secure: boolean): string {
    const key = keyIn(cookies);
    if (key !== null) this.#sessions.delete(key);
    return cookieText("", 0, secure);
  }
}

function cookieText(value: string, seconds: number, secure: boolean): string {
  const only = `Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict`;
  return `${cookieName}=${value}; ${only}${secure ? "; Secure" : ""}`;
}

/** By its hash: looking up a guess tells by its time nothing of the ones that there are. */
function keyOf(id: string): string {
  return createHash("sha256").update(id).digest("hex");
}

function keyIn(cookies: string): string | null {
  for (const part of cookies.split(";")) {
    const [name, value = ""] = part.trim().split("=", 2);
    if (name === cookieName && /^[A-Za-z0-9_-]{43}$/.test(value)) return keyOf(value);
  }
  return null;
}
