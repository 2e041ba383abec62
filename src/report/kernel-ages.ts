import type { EventOf } from "../event/index.ts";
import { type Build, plainLine } from "../syzbot/index.ts";

/** Why there is no kernel to run: it does not build, or would not show the crash. */
export function whyNotBuilt({ gone }: Extract<Build, { kind: "failed" }>): string {
  if (gone === undefined) return "it does not build";
  return `it lacks ${gone.map(plainLine).join(", ")}, without which the crash cannot be seen`;
}

/** That another compiler builds kernels of an age, why, and what follows from that. */
export function compilerLines({ release, to, passedOver }: EventOf<"compiler-changed">): string[] {
  const since = release === "unknown" ? "such kernels" : `kernels of ${plainLine(release)}`;
  return [
    ...passedOver.map(
      ({ compiler, why }) =>
        `warning: ${plainLine(compiler)} does not build ${since}: ${plainLine(why)}`,
    ),
    `warning: they are built by ${plainLine(to)}; clean runs of them are doubtful until it shows the bug`,
  ];
}

/** `CONFIG_X=n in place of y: why`. */
export function configChangeText({
  option,
  from,
  to,
  why,
}: EventOf<"config-changed">["changes"][number]): string {
  const before = from === null ? "" : ` in place of ${plainLine(from)}`;
  return `${plainLine(option)}=${plainLine(to)}${before}: ${plainLine(why)}`;
}
