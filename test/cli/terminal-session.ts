import { type ChildProcess, spawn } from "node:child_process";
import { expect, onTestFinished, vi } from "vitest";
import { Screen } from "./screen.ts";

/**
 * A program on a terminal of its own, whose screen can be read and keys pressed. It is started within a
 * test, and ends with it at the latest.
 */
export class TerminalSession {
  readonly screen: Screen;
  readonly #child: ChildProcess;
  readonly ended: Promise<number | null>;

  /** Runs `command`, a line of shell, in an environment that wants colours unless `env` says otherwise. */
  constructor(
    command: string,
    {
      env = {},
      cwd,
      columns = 80,
      rows = 24,
    }: { env?: NodeJS.ProcessEnv; cwd?: string; columns?: number; rows?: number } = {},
  ) {
    this.screen = new Screen(columns, rows);
    // exec: the shell in between would take Ctrl-C for itself, and whether it then ends by it differs by shell.
    const sized = `stty cols ${columns} rows ${rows}; exec ${command}`;
    const { CI, NO_COLOR, FORCE_COLOR, ...rest } = process.env;
    this.#child = spawn("script", ["-qefc", sized, "/dev/null"], {
      ...(cwd !== undefined && { cwd }),
      env: { ...rest, TERM: "xterm", ...env },
      // Not inherited: whoever reads what the tests print would wait for this as well.
      stdio: "pipe",
    });
    onTestFinished(() => this.kill());
    this.#child.stderr?.pipe(process.stderr, { end: false });
    this.#child.stdout?.on("data", (bytes: Buffer) => this.screen.write(bytes));
    this.ended = new Promise((resolve) => this.#child.on("close", resolve));
  }

  /** Waits until the screen shows `what`. */
  async shows(what: RegExp): Promise<void> {
    const seen = async () => expect((await this.screen.lines()).join("\n")).toMatch(what);
    await vi.waitFor(seen, { timeout: 30_000, interval: 50 });
  }

  press(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }
}
