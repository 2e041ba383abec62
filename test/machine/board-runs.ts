import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileInit } from "../../src/kernel/initramfs/init-program.ts";
import { buildInitramfs } from "../../src/kernel/initramfs/initramfs.ts";
import type { Machine, MachineResult, MachineRun } from "../../src/machine/machine.ts";
import type { Board } from "../../src/machine/ssh/board.ts";
import { createSshMachine } from "../../src/machine/ssh/ssh.ts";
import type { TestBoard } from "./board.ts";

/** How a test has a board run something. */
export interface Wanted {
  /** Over how firstbad is told of the board. */
  readonly described?: Partial<Board>;
  /** Instead of that. */
  readonly machine?: Machine;
  readonly request?: Partial<MachineRun>;
  readonly signal?: AbortSignal;
}

/** Runs of scripts in kernels on a test's board. */
export class BoardRuns {
  readonly folder = mkdtempSync(join(tmpdir(), "firstbad-boards-"));
  readonly #board: TestBoard;
  #serial = 0;

  constructor(board: TestBoard) {
    this.#board = board;
  }

  /** What the run came to, with its console. */
  async run(
    script: string,
    { described, machine, request, signal = new AbortController().signal }: Wanted = {},
  ): Promise<MachineResult & { console: string }> {
    const base = join(this.folder, `${this.#serial++}`);
    await buildInitramfs({
      init: await compileInit("um", this.folder, signal),
      reproducer: { kind: "shell", script: Buffer.from(script) },
      modules: null,
      out: `${base}.cpio`,
    });
    const told = { board: this.#board.described(described), arch: "um" };
    const result = await (machine ?? createSshMachine(told)).run(
      {
        image: "/usr/bin/linux.uml",
        initramfs: `${base}.cpio`,
        console: `${base}.txt`,
        cmdline: "",
        memory: 0,
        seconds: 20,
        deadline: 60,
        ...request,
      },
      signal,
    );
    return { ...result, console: readFileSync(`${base}.txt`, "latin1") };
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
