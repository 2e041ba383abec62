import { readFile } from "node:fs/promises";
import { expects } from "../crash/expected.ts";
import { readConsole } from "../crash/read.ts";
import { withDisassembly } from "../crash/symbols/disassembly.ts";
import { Symbolizers } from "../crash/symbols/symbolizers.ts";
import { typeOf } from "../crash/type.ts";
import type { Expectation } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import { expectationOf } from "../job/expectation.ts";
import type { KernelJob } from "../job/schema.ts";
import { createKernelBuilder } from "../kernel/builder.ts";
import { type Options, parseConfig } from "../kernel/config.ts";
import type { GuestReproducer } from "../kernel/initramfs/initramfs.ts";
import type {
  BuildResult,
  ConfigSource,
  KernelBuilder,
  KernelSpec,
  LeasedKernel,
} from "../kernel/kernel.ts";
import type { Machine, MachineRun } from "../machine/machine.ts";
import { type Terminal, talkTo } from "../machine/talk.ts";
import { codeArchOf } from "./code-arch.ts";
import { GuestFiles } from "./guest-files.ts";
import { configOf, guestProgramsOf } from "./job-inputs.ts";
import { judgedByJob, shownBy } from "./judged.ts";
import type {
  BuildProgress,
  Comparison,
  CrashOfKernel,
  KernelPlan,
  Lab,
  RunPlan,
  RunResult,
} from "./lab.ts";
import { machineOf, machineWordsOf, runSecondsOf } from "./machine-of.ts";
import { missingOptions, type NeededOption, neededOptions } from "./needed-options.ts";
import { type Look, lookFor, reachedFunctions } from "./reach.ts";

/** How much of this machine a lab may use, and where it keeps what it makes. */
export interface LocalLabOptions {
  readonly cache: string;
  /** Builds at once. */
  readonly builds: number;
  /** Machines at once. */
  readonly runs: number;
  /** False: without isolation; one build at a time. */
  readonly sandbox: boolean;
}

/**
 * A lab on this machine for `job`: its compiler found, its config read, its reproducer compiled.
 *
 * Throws `config-not-for-machine` where the machine cannot boot kernels of that architecture, and what
 * compiling, the repository and the tools have to say.
 */
export async function openLocalLab(
  job: KernelJob,
  options: LocalLabOptions,
  signal: AbortSignal,
): Promise<KernelLab> {
  const machine = machineOf(job, options.cache);
  // What keeps it from running anything is better told before the first kernel is built.
  await machine.note();
  const config = await configOf(job);
  const programs = await guestProgramsOf(job, options.cache, signal);
  const builder = await createKernelBuilder({
    repository: job.kernel.repo,
    cache: options.cache,
    slots: options.builds,
    sandbox: options.sandbox,
    arch: job.kernel.arch,
    compilers: { compiler: job.kernel.compiler, folders: job.kernel.compilers },
  });
  const guests = new GuestFiles(programs, options.cache);
  const runs = Math.min(options.runs, machine.atOnce ?? options.runs);
  const { reproducer } = programs;
  const file = fileOf(reproducer) ?? job.reproducer.shell ?? null;
  return new LocalLab(job, config, builder, { machine, guests, reproducer: file, runs });
}

/** The program that is all of a reproducer; null where it is a script, or has files beside it. */
function fileOf(reproducer: GuestReproducer): string | null {
  return reproducer.kind === "program" && reproducer.args === undefined ? reproducer.path : null;
}

/** A lab for kernels, which somebody can look into. */
export interface KernelLab extends Lab {
  /**
   * Boots a built kernel with the reproducer in its file system and a shell on its console, for whoever sits
   * at `terminal`, until it goes off. Throws `shell-not-possible` where the machine has no such console, and
   * what its run throws.
   */
  shell(
    kernel: { plan: KernelPlan; signature: string },
    terminal: Terminal,
    control: { signal: AbortSignal },
  ): Promise<void>;
}

/** What runs a lab's kernels, and with what. */
interface Runner {
  readonly machine: Machine;
  readonly guests: GuestFiles;
  /** The file that is the reproducer; null where it is more than one. */
  readonly reproducer: string | null;
  /** Runs at once. */
  readonly runs: number;
}

class LocalLab implements KernelLab {
  readonly slots: Lab["slots"];
  readonly #job: KernelJob;
  readonly #config: ConfigSource;
  readonly #builder: KernelBuilder;
  readonly #machine: Machine;
  readonly #guests: GuestFiles;
  readonly #reproducer: string | null;
  readonly #expectation: Expectation | null;
  readonly #isExpected: ReturnType<typeof expects> | null;
  readonly #symbolizers = new Symbolizers();
  /** What must be on for a crash to be seen, by its console. */
  readonly #needed = new Map<string, Promise<readonly NeededOption[]>>();
  /** Leases of kernels that were run, by signature: kept, so that no run waits for an evicted one. */
  readonly #leased = new Map<string, Promise<LeasedKernel>>();

