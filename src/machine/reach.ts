/** What a run looks for: whether functions of the kernel are executed while the reproducer runs. */
export interface ReachProbe {
  /** Of this run alone, so that what the reproducer prints cannot pass for the answer. */
  readonly nonce: string;
  /** For each function, its addresses: a name may stand for several. None has more than a few. */
  readonly addresses: readonly (readonly bigint[])[];
}

/** How often each function was executed; null where the guest could not watch it. In the order asked. */
export type Reached = readonly (number | null)[];

/** What our init is told: the nonce, and a word for each function. See `watch_functions` in `init.c`. */
export function reachWords({ nonce, addresses }: ReachProbe): string {
  const words = addresses.map((places) => places.map((place) => place.toString(16)).join(","));
  return [nonce, ...words].join(" ");
}

/**
 * What our init said of it at the end of a run, in its console; null where it did not, as where the run
 * crashed. Linear; a console may hold anything.
 */
export function reachedIn(console: Buffer, { nonce, addresses }: ReachProbe): Reached | null {
  const head = Buffer.from(`\nfirstbad: reached ${nonce} `);
  const at = console.lastIndexOf(head);
  if (at < 0) return null;
  const rest = console.toString("latin1", at + head.length, at + head.length + 300);
  const end = rest.indexOf("\n");
  if (end < 0) return null;
  const counts = rest.slice(0, end).trim().split(" ");
  if (counts.length !== addresses.length) return null;
  if (!counts.every((count) => /^(?:\d{1,15}|\?)$/.test(count))) return null;
  return counts.map((count) => (count === "?" ? null : Number(count)));
}
