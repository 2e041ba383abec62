import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Board } from "../../src/machine/ssh/board.ts";
import { scriptText } from "../../src/machine/ssh/home.ts";
import { sshConfig } from "../../src/machine/ssh/ssh-config.ts";
import { sshFailure } from "../../src/machine/ssh/ssh-failure.ts";

const board: Board = {
  host: "board.lab",
  port: 2222,
  user: "root",
  key: "/home/me/.ssh/board",
  knownHosts: "/home/me/board.known-hosts",
  install: "true",
  reboot: "reboot",
  console: { command: ["cat", "/dev/ttyUSB0"] },
  health: "true",
  bootId: "true",
  back: 60,
};

describe("ssh's configuration", () => {
  const config = sshConfig(board, { key: "/run/key", knownHosts: "/run/known" });

  test("checks the host's key, asks nobody, and brings nothing of this host along", () => {
    expect(config.split("\n")).toEqual(
      expect.arrayContaining([
        "StrictHostKeyChecking yes",
        "UpdateHostKeys no",
        "BatchMode yes",
        "IdentityAgent none",
        "IdentitiesOnly yes",
        "ForwardAgent no",
        "PermitLocalCommand no",
      ]),
    );
  });

  test("is what ssh takes it for", () => {
    const folder = mkdtempSync(join(tmpdir(), "firstbad-ssh-config-"));
    writeFileSync(join(folder, "config"), config);
    const words = ["-F", join(folder, "config"), "-G", "--", "board"];
    const said = execFileSync("ssh", words, { encoding: "utf8" });
    rmSync(folder, { recursive: true });
    expect(said.split("\n")).toEqual(
      expect.arrayContaining([
        "hostname board.lab",
        "port 2222",
        "user root",
        "stricthostkeychecking true",
        "userknownhostsfile /run/known",
        "globalknownhostsfile /dev/null",
        "identityfile /run/key",
        "batchmode yes",
      ]),
    );
  });
});

test.each([
  [
    "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.",
    "host-key-refused",
  ],
  [
    "No ED25519 host key is known for board.lab and you have requested strict checking.",
    "host-key-refused",
  ],
  ["root@board.lab: Permission denied (publickey).", "login-refused"],
  ["ssh: connect to host board.lab port 2222: Connection refused", "board-unreachable"],
  ["ssh: Could not resolve hostname board.lab: Name or service not known", "board-unreachable"],
  ["", "board-unreachable"],
])("that ssh said %j means %s", (said, code) => {
  const failure = sshFailure(board, said);
  expect(failure.code).toBe(code);
  expect(failure.message).toContain("root@board.lab:2222");
  expect(failure.isInfrastructure).toBe(true);
});

test("a script's variables have their values, whatever is in these", () => {
  const value = fc.string({
    unit: fc.constantFrom("'", '"', "\\", "$", "`", "\n", " ", "a", "é", ";"),
  });
  fc.assert(
    fc.property(value, (text) => {
      const script = scriptText('printf "%s" "$FIRSTBAD_CMDLINE"', { FIRSTBAD_CMDLINE: text });
      expect(execFileSync("sh", ["-s"], { input: script, encoding: "utf8" })).toBe(text);
    }),
    { numRuns: 20 },
  );
});