  constructor(
    job: KernelJob,
    config: ConfigSource,
    builder: KernelBuilder,
    { machine, guests, reproducer, runs }: Runner,
  ) {
    this.#job = job;
    this.#config = config;
    this.#builder = builder;
    this.#machine = machine;
    this.#guests = guests;
    this.#reproducer = reproducer;
    const expectation = expectationOf(job);
    this.#expectation = expectation;
    this.#isExpected = expectation === null ? null : expects(expectation);
    this.slots = { builds: builder.slots, runs };
  }

  async build(
    plan: KernelPlan,
    {
      sees = null,
      ...control
    }: {
      signal: AbortSignal;
      onProgress?: (progress: BuildProgress) => void;
      sees?: CrashOfKernel | null;
    },
  ): Promise<BuildResult> {
    const built = await this.#builder.build(this.#specOf(plan), control);
    if (built.kind === "failed" || sees === null) return built;
    const missing = await this.#missing(plan, built.signature, sees, control.signal);
    if (missing.length === 0) return built;
    const { compiler, seconds } = built;
    return {
      ...{ kind: "failed", stage: "config", compiler, seconds },
      excerpt: missing.map(
        ({ anyOf, why }) =>
          `${anyOf[0]} is gone here: the crash cannot be seen without it (${why})`,
      ),
      gone: missing.map(({ anyOf }) => anyOf[0] ?? ""),
    };
  }

