import { type Age, isBefore, type ReleaseNumber } from "./age.ts";
import type { Options } from "./config.ts";
import type { ConfigChange } from "./kernel.ts";

/** An option that kernels of an age cannot have on, and why. */
interface OffBefore {
  readonly option: string;
  /** Trees that contain this release are left alone; null: no tree is. */
  readonly before: ReleaseNumber | null;
  readonly why: string;
}

const bootBroken = "older kernels with it crash or warn while they boot";

/** What syzbot turns off in old kernels, as nothing else could be tested in them. */
const offBefore: readonly OffBefore[] = [
  {
    option: "CONFIG_SECURITY_TOMOYO_OMIT_USERSPACE_LOADER",
    before: [5, 2],
    why: "older kernels do not boot without TOMOYO's loader",
  },
  { option: "CONFIG_USBIP_VUDC", before: [4, 15], why: bootBroken },
  { option: "CONFIG_CAN", before: [4, 13], why: bootBroken },
  { option: "CONFIG_HSR", before: [4, 12], why: bootBroken },
  { option: "CONFIG_SMC", before: [4, 12], why: bootBroken },
  { option: "CONFIG_USBIP_VHCI_HCD", before: [4, 10], why: bootBroken },
  { option: "CONFIG_BT_HCIVHCI", before: [4, 10], why: bootBroken },
  { option: "CONFIG_NET_TEAM", before: [4, 7], why: bootBroken },
  { option: "CONFIG_BATMAN_ADV", before: [4, 5], why: bootBroken },
  { option: "CONFIG_UBSAN", before: [5, 3], why: "it broke builds and boots of older kernels" },
  { option: "CONFIG_KCOV", before: [5, 4], why: "it breaks older kernels, and no run needs it" },
  {
    option: "CONFIG_DEBUG_KOBJECT",
    before: null,
    why: "it prints lines for every kobject, which drown the console",
  },
];

/** An option that was called otherwise before a release; both names mean the same. */
interface Renamed {
  readonly old: string;
  readonly now: string;
  readonly at: ReleaseNumber;
}

/** 6.1's sources have the old names, 6.12's the new ones. */
const mitigations: readonly (readonly [old: string, now: string])[] = [
  ["PAGE_TABLE_ISOLATION", "MITIGATION_PAGE_TABLE_ISOLATION"],
  ["RETPOLINE", "MITIGATION_RETPOLINE"],
  ["RETHUNK", "MITIGATION_RETHUNK"],
  ["SLS", "MITIGATION_SLS"],
  ["CPU_UNRET_ENTRY", "MITIGATION_UNRET_ENTRY"],
  ["CPU_IBPB_ENTRY", "MITIGATION_IBPB_ENTRY"],
  ["CPU_IBRS_ENTRY", "MITIGATION_IBRS_ENTRY"],
  ["CPU_SRSO", "MITIGATION_SRSO"],
];

const renamed: readonly Renamed[] = [
  ...mitigations.map(
    ([old, now]): Renamed => ({ old: `CONFIG_${old}`, now: `CONFIG_${now}`, at: [6, 9] }),
  ),
  { old: "CONFIG_ORC_UNWINDER", now: "CONFIG_UNWINDER_ORC", at: [4, 15] },
  { old: "CONFIG_FRAME_POINTER_UNWINDER", now: "CONFIG_UNWINDER_FRAME_POINTER", at: [4, 15] },
];

/** Members of the choice of debug information, which is one since 5.18; any of them turns it on. */
const debugFormats = ["DWARF_TOOLCHAIN_DEFAULT", "DWARF4", "DWARF5"].map(
  (format) => `CONFIG_DEBUG_INFO_${format}`,
);

/**
 * What is asked of a kernel of `age`, where `asked` is what is asked of all: without what breaks it, and
 * under the names that options have in its time. Each change with its reason, in the order of the tables;
 * none for an age that is not known.
 */
export function adaptToAge(
  asked: Options,
  age: Age | null,
): { readonly asked: Options; readonly changes: readonly ConfigChange[] } {
  if (age === null) return { asked, changes: [] };
  const adapted = new Map(asked);
  const changes: ConfigChange[] = [];
  const change = (option: string, to: string, why: string): void => {
    const from = asked.get(option) ?? null;
    if (adapted.get(option) === to) return;
    adapted.set(option, to);
    changes.push({ option, from, to, why });
  };
  unwindByFramePointer(adapted, age, change);
  for (const { old, now, at } of renamed) {
    const [has, lacks] = isBefore(age, at) ? [now, old] : [old, now];
    const value = adapted.get(has);
    if (value === undefined) continue;
    // Under a name that its tree does not know it would be told as dropped.
    adapted.delete(has);
    if (adapted.has(lacks)) continue;
    change(
      lacks,
      value,
      `${has} has this name in kernels ${isBefore(age, at) ? "before" : "since"} v${at.join(".")}`,
    );
  }
  chooseDebugInfo(adapted, age, change);
  for (const { option, before, why } of offBefore) {
    const on = adapted.get(option) ?? "n";
    if (on !== "n" && (before === null || isBefore(age, before))) change(option, "n", why);
  }
  return { asked: adapted, changes };
}

type Change = (option: string, to: string, why: string) => void;

/** The unwinder of x86 that needs objtool, which trips over what newer compilers make of older kernels. */
function unwindByFramePointer(asked: Options, age: Age, change: Change): void {
  const isOrc = ["CONFIG_UNWINDER_ORC", "CONFIG_ORC_UNWINDER"].some(
    (option) => asked.get(option) === "y",
  );
  if (!isOrc || !isBefore(age, [5, 4])) return;
  const why = "before v5.4 the ORC unwinder's tables are wrong with newer compilers";
  change("CONFIG_UNWINDER_ORC", "n", why);
  if (asked.has("CONFIG_ORC_UNWINDER")) change("CONFIG_ORC_UNWINDER", "n", why);
  change("CONFIG_UNWINDER_FRAME_POINTER", "y", why);
  change("CONFIG_FRAME_POINTER", "y", why);
}

/** Debug information is asked for by itself before 5.18, and by its format since. */
function chooseDebugInfo(asked: Options, age: Age, change: Change): void {
  const format = debugFormats.find((option) => asked.get(option) === "y");
  const isOn = asked.get("CONFIG_DEBUG_INFO") === "y";
  if (isBefore(age, [5, 18])) {
    if (format === undefined || isOn) return;
    change("CONFIG_DEBUG_INFO", "y", `${format} does not turn it on before v5.18`);
  } else if (isOn && format === undefined && asked.get("CONFIG_DEBUG_INFO_NONE") !== "y") {
    const why = "since v5.18 CONFIG_DEBUG_INFO cannot be asked for by itself";
    change("CONFIG_DEBUG_INFO_DWARF_TOOLCHAIN_DEFAULT", "y", why);
  }
}
