import type { SyzOptions } from "./options.ts";

/** Where a guest has what execprog needs. */
export const guestPlaces = { executor: "syz-executor", program: "repro.syz" } as const;

/**
 * The arguments of syz-execprog for a program with these options, as syzbot runs one when it bisects. Pure.
 *
 * The tool was given flags and lost some over the years, and it ends at once at one that it does not know:
 * `flags` are those that it has. `-fault_call` tells the age of a checkout in which calls could collide
 * by a flag alone; there syzbot lets them, whatever the program says. `-optional` is syzkaller's own way
 * to pass what only some versions know.
 *
 * `repeat`: how often the program is run; 0: without end.
 */
export function execprogArguments(
  options: SyzOptions,
  flags: ReadonlySet<string>,
  { arch, repeat }: { readonly arch: string; readonly repeat: number },
): string[] {
  const { threaded, collide, procs, slowdown, sandbox, sandboxArg, fault } = options;
  const isOld = flags.has("fault_call");
  const wanted: readonly (readonly [string, string | null])[] = [
    ["executor", `/${guestPlaces.executor}`],
    ["arch", arch],
    ["os", "linux"],
    ["sandbox", sandbox === "" ? null : sandbox],
    ["procs", `${procs}`],
    ["repeat", `${repeat}`],
    ["threaded", `${threaded}`],
    ["collide", `${collide || isOld}`],
    ["cover", isOld ? "0" : null],
    ["fault_call", fault === null ? null : `${fault.call}`],
    ["fault_nth", fault === null ? null : `${fault.nth}`],
    ["optional", `slowdown=${slowdown}:sandbox_arg=${sandboxArg}`],
  ];
  return [
    ...wanted.flatMap(([name, value]) =>
      value === null || !flags.has(name) ? [] : [`-${name}=${value}`],
    ),
    `/${guestPlaces.program}`,
  ];
}