  /** What the kernel of `plan` lacks for `crash` to be seen. */
  async #missing(
    plan: KernelPlan,
    signature: string,
    crash: CrashOfKernel,
    signal: AbortSignal,
  ): Promise<readonly NeededOption[]> {
    const needed = this.#needed.get(crash.console) ?? this.#neededBy(crash, signal);
    this.#needed.set(crash.console, needed);
    needed.catch(() => this.#needed.delete(crash.console));
    const options = await this.#optionsOf(plan, signature, signal);
    return missingOptions(await needed, options, (path) =>
      this.#builder.file(plan.commit, path, signal),
    );
  }

  async #neededBy(crash: CrashOfKernel, signal: AbortSignal): Promise<readonly NeededOption[]> {
    const { plan, signature, title } = crash;
    const report = await this.symbolize(crash, { signal });
    const options = await this.#optionsOf(plan, signature, signal);
    return neededOptions({ title, type: typeOf(title), report }, options, (path) =>
      this.#builder.file(plan.commit, path, signal),
    );
  }

  async #optionsOf(plan: KernelPlan, signature: string, signal: AbortSignal): Promise<Options> {
    const { config } = await this.#kernelOf(plan, signature, signal);
    return parseConfig(await readFile(config, "utf8"), "the config of a built kernel");
  }

  compare(
    one: KernelPlan,
    other: KernelPlan,
    { signal }: { signal: AbortSignal },
  ): Promise<Comparison> {
    return this.#builder.compare(this.#specOf(one), this.#specOf(other), { signal });
  }

  async run(
    { plan, signature, console, mayRestore = false, functions = [] }: RunPlan,
    { signal }: { signal: AbortSignal },
  ): Promise<RunResult> {
    const kernel = await this.#kernelOf(plan, signature, signal);
    const { initramfs, late } = await this.#guests.filesFor(kernel.modules);
    const look = await this.#lookFor(functions, kernel, signature, signal);
    const result = await this.#machine.run(
      {
        image: kernel.image,
        initramfs,
        ...(late !== undefined && { late }),
        ...(this.#reproducer !== null && { reproducer: this.#reproducer }),
        console,
        ...machineWordsOf(this.#job),
        mayRestore,
        ...(look !== null && { reach: look.probe }),
        deadline: runSecondsOf(this.#job),
      },
      signal,
    );
    const crashes = result.crashes.map((crash) => {
      const { title, altTitles, type, frame, stack } = crash;
      const others = altTitles.length > 0 && { altTitles: [...altTitles] };
      const seen = { title, type, frame, stack: [...stack], ...others };
      return this.#isExpected === null ? seen : { ...seen, expected: this.#isExpected(crash) };
    });
    const { ending, seconds, restored, note, reached, truncated, bootSeconds = null } = result;
    const run = { outcome: ending, crashes, console, whole: !truncated, bootSeconds };
    return {
      ...(await judgedByJob(this.#expectation, run)),
      seconds,
      ...(restored && { restored }),
      ...(note !== undefined && { note }),
      ...(look !== null && reached && { reached: reachedFunctions(look, reached) }),
    };
  }

  /** Null where nobody asks, or it cannot be told: User Mode Linux has no kprobes. */
  async #lookFor(
    functions: readonly string[],
    { vmlinux }: LeasedKernel,
    signature: string,
    signal: AbortSignal,
  ): Promise<Look | null> {
    const { kernel, reproducer } = this.#job;
    if (functions.length === 0 || kernel.arch === "um" || reproducer.reached === false) return null;
    const symbols = await this.#symbolizers.functionsOf({ signature, vmlinux }, signal);
    const by = reproducer.reached === "debugger" ? "machine" : "guest";
    return symbols === null ? null : lookFor(functions, symbols, by);
  }

  async shell(
    { plan, signature }: { plan: KernelPlan; signature: string },
    terminal: Terminal,
    { signal }: { signal: AbortSignal },
  ): Promise<void> {
    const kernel = await this.#kernelOf(plan, signature, signal);
    const { initramfs } = await this.#guests.filesFor(kernel.modules, { shell: true });
    const words = machineWordsOf(this.#job);
    const run: MachineRun = {
      image: kernel.image,
      initramfs,
      ...words,
      cmdline: `${words.cmdline} FIRSTBAD_SHELL=${terminal.columns}x${terminal.rows}`,
      console: "",
      deadline: 0,
    };
    if (await talkTo(this.#machine, run, terminal, signal)) return;
    const { type } = this.#machine;
    throw new Failure(
      "shell-not-possible",
      `a machine of the type ${type} has no console to type at`,
      {
        facts: { machine: type },
        hint: "use a machine of the type uml or qemu",
      },
    );
  }

  async symbolize(crash: CrashOfKernel, { signal }: { signal: AbortSignal }): Promise<string> {
    const console = await readFile(crash.console);
    const found = readConsole(console).find(({ title }) => title === crash.title);
    if (found === undefined) return shownBy(this.#expectation, crash.title, console);
    const kernel = await this.#kernelOf(crash.plan, crash.signature, signal);
    const { signature } = crash;
    const { vmlinux } = kernel;
    const binary = { signature, vmlinux };
    const { report } = await this.#symbolizers.symbolize(found.report, binary, signal);
    const { arch } = this.#job.kernel;
    const code = codeArchOf(arch);
    if (code === null) return report;
    return withDisassembly(report, { arch: code, type: found.type }, signal);
  }

  compiledFiles(
    plan: KernelPlan,
    { signal }: { signal: AbortSignal },
  ): Promise<readonly string[] | null> {
    return this.#builder.compiledFiles(this.#specOf(plan), signal);
  }

  configOf(plan: KernelPlan, { signal }: { signal: AbortSignal }): Promise<string> {
    return this.#builder.configOf(this.#specOf(plan), signal);
  }

  withTree<T>(
    commit: string,
    use: (folder: string) => Promise<T>,
    { signal }: { signal: AbortSignal },
  ): Promise<T> {
    return this.#builder.withTree(commit, use, signal);
  }

  async close(): Promise<void> {
    await this.#symbolizers.close();
    await this.#machine.close();
    for (const lease of this.#leased.values()) {
      await lease.then(
        (kernel) => kernel.release(),
        () => {},
      );
    }
    this.#leased.clear();
    await this.#builder.close();
  }

  #specOf({ commit, patches, compilers, config = this.#config }: KernelPlan): KernelSpec {
    const { arch } = this.#job.kernel;
    return { commit, patches, arch, config, ...(compilers && { compilers }) };
  }

  #kernelOf(plan: KernelPlan, signature: string, signal: AbortSignal): Promise<LeasedKernel> {
    const leased = this.#leased.get(signature) ?? this.#lease(plan, signature, signal);
    this.#leased.set(signature, leased);
    leased.catch(() => this.#leased.delete(signature));
    return leased;
  }

  /** The kernel's files; one that was evicted is built again, and its builder holds it to its signature. */
  async #lease(plan: KernelPlan, signature: string, signal: AbortSignal): Promise<LeasedKernel> {
    try {
      return await this.#builder.files(signature);
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== "kernel-evicted") throw error;
    }
    const rebuilt = await this.build(plan, { signal });
    if (rebuilt.kind === "built" && rebuilt.signature === signature) {
      return this.#builder.files(signature);
    }
    throw new Failure(
      "build-not-reproducible",
      `the kernel of ${plan.commit} was evicted and cannot be built again as it was`,
      { facts: { commit: plan.commit, signature }, hint: "start the bisection anew" },
    );
  }
}
