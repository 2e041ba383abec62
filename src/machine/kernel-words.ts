import type { MachineWords } from "./machine.ts";

/**
 * The kernel's command line for a machine whose own words (`console=…`) are among the user's: those come
 * first, so that ours win. `panic=-1`: a panic restarts at once.
 */
export function kernelWords(run: MachineWords, more: readonly string[] = []): string {
  return [
    ...run.cmdline.split(/\s+/).filter((word) => word !== ""),
    ...["panic=-1", "loglevel=8", `FIRSTBAD_SECONDS=${run.seconds}`],
    ...more,
  ].join(" ");
}
