import { Failure } from "../../failure/failure.ts";
import type { Caller } from "./role.ts";
import { Sessions } from "./sessions.ts";
import type { Tokens } from "./tokens.ts";

/** Who may do everything where no tokens are asked for: this machine's own user, by its own address alone. */
const local: Caller = { name: "local", role: "admin" };

/** Milliseconds within which so many tokens that are none are answered; more are refused. */
const [triesTime, mostTries] = [60_000, 60];

/** Finds out who asks: by a token in the request, or by a cookie that was got for one. */
export class Gate {
  readonly #tokens: Tokens | null;
  readonly #sessions = new Sessions();
  readonly #now: () => number;
  #tries = 0;
  #since = 0;

  /** `tokens`: null where none are asked for. */
  constructor(tokens: Tokens | null, now: () => number = Date.now) {
    this.#tokens = tokens;
    this.#now = now;
  }

  /** Whether somebody has to sign in. */
  get asksForTokens(): boolean {
    return this.#tokens !== null;
  }

  /** Throws `too-many-requests` where too many tokens were none. */
  async callerOf(request: Request): Promise<Caller | null> {
    if (this.#tokens === null) return local;
    const [, bearer] = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "") ?? [];
    if (bearer !== undefined) return this.#callerOfToken(bearer);
    const caller = this.#sessions.callerOf(request.headers.get("cookie") ?? "");
    // A token that was taken back ends what was signed in to with it.
    return caller !== null && (await this.#tokens.has(caller)) ? caller : null;
  }

  /** Signs in with a token: who it is, and the header with the cookie. Throws `sign-in-needed`. */
  async signIn(token: string, request: Request): Promise<{ caller: Caller; cookie: string }> {
    const caller = await this.#callerOfToken(token);
    if (caller === null) {
      throw new Failure("sign-in-needed", "nobody has this token", {
        hint: "copy it whole; `firstbad serve --make-token ROLE NAME` makes another one",
      });
    }
    return { caller, cookie: this.#sessions.begin(caller, isSecure(request)) };
  }

  /** The header that makes a browser forget. */
  signOut(request: Request): string {
    return this.#sessions.end(request.headers.get("cookie") ?? "", isSecure(request));
  }

  async #callerOfToken(token: string): Promise<Caller | null> {
    if (this.#now() - this.#since > triesTime) {
      this.#since = this.#now();
      this.#tries = 0;
    }
    const caller = (await this.#tokens?.callerOf(token)) ?? null;
    if (caller !== null) return caller;
    if (++this.#tries > mostTries) {
      throw new Failure("too-many-requests", "too many tokens were sent that nobody has", {
        hint: "try again in a minute",
      });
    }
    return null;
  }
}

/** A proxy that speaks TLS says so. */
function isSecure(request: Request): boolean {
  return request.headers.get("x-forwarded-proto") === "https";
}
