import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Check, Finding } from "../../src/doctor/check.ts";
import { judgeNode } from "../../src/doctor/checks.ts";
import { examine, isAble } from "../../src/doctor/examine.ts";
import { judgeControlGroups, sandboxFix } from "../../src/doctor/isolation.ts";
import { header, lookForStaticLibrary } from "../../src/doctor/libraries.ts";
import { judgeGit } from "../../src/doctor/programs.ts";
import { judgeAmount, lookForKvm, lookForRoom } from "../../src/doctor/resources.ts";
import { judgeSsh } from "../../src/doctor/ssh.ts";
import { Failure } from "../../src/failure/failure.ts";

describe("versions", () => {
  test.each([
    ["git version 2.31.0", "ok"],
    ["git version 2.30.9", "missing"],
    ["git version 3.0.0", "ok"],
    ["git version 1.99.1", "missing"],
    ["git version 2.39.5 (Apple Git-154)", "ok"],
    ["gti", "missing"],
  ])("%s: %s", (said, state) => expect(judgeGit(said).state).toBe(state));

  test.each([
    ["OpenSSH_9.2p1 Debian-2+deb12u7, OpenSSL 3.0.17", "ok", "9.2p1"],
    ["Dropbear v2022.83", "missing", "not OpenSSH"],
  ])("ssh that says %j: %s", (said, state, found) => {
    expect(judgeSsh("/usr/bin/ssh", said)).toMatchObject({
      state,
      found: expect.stringContaining(found),
    });
  });

  test.each([
    ["22.18.0", "ok"],
    ["22.17.9", "missing"],
    ["20.19.0", "missing"],
    ["24.0.0", "ok"],
  ])("node %s: %s", (version, state) => expect(judgeNode(version).state).toBe(state));
});

describe("bounds", () => {
  const gibibyte = 1024 ** 3;
  const bounds = { least: gibibyte, enough: 4 * gibibyte };
  test.each([
    [4 * gibibyte, "ok"],
    [4 * gibibyte - 1, "degraded"],
    [gibibyte, "degraded"],
    [gibibyte - 1, "missing"],
  ])("%d bytes: %s", (bytes, state) => {
    const finding = judgeAmount(bytes, bounds, "free", "make room");
    expect(finding.state).toBe(state);
    expect(finding.fix).toBe(state === "ok" ? null : "make room");
  });

  test("room for a folder that is not there is that of the disk it will be on", async () => {
    const folder = join(tmpdir(), "none", "of", "these");
    const { state, found } = await lookForRoom(folder, { least: 0, enough: 1 });
    expect(state).toBe("ok");
    expect(found).toMatch(/^\d+\.\d GiB free for /);
    const all = Number.MAX_SAFE_INTEGER;
    expect((await lookForRoom(folder, { least: all, enough: all })).state).toBe("missing");
  });
});

describe("what isolation lacks is told by name", () => {
  test.each([
    [{}, "bwrap --unshare-all --ro-bind / / true"],
    [{ "kernel.unprivileged_userns_clone": "0" }, "sysctl -w kernel.unprivileged_userns_clone=1"],
    [
      {
        "kernel.unprivileged_userns_clone": "1",
        "kernel.apparmor_restrict_unprivileged_userns": "1",
      },
      "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    ],
    [{ "user.max_user_namespaces": "0" }, "sysctl -w user.max_user_namespaces=10000"],
  ])("%j: %s", (settings: Record<string, string>, fix) => {
    expect(sandboxFix((setting) => settings[setting] ?? null)).toBe(fix);
  });

  test.each([
    [["memory", "pids"], true, "ok", null],
    [["pids"], false, "degraded", "systemd-run --user --scope -- firstbad bisect"],
    [[], true, "degraded", "mount -o remount,rw /sys/fs/cgroup"],
  ] as const)("%j, as root %s: %s", (enforced, root, state, fix) => {
    expect(judgeControlGroups(enforced, root)).toMatchObject({ state, fix });
  });

  test("a device that is none of the processor's", async () => {
    const folder = await mkdtemp(join(tmpdir(), "firstbad-doctor-"));
    expect(lookForKvm(join(folder, "kvm")).state).toBe("missing");
    // A folder cannot be opened for writing, by root neither.
    expect(lookForKvm(folder)).toMatchObject({ state: "degraded" });
  });
});

describe("libraries are asked of the compiler", () => {
  const around = { path: process.env.PATH ?? "", cache: "/", bisections: "/" };
  test("a header that is there, and one that is not", async () => {
    const look = (name: string) => header("it", "it-dev", name, "").look(around);
    expect(await look("stdio.h")).toMatchObject({ state: "ok" });
    expect(await look("nothing/of/that/name.h")).toMatchObject({
      state: "missing",
      fix: "apt-get install it-dev",
    });
  });

  test("a compiler without a static C library", async () => {
    const folder = await mkdtemp(join(tmpdir(), "firstbad-doctor-"));
    await writeFile(join(folder, "gcc"), "#!/bin/sh\necho libc.a\n", { mode: 0o755 });
    expect(await lookForStaticLibrary(around)).toMatchObject({ state: "ok" });
    expect(await lookForStaticLibrary({ ...around, path: folder })).toMatchObject({
      state: "missing",
      fix: "apt-get install libc6-dev",
    });
  });
});

describe("what counts", () => {
  const check = (needed: boolean, look: () => Finding): Check => ({
    ...{ name: "it", purpose: "this", needed, look },
  });
  const finding = (state: Finding["state"]): Finding => ({ state, found: "", fix: "" });

  test.each([
    [true, "missing", false],
    [true, "degraded", true],
    [false, "missing", true],
  ] as const)("needed %s and %s: able %s", async (needed, state, able) => {
    const checked = await examine([check(needed, () => finding(state))], {
      ...{ path: "", cache: "/", bisections: "/" },
    });
    expect(isAble(checked)).toBe(able);
  });

  test("a failure is something missing, a mistake of ours is not", async () => {
    const around = { path: "", cache: "/", bisections: "/" };
    const fails = check(true, () => {
      throw new Failure("tool-missing", "no such tool", { hint: "get it" });
    });
    expect(await examine([fails], around)).toEqual([
      {
        ...{ name: "it", purpose: "this", needed: true },
        ...{ state: "missing", found: "no such tool", fix: "get it" },
      },
    ]);
    const breaks = check(true, () => {
      throw new TypeError("ours");
    });
    await expect(examine([breaks], around)).rejects.toThrow("ours");
  });
});
