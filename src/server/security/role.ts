/** What somebody may do; each role may what those before it may. */
export const roles = ["read", "submit", "admin"] as const;
export type Role = (typeof roles)[number];

/** Whether who has the role `has` may do what asks for `needed`. */
export function suffices(has: Role, needed: Role): boolean {
  return roles.indexOf(has) >= roles.indexOf(needed);
}

/** Who asks. */
export interface Caller {
  /** The name of a token; `local`: somebody on this machine, where no tokens are asked for. */
  readonly name: string;
  readonly role: Role;
}
