/** What the form asks for. Empty: left to what it usually is. */
export interface JobFields {
  readonly target: "kernel" | "program";
  readonly repo: string;
  readonly crashes: string;
  readonly clean: string;
  readonly head: string;
  readonly find: "cause" | "fix";
  readonly seconds: string;
  readonly memory: string;
  readonly policy: string;
  readonly confidence: string;
  readonly deadline: string;
  /** Of a kernel: a file's name; empty: `base` counts. */
  readonly config: string;
  readonly base: string;
  readonly fragment: string;
  readonly arch: string;
  readonly machine: "uml" | "qemu";
  readonly cmdline: string;
  /** A file's name. */
  readonly reproducer: string;
  /** Of a program: what the shell is given. */
  readonly build: string;
  readonly run: string;
  /** What tells that a run has the bug: a crash, or its exit code alone. */
  readonly answer: "crash" | "exit code";
  /** The title of the crash that is meant. */
  readonly title: string;
  /** Files' names. */
  readonly files: readonly string[];
  /** `NAME=value`, a line each. */
  readonly env: string;
  readonly buildSeconds: string;
}

/** A form that nobody has touched. */
export const emptyJob: JobFields = {
  target: "kernel",
  repo: "",
  crashes: "",
  clean: "",
  head: "",
  find: "cause",
  seconds: "",
  memory: "",
  policy: "adaptive",
  confidence: "0.99",
  deadline: "",
  config: "",
  base: "allnoconfig",
  fragment: "",
  arch: "um",
  machine: "uml",
  cmdline: "",
  reproducer: "",
  build: "",
  run: "",
  answer: "crash",
  title: "",
  files: [],
  env: "",
  buildSeconds: "",
};

/** The job file that the form stands for. Every text of the user's is quoted, so that none is read as something else. */
export function jobText(job: JobFields): string {
  const target = job.target === "kernel" ? kernelLines(job) : programLines(job);
  const lines = [
    "version: 1",
    ...target,
    `find: ${job.find}`,
    ...text("policy", job.policy),
    ...number("confidence", job.confidence),
    ...text("deadline", job.deadline),
  ];
  return `${lines.join("\n")}\n`;
}

function kernelLines(job: JobFields): string[] {
  const fragments = job.fragment === "" ? "" : `, fragments: [${quoted(job.fragment)}]`;
  const config =
    job.config === ""
      ? [`  config: {base: ${quoted(job.base)}${fragments}}`]
      : text("  config", job.config);
  const reproducer =
    job.reproducer === ""
      ? []
      : [
          "reproducer:",
          ...text(`  ${kindOf(job.reproducer)}`, job.reproducer),
          ...number("  seconds", job.seconds),
        ];
  return [
    "kernel:",
    ...endLines(job),
    ...config,
    ...text("  arch", job.arch),
    ...reproducer,
    "machine:",
    `  type: ${job.machine}`,
    ...text("  memory", job.memory),
    ...text("  cmdline", job.cmdline),
  ];
}

function programLines(job: JobFields): string[] {
  const run =
    job.answer === "crash"
      ? text("  run", job.run)
      : [`  predicate: [sh, -c, ${quoted(job.run.trim())}]`];
  return [
    "program:",
    ...endLines(job),
    ...text("  build", job.build),
    ...run,
    ...(job.files.length > 0 ? [`  files: [${job.files.map(quoted).join(", ")}]`] : []),
    ...envLines(job.env),
    ...number("  seconds", job.seconds),
    ...number("  build-seconds", job.buildSeconds),
    ...text("  memory", job.memory),
    ...(job.answer === "crash" && job.title.trim() !== ""
      ? [`expect: {title: ${quoted(job.title.trim())}}`]
      : []),
  ];
}

function endLines(job: JobFields): string[] {
  return [
    ...text("  repo", job.repo),
    ...text("  crashes", job.crashes),
    ...(job.find === "cause" ? text("  clean", job.clean) : text("  head", job.head)),
  ];
}

function envLines(env: string): string[] {
  const variables = env.split("\n").filter((line) => line.trim() !== "");
  if (variables.length === 0) return [];
  const named = variables.map((line) => {
    const [, name = "", value = ""] = /^\s*([^=]*)=?(.*)$/.exec(line) ?? [];
    return `    ${quoted(name.trim())}: ${JSON.stringify(value)}`;
  });
  return ["  env:", ...named];
}

/** How a reproducer runs, by the ending of its file: C, a script for the shell, or a program. */
function kindOf(file: string): "c" | "shell" | "program" {
  if (file.endsWith(".c")) return "c";
  return file.endsWith(".sh") ? "shell" : "program";
}

function text(name: string, value: string): string[] {
  return value.trim() === "" ? [] : [`${name}: ${quoted(value.trim())}`];
}

function number(name: string, value: string): string[] {
  const n = Number(value);
  return value.trim() !== "" && Number.isFinite(n) ? [`${name}: ${n}`] : [];
}

/** A YAML scalar: bare where that is safe, else as JSON, which YAML reads. */
function quoted(value: string): string {
  const isBare = /^[A-Za-z~/][\w./~@^+=-]*$/.test(value);
  const isWord = /^(true|false|null|yes|no|on|off|y|n|~)$/i.test(value);
  return isBare && !isWord ? value : JSON.stringify(value);
}
