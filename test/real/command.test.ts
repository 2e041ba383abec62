import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCommandMachine } from "../../src/machine/command/command.ts";
import type { CommandOptions } from "../../src/machine/command/process.ts";
import type { MachineRun } from "../../src/machine/machine.ts";

const example = join(import.meta.dirname, "../../examples/machines/uml.sh");
const image = "/usr/bin/linux.uml";
const { signal } = new AbortController();

const options: CommandOptions = {
  words: ["sh", "$INPUTS/uml.sh"],
  files: [example],
  arch: "um",
  sandbox: true,
  atOnce: 4,
};

describe("the program of a machine", () => {
  let folder: string;
  let request: MachineRun;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "firstbad-command-"));
    const initramfs = join(folder, "initramfs");
    const reproducer = join(folder, "reproducer");
    writeFileSync(initramfs, "");
    writeFileSync(reproducer, "the reproducer's bytes");
    request = {
      image,
      initramfs,
      reproducer,
      console: join(folder, "console"),
      cmdline: "console=ttyS0 quiet",
      memory: 64 * 1024 ** 2,
      seconds: 7,
      deadline: 30,
    };
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function printed(script: string, more: Partial<CommandOptions> = {}): Promise<string> {
    const words = ["sh", "-c", script];
    const machine = createCommandMachine({ ...options, ...more, words });
    await machine.run(request, signal);
    return readFileSync(request.console, "utf8");
  }

  test.each([true, false])("is told all of a run; in a sandbox: %s", async (sandbox) => {
    const names = ["CMDLINE", "ARCH", "MEMORY", "SECONDS", "DEADLINE"];
    const script = `echo ${names.map((name) => `"$FIRSTBAD_${name}"`).join("; echo ")}
      cat "$FIRSTBAD_REPRODUCER"; echo; head -c 4 "$FIRSTBAD_KERNEL" | tail -c 3; echo
      test -r "$FIRSTBAD_INITRAMFS" && test -r "$INPUTS/uml.sh" && cd "$FIRSTBAD_FOLDER" && ls`;
    expect((await printed(script, { sandbox })).split("\n")).toEqual([
      "console=ttyS0 quiet panic=-1 loglevel=8 FIRSTBAD_SECONDS=7",
      ...["um", `${64 * 1024 ** 2}`, "7", "30"],
      ...["the reproducer's bytes", "ELF", ""],
    ]);
  });

  test("has no network and no files of this host in the sandbox", async () => {
    const script = `ls /root /home ${folder} 2>/dev/null; ls /sys/class/net 2>/dev/null; cut -d: -f1 /proc/net/dev`;
    const lines = (await printed(script)).split("\n").map((line) => line.trim());
    expect(lines.filter((line) => line !== "" && !line.includes("|"))).toEqual(["lo"]);
  });

  test("is taken at its word where it had no machine", async () => {
    await expect(printed("echo all boards are taken >&2; exit 75")).rejects.toMatchObject({
      code: "machine-infrastructure",
      message: expect.stringContaining("all boards are taken"),
    });
  });

  test.each([
    [true, "machine-infrastructure"],
    [false, "tool-missing"],
  ])("that is not there is no ending; in a sandbox: %s", async (sandbox, code) => {
    const machine = createCommandMachine({ ...options, words: ["no-such-program"], sandbox });
    await expect(machine.run(request, signal)).rejects.toMatchObject({
      code,
      message: expect.stringContaining("no-such-program"),
    });
  });

  test("says nothing by any other exit code", async () => {
    const machine = createCommandMachine({ ...options, words: ["sh", "-c", "exit 1"] });
    expect(await machine.run(request, signal)).toMatchObject({ ending: "no-output" });
  });
});
