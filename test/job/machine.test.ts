import { describe, expect, test } from "vitest";
import { parseJob } from "../../src/job/read.ts";
import { needsHost } from "../../src/lab/machine-of.ts";
import { openLab } from "../../src/lab/open-lab.ts";
import { kernelJob } from "./kernel-job.ts";

const kernel = `version: 1
kernel: {repo: linux, crashes: HEAD, config: .config, arch: x86_64}
reproducer: {c: repro.c}
machine:
`;
const ssh = `  type: ssh
  host: board.lab
  key: keys/board
  known-hosts: keys/known
  install: kexec -l "$FIRSTBAD_KERNEL"
  console: {command: [./console.sh, "7"]}
`;
const command = "  type: command\n  run: [sh, $INPUTS/boot.sh]\n  files: [boot.sh]\n";

const read = (machine: string) =>
  kernelJob(parseJob(`${kernel}${machine}`, { path: "/jobs/firstbad.yaml" }));
const refusal = (machine: string): string => {
  try {
    read(machine);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
};

describe("a board", () => {
  test("has its files and programs by the job's folder, and the usual for the rest", () => {
    expect(read(`${ssh}  power-cycle: [power, "7"]\n`).machine).toMatchObject({
      ...{ port: 22, user: "root", key: "/jobs/keys/board", "known-hosts": "/jobs/keys/known" },
      console: { command: ["/jobs/console.sh", "7"] },
      ...{ "power-cycle": ["power", "7"], reboot: "reboot", health: "true" },
      ...{ boot: 300, back: 300, cmdline: "panic_on_warn=1" },
    });
  });

  test.each([
    ["-oProxyCommand=evil", "machine.host"],
    ["board *", "machine.host"],
    ["%h", "machine.host"],
  ])("is not called %j", (host, said) => {
    expect(refusal(ssh.replace("board.lab", JSON.stringify(host)))).toContain(said);
  });

  test.each([
    ["  user: -l\n", "machine.user"],
    ["  power-cycle: [-x]\n", "machine.power-cycle"],
    ["  port: 70000\n", "machine.port"],
    ["  memory: 1G\n", "machine.memory: unknown key"],
    ["  instal: x\n", "did you mean `install`"],
  ])("is not described by %j", (line, said) => {
    expect(refusal(ssh + line)).toContain(said);
  });
});

describe("a machine that is a program", () => {
  test("has files of the job's folder, and is isolated", () => {
    const { machine } = read(command);
    expect(machine).toMatchObject({ files: ["/jobs/boot.sh"], sandbox: true, "at-once": 1 });
    expect(refusal(command.replace("[boot.sh]", "[a/boot.sh, b/boot.sh]"))).toContain(
      "needs files of different names",
    );
    expect(refusal(command.replace("[sh, $INPUTS/boot.sh]", "[]"))).toContain("machine.run");
  });
});

test.each([
  [ssh, true],
  [`${command}  sandbox: false\n`, true],
  [command, false],
])("a user's program runs on the host only where they said so", async (machine, asks) => {
  const job = read(machine);
  expect(needsHost(job)).toBe(asks);
  const options = { cache: "/nowhere", builds: 1, runs: 1, sandbox: true, allowHost: false };
  const code = asks ? "host-not-allowed" : "ENOENT";
  await expect(openLab(job, null, options, new AbortController().signal)).rejects.toMatchObject({
    code,
  });
});
