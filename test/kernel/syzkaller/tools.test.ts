import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildSyzTools } from "../../../src/kernel/syzkaller/tools.ts";
import { execprogAges, standInCheckout } from "./stand-in.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "firstbad-syz-"));
  standInCheckout(join(folder, "checkout"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { signal } = new AbortController();
const build = (commit: string, more = {}) =>
  buildSyzTools({
    ...{ folder: join(folder, "checkout"), commit, arch: "um", cacheFolder: join(folder, "cache") },
    ...{ signal, ...more },
  });

describe("the tools of a checkout", () => {
  test("are built once a commit, and their flags are those of its sources", async () => {
    const tools = await build("old");
    expect([...tools.flags].sort()).toEqual([...execprogAges.old].sort());
    const said = execFileSync(tools.executor, ["/dev/null"], { encoding: "utf8" });
    expect(said).toBe("");
    const made = statSync(tools.execprog).ino;
    const again = await build("old");
    expect(statSync(again.execprog).ino).toBe(made);
    const newer = await build("new");
    expect(newer.execprog).not.toBe(tools.execprog);
    expect([...newer.flags].sort()).toEqual([...execprogAges.new].sort());
    expect(
      readdirSync(join(folder, "cache/syzkaller")).filter((name) => name.startsWith(".")),
    ).toEqual([]);
    const status = execFileSync("git", ["status", "--porcelain"], {
      cwd: join(folder, "checkout"),
    });
    expect(status.toString()).toBe("");
  });

  test("that need Go, where there is none, say so", async () => {
    const checkout = join(folder, "needs-go");
    const said = "make: go: No such file or directory";
    standInCheckout(checkout, { Makefile: `execprog executor:\n\t@echo '${said}' >&2; exit 2\n` });
    await expect(build("new", { folder: checkout })).rejects.toMatchObject({
      code: "tool-missing",
      facts: { program: "go" },
    });
  });

  test.each([
    [
      "whose build fails",
      "execprog executor:\n\t@echo no such descriptions; exit 3\n",
      "no such descriptions",
    ],
    ["whose build makes nothing", "execprog executor:\n\ttrue\n", "the build did not make it"],
    [
      "whose build leaves a link to this host",
      "execprog executor:\n\tmkdir -p bin/linux_amd64; ln -sf /etc/passwd bin/linux_amd64/syz-execprog\n",
      "it is no file",
    ],
    [
      "whose tools need libraries",
      "execprog executor:\n\tmkdir -p bin/linux_amd64; cp /bin/true bin/linux_amd64/syz-execprog\n",
      "it needs a dynamic linker",
    ],
  ])("%s are an error that says why", async (name, Makefile, said) => {
    const checkout = join(folder, name.replaceAll(" ", "-"));
    standInCheckout(checkout, { Makefile });
    const failure = (await build("new", { folder: checkout }).catch((error) => error)) as Error;
    expect(JSON.stringify({ ...failure, message: failure.message })).toContain(said);
  });

  test("of a commit that is not there are not built", async () => {
    await expect(build("never")).rejects.toMatchObject({ code: "commit-not-found" });
  });
});
