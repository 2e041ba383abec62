import { readFile } from "node:fs/promises";
import { checks } from "../../doctor/checks.ts";
import { examine, isAble } from "../../doctor/examine.ts";
import { Failure } from "../../failure/failure.ts";
import type { KernelJob } from "../../job/schema.ts";
import type { NewMachineType } from "../../job/write.ts";
import { findTool } from "../../process/find-tool.ts";
import { foldersOf } from "../folders.ts";
import type { Answers, Question } from "./question.ts";

type Arch = KernelJob["kernel"]["arch"];

/** Each type of machine with the architectures whose kernels it boots, and whether it works here. */
const machines: Readonly<
  Record<NewMachineType, { readonly boots: readonly Arch[]; works(): Promise<boolean> }>
> = {
  uml: {
    boots: ["um"],
    async works() {
      const path = process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin";
      return isAble(await examine(checks, { path, ...foldersOf(process.env) }));
    },
  },
  qemu: {
    boots: ["x86_64", "arm64", "arm", "i386", "ppc64le", "riscv64", "s390x"],
    async works() {
      return findTool("qemu-system-x86_64", process.env.PATH ?? "") !== null;
    },
  },
};

/** How the first lines of a whole `.config` name each architecture. */
const configNames: Readonly<Record<Arch, readonly [string, ...string[]]>> = {
  um: ["um"],
  x86_64: ["x86", "x86_64"],
  i386: ["x86", "i386"],
  arm64: ["arm64"],
  arm: ["arm"],
  ppc64le: ["powerpc"],
  riscv64: ["riscv"],
  s390x: ["s390"],
};

/** Whether `word` is a type of machine. */
export function isMachine(word: string): word is NewMachineType {
  return Object.hasOwn(machines, word);
}

/** Whether `word` is an architecture. */
export function isArch(word: string): word is Arch {
  return Object.hasOwn(configNames, word);
}

/** The answer that stands for no machine: kernels are built, and run nowhere. */
export const noMachine = "none";

/** The question for a machine where there may be none, which is the likely answer. */
export function orNoMachine(question: Question): Question {
  return {
    ...question,
    asks: `${question.asks.slice(0, -1)}, ${noMachine})`,
    find: async () => noMachine,
    check: async (answer, before) =>
      answer === noMachine ? { value: answer } : question.check(answer, before),
  };
}

/** The questions about where kernels run, and for what they are built. */
export const machineQuestions: Record<"machine" | "arch", Question> = {
  machine: {
    asks: `Where kernels run (${Object.keys(machines).join(", ")})`,
    flag: "--machine TYPE",
    needs: [],
    async find() {
      for (const type of Object.keys(machines).filter(isMachine)) {
        if (await machines[type].works()) return type;
      }
      return null;
    },
    async check(answer) {
      if (isMachine(answer)) return { value: answer };
      throw new Failure(
        "job-invalid",
        `there is no machine of the type ${JSON.stringify(answer)}`,
        {
          facts: { answer },
          hint: `one of: ${Object.keys(machines).join(", ")}`,
        },
      );
    },
  },
  arch: {
    asks: `Its architecture (${Object.keys(configNames).join(", ")})`,
    flag: "--arch ARCH",
    needs: ["machine", "config"],
    find: async ({ machine = "", config = "" }) =>
      machine === noMachine ? archOf(await whoseIs(config)) : (bootedBy(machine)[0] ?? null),
    async check(answer, before) {
      const boots = bootedBy(before.machine ?? "");
      if (!isArch(answer) || !boots.includes(answer)) {
        throw new Failure(
          "config-not-for-machine",
          `a ${before.machine} machine boots no kernels of ${JSON.stringify(answer)}`,
          { facts: { arch: answer }, hint: `one of: ${boots.join(", ")}` },
        );
      }
      await refuseForeignConfig(answer, before);
      return { value: answer };
    },
  },
};

/** The architectures whose kernels a machine boots; without a machine any may be built. */
function bootedBy(machine: string): readonly Arch[] {
  if (machine === noMachine) return Object.keys(configNames).filter(isArch);
  return isMachine(machine) ? machines[machine].boots : [];
}

/** The architecture that a `.config` names; where it names none, the one that most have. */
function archOf(whose: string | undefined): Arch {
  const named = Object.entries(configNames).find(([, names]) => names.includes(whose ?? ""));
  return (named?.[0] as Arch | undefined) ?? "x86_64";
}

/** A whole `.config` says whose it is: `# Linux/x86 6.1.0 Kernel Configuration`. */
async function whoseIs(config: string): Promise<string | undefined> {
  if (!config.includes("/")) return undefined;
  const text = (await readFile(config, "utf8")).slice(0, 4096);
  return /^# Linux\/(\w{1,20}) \S{1,100} Kernel Configuration$/m.exec(text)?.[1];
}

async function refuseForeignConfig(arch: Arch, { config = "" }: Answers): Promise<void> {
  const whose = await whoseIs(config);
  if (whose === undefined || configNames[arch].includes(whose)) return;
  throw new Failure("config-not-for-machine", `${config} is for kernels of ${whose}, not ${arch}`, {
    facts: { config, arch, whose },
    hint: `make one with \`make ARCH=${configNames[arch][0]} defconfig\` in the kernel's tree`,
  });
}
