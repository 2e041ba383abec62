/** What the form asks for. Empty: left to what it usually is. */
export interface JobFields {
  readonly repo: string;
  readonly crashes: string;
  readonly clean: string;
  readonly head: string;
  readonly find: "cause" | "fix";
  /** A file's name; empty: `base` counts. */
  readonly config: string;
  readonly base: string;
  readonly fragment: string;
  readonly arch: string;
  readonly machine: "uml" | "qemu";
  readonly memory: string;
  readonly cmdline: string;
  /** A file's name. */
  readonly reproducer: string;
  readonly seconds: string;
  readonly policy: string;
  readonly confidence: string;
  readonly deadline: string;
}

/** A form that nobody has touched. */
export const emptyJob: JobFields = {
  repo: "",
  crashes: "",
  clean: "",
  head: "",
  find: "cause",
  config: "",
  base: "allnoconfig",
  fragment: "",
  arch: "um",
  machine: "uml",
  memory: "",
  cmdline: "",
  reproducer: "",
  seconds: "",
  policy: "adaptive",
  confidence: "0.99",
  deadline: "",
};

/** The job file that the form stands for. Every text of the user's is quoted, so that none is read as something else. */
export function jobText(job: JobFields): string {
  const lines = ["version: 1", "kernel:"];
  const put = (indent: string, name: string, value: string) => {
    if (value.trim() !== "") lines.push(`${indent}${name}: ${quoted(value.trim())}`);
  };
  put("  ", "repo", job.repo);
  put("  ", "crashes", job.crashes);
  if (job.find === "cause") put("  ", "clean", job.clean);
  else put("  ", "head", job.head);
  if (job.config !== "") put("  ", "config", job.config);
  else {
    const fragments = job.fragment === "" ? "" : `, fragments: [${quoted(job.fragment)}]`;
    lines.push(`  config: {base: ${quoted(job.base)}${fragments}}`);
  }
  put("  ", "arch", job.arch);
  if (job.reproducer !== "") {
    lines.push("reproducer:");
    put("  ", kindOf(job.reproducer), job.reproducer);
    number(lines, "  seconds", job.seconds);
  }
  lines.push("machine:", `  type: ${job.machine}`);
  put("  ", "memory", job.memory);
  put("  ", "cmdline", job.cmdline);
  lines.push(`find: ${job.find}`);
  put("", "policy", job.policy);
  number(lines, "confidence", job.confidence);
  put("", "deadline", job.deadline);
  return `${lines.join("\n")}\n`;
}

/** How a reproducer runs, by the ending of its file: C, a script for the shell, or a program. */
function kindOf(file: string): "c" | "shell" | "program" {
  if (file.endsWith(".c")) return "c";
  return file.endsWith(".sh") ? "shell" : "program";
}

function number(lines: string[], name: string, value: string): void {
  const n = Number(value);
  if (value.trim() !== "" && Number.isFinite(n)) lines.push(`${name}: ${n}`);
}

/** A YAML scalar: bare where that is safe, else as JSON, which YAML reads. */
function quoted(text: string): string {
  const isBare = /^[A-Za-z~/][\w./~@^+=-]*$/.test(text);
  const isWord = /^(true|false|null|yes|no|on|off|y|n|~)$/i.test(text);
  return isBare && !isWord ? text : JSON.stringify(text);
}
