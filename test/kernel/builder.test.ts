import { type ChildProcess, execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type BuilderOptions, createKernelBuilder } from "../../src/kernel/builder.ts";
import type {
  BuildControl,
  BuildResult,
  Comparison,
  ConfigSource,
  KernelBuilder,
} from "../../src/kernel/kernel.ts";
import { startProgram } from "../process/start-program.ts";
import { type FakeTree, fakeTree } from "./fake-tree.ts";

const config: ConfigSource = {
  kind: "base",
  base: "allnoconfig",
  fragments: ["CONFIG_ONE=y\nCONFIG_GONE=y\n"],
};

let tree: FakeTree;
let builder: KernelBuilder | null = null;
beforeEach(() => {
  tree = fakeTree();
});
afterEach(async () => {
  await builder?.close();
  builder = null;
  tree.remove();
});

async function open(options: Partial<BuilderOptions> = {}): Promise<KernelBuilder> {
  await builder?.close();
  builder = await createKernelBuilder({
    repository: tree.repository,
    cache: tree.cache,
    cpus: 2,
    ...options,
  });
  return builder;
}

async function build(
  commit: string,
  more: { patches?: string[]; config?: ConfigSource; control?: BuildControl } = {},
): Promise<BuildResult> {
  builder ??= await open();
  const spec = {
    commit,
    patches: more.patches ?? [],
    arch: "um",
    config: more.config ?? config,
  } as const;
  return builder.build(spec, more.control);
}

async function signatureOf(commit: string, control: BuildControl = {}): Promise<string> {
  const result = await build(commit, { control });
  if (result.kind !== "built") throw new Error(result.excerpt.join("\n"));
  return result.signature;
}

/** The only slot's folder. */
function slot(): string {
  const slots = join(tree.cache, "slots");
  return join(slots, readdirSync(slots)[0]!, "0");
}

const broken = { "fs/one.c": "int one(int v) { return nothere; }\n" };
const two = { "fs/one.c": "int one(int v) { return v + 2; }\n" };

/** Throws after twenty seconds. */
async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; !condition(); turn += 1) {
    if (turn === 1000) throw new Error("it never happened");
    await delay(20);
  }
}

describe("a kernel", () => {
  test("is built, with its files, its compiler and what was dropped", async () => {
    const result = await build(tree.commit());
    expect(result).toMatchObject({
      kind: "built",
      cached: false,
      compiler: "stand-in compiler 1.0",
      dropped: ["CONFIG_GONE=y"],
    });
    if (result.kind !== "built") return;
    const files = await builder!.files(result.signature);
    expect(readFileSync(files.image).readUInt32BE(0)).toBe(0x7f454c46);
    expect(statSync(files.image).ino).toBe(statSync(files.vmlinux).ino);
    expect(files.modules).toBeNull();
    files.release();
    files.release();
  });

  test("has an equal signature after a change of white space, and another after a real one", async () => {
    const first = await signatureOf(tree.commit());
    const space = await signatureOf(
      tree.commit({ "fs/one.c": "int  one(int v)  { return v + 1; }\n" }),
    );
    const real = await signatureOf(tree.commit(two));
    expect(space).toBe(first);
    expect(real).not.toBe(first);
  });

  test("is the same from a clean build, from another slot and after other commits", async () => {
    const [one, other] = [tree.commit(), tree.commit(two)];
    await open({ slots: 2 });
    const [a, b] = await Promise.all([signatureOf(one), signatureOf(other)]);
    // Throws where it differs from what is known.
    expect(await signatureOf(one, { clean: true })).toBe(a);
    expect(await signatureOf(other, { clean: true })).toBe(b);
    rmSync(join(tree.cache, "inputs"), { recursive: true });
    await open();
    expect([await signatureOf(other), await signatureOf(one)]).toEqual([b, a]);
  });

  test("is never built twice, by whatever builder", async () => {
    const commit = tree.commit();
    const first = await build(commit);
    await open();
    expect(await build(commit)).toEqual({ ...first, cached: true, seconds: expect.any(Number) });
    // An equal tree is an equal kernel.
    tree.commit(two);
    expect(await build(tree.commit())).toMatchObject({ cached: true });
  });

  test("is known by the files that its build has read, by whatever builder", async () => {
    const commit = tree.commit();
    const { signal } = new AbortController();
    const spec = { commit, patches: [], arch: "um", config } as const;
    await open();
    expect(await builder!.compiledFiles(spec, signal)).toBeNull();
    await build(commit);
    await build(tree.commit({ "fs/two.c": "int two;\n" }));
    await open();
    expect(await builder!.compiledFiles(spec, signal)).toEqual(["fs/one.c", "init/main.c"]);
    // A patch makes it another kernel.
    const patched = { ...spec, patches: ["--- a/x\n+++ b/x\n"] };
    expect(await builder!.compiledFiles(patched, signal)).toBeNull();
    const nowhere = builder!.compiledFiles({ ...spec, commit: "0".repeat(40) }, signal);
    await expect(nowhere).rejects.toMatchObject({ code: "commit-not-found" });
    for (const name of readdirSync(join(tree.cache, "compiled"))) {
      writeFileSync(join(tree.cache, "compiled", name), "torn");
    }
    expect(await builder!.compiledFiles(spec, signal)).toBeNull();
  });

  test("has modules where the config asks for them", async () => {
    const commit = tree.commit();
    const modules = { kind: "file", text: "CONFIG_ONE=m\n" } as const;
    const result = await build(commit, { config: modules });
    if (result.kind !== "built") throw new Error("not built");
    const files = await builder!.files(result.signature);
    const installed = join(files.modules!, "lib/modules/1");
    // The links to source and build folder are gone.
    expect(readdirSync(installed)).toEqual(["one.ko"]);
    files.release();
    // Kernels that differ only in what a module calls are different, and white space is not.
    const module = "void a(void); void b(void);\nvoid load(void)  { a(); }\n";
    const space = await build(tree.commit({ "module.c": module }), { config: modules });
    const other = { "module.c": module.replace("a(); }", "b(); }") };
    const called = await build(tree.commit(other), { config: modules });
    expect(space).toMatchObject({ kind: "built", signature: result.signature });
    expect(called).toMatchObject({ kind: "built" });
    expect(called).not.toMatchObject({ signature: result.signature });
  });

  test("of a base that is no all*config has the fragments over it", async () => {
    const base = { kind: "base", base: "defconfig", fragments: ["CONFIG_ONE=y"] } as const;
    const result = await build(tree.commit(), { config: base });
    expect(result).toMatchObject({ kind: "built", dropped: [] });
    expect(readFileSync(join(slot(), "out/.config"), "utf8")).toContain(
      "CONFIG_DEFAULT=y\nCONFIG_ONE=y",
    );
  });

  test("is built without a sandbox too, at the slot's own path", async () => {
    const commit = tree.commit();
    await open({ sandbox: false, slots: 3 });
    expect(builder!.slots).toBe(1);
    expect(await build(commit)).toMatchObject({ kind: "built", cached: false });
    expect(await build(commit)).toMatchObject({ kind: "built", cached: true });
    await open();
    expect(await build(commit)).toMatchObject({ kind: "built", cached: false });
  });
});

describe("a step", () => {
  test("touches only files that differ, and runs no config", async () => {
    await signatureOf(tree.commit());
    const before = ["src/init/main.c", "out/init/main.o", "out/.config"].map(
      (path) => statSync(join(slot(), path)).mtimeMs,
    );
    await signatureOf(tree.commit(two));
    const after = ["src/init/main.c", "out/init/main.o", "out/.config"].map(
      (path) => statSync(join(slot(), path)).mtimeMs,
    );
    expect(after).toEqual(before);
    const log = readFileSync(join(slot(), "build.log"), "utf8");
    expect(log.match(/^ {2}.*/gm)).toEqual(["  CC      fs/one.o", "  LD      vmlinux"]);
  });

  test("sees no .git, and writes nothing into the user's repository", async () => {
    const commit = tree.commit({
      "extra.mk": "ifneq ($(wildcard $(srctree)/.git),)\n$(error there is a .git)\nendif\n",
    });
    const before = tree.git("count-objects", "-v");
    const head = readdirSync(join(tree.repository, ".git")).sort();
    expect(await build(commit)).toMatchObject({ kind: "built" });
    expect(tree.git("count-objects", "-v")).toBe(before);
    expect(readdirSync(join(tree.repository, ".git")).sort()).toEqual(head);
  });

  test("follows the progress of make", async () => {
    const slow = {
      "extra.mk": "$(shell sleep 0.5)\n%.o: wait\nwait:\n\t@sleep 0.5\n.PHONY: wait\n",
    };
    const seen: unknown[] = [];
    const control = { onProgress: (progress: unknown) => seen.push(progress) };
    await build(tree.commit(slow), { control });
    expect(seen.at(-1)).toEqual({ done: 2, of: null });
    seen.length = 0;
    await build(tree.commit({ ...slow, ...two }), { control: { ...control, clean: true } });
    expect(seen.at(-1)).toEqual({ done: 2, of: 2 });
  });
});

describe("patches", () => {
  const patch = (from: string, to: string) =>
    `--- a/fs/one.c\n+++ b/fs/one.c\n@@ -1 +1 @@\n-int one(int v) { return ${from}; }\n+int one(int v) { return ${to}; }\n`;
  const addition = "--- /dev/null\n+++ b/fs/added.c\n@@ -0,0 +1 @@\n+int added;\n";

  test("are applied in order, and undone before the next kernel", async () => {
    const commit = tree.commit();
    const plain = await signatureOf(commit);
    const patched = await build(commit, {
      patches: [patch("v + 1", "v + 9"), patch("v + 9", "v + 2"), addition],
    });
    expect(existsSync(join(slot(), "src/fs/added.c"))).toBe(true);
    const other = await signatureOf(tree.commit(two));
    expect(patched).toMatchObject({ kind: "built" });
    expect(patched).not.toMatchObject({ signature: other });
    expect(existsSync(join(slot(), "src/fs/added.c"))).toBe(false);
    expect(await signatureOf(commit, { clean: true })).toBe(plain);
  });

  test.each([
    ["does not apply", patch("v + 5", "v + 6")],
    ["is none", "hello\n"],
    ["is cut off", patch("v + 1", "v + 6").slice(0, -30)],
    ["leaves the tree", "--- /dev/null\n+++ b/../../escaped\n@@ -0,0 +1 @@\n+x\n"],
  ])("one that %s fails the build at this stage", async (_, text) => {
    const commit = tree.commit();
    expect(await build(commit, { patches: [text] })).toMatchObject({
      kind: "failed",
      stage: "patch",
      excerpt: expect.arrayContaining([expect.stringMatching(/^error: /)]),
    });
    expect(await build(commit)).toMatchObject({ kind: "built" });
  });
});

describe("a build that fails", () => {
  test("for a compile error says so, after the one file was compiled in an empty folder", async () => {
    await signatureOf(tree.commit());
    const result = await build(tree.commit(broken));
    expect(result).toMatchObject({
      kind: "failed",
      stage: "build",
      excerpt: [expect.stringMatching(/^fs\/one\.c:1:\d+: error: .*nothere/)],
      compiler: expect.stringContaining("gcc"),
    });
    expect(readFileSync(join(slot(), "failed.log"), "utf8")).not.toContain("init/main.o");
    expect(existsSync(join(slot(), "fresh"))).toBe(false);
  });

  test("is not built again by the same builder", async () => {
    const commit = tree.commit(broken);
    const first = await build(commit);
    rmSync(join(slot(), "failed.log"));
    expect(await build(commit)).toEqual({ ...first, seconds: expect.any(Number) });
    expect(existsSync(join(slot(), "failed.log"))).toBe(false);
  });

  test("only for what another commit left behind does not count", async () => {
    // Fails to link or compile where a file of an earlier commit lies in the build folder.
    const stale = { "extra.mk": "ifneq ($(wildcard old),)\n$(error old is in the way)\nendif\n" };
    const leaves = { "extra.mk": "$(shell touch old)\n" };
    await signatureOf(tree.commit(leaves));
    const commit = tree.commit(stale);
    expect(await build(commit)).toMatchObject({ kind: "built" });
    // From now on the clean folder is built upon.
    expect(existsSync(join(slot(), "out/old"))).toBe(false);
    expect(await build(tree.commit({ ...stale, ...two }))).toMatchObject({ kind: "built" });
  });

  test.each([
    ["no such config target", { Makefile: "linux:\n\t@true\n" }, "config"],
    ["no kernel target", { "extra.mk": "vmlinux: gone.o\n" }, "build"],
    ["a link error", { "fs/one.c": "int other;\n" }, "build"],
    [
      "a script of the tree",
      { "extra.mk": "vmlinux: script\nscript:\n\t@echo it failed; exit 3\n" },
      "build",
    ],
  ])("for %s is the commit's own", async (_, files, stage) => {
    const result = await build(tree.commit(files));
    expect(result).toMatchObject({ kind: "failed", stage });
    expect(result.kind === "failed" && result.excerpt.length).toBeGreaterThan(0);
  });

  test.each([
    ["out-of-memory", "echo 'gcc: fatal error: Killed signal terminated program cc1' >&2; exit 1"],
    ["out-of-memory", "kill -9 $$$$"],
    ["disk-full", "echo 'ld: final link failed: No space left on device' >&2; exit 1"],
    ["tool-missing", "flex() { no-such; }; /bin/sh -c 'PATH=/nowhere; flex x'"],
  ])("for trouble of this machine is thrown as %s: %s", async (code, script) => {
    const commit = tree.commit({ "extra.mk": `vmlinux: trouble\ntrouble:\n\t@${script}\n` });
    await expect(build(commit)).rejects.toMatchObject({
      code,
      facts: { log: expect.stringContaining("build.log") },
    });
    // Never remembered as the commit's.
    await expect(build(commit)).rejects.toMatchObject({ code });
  });

  test("for its deadline is infrastructure", async () => {
    await open({ deadline: 1 });
    const commit = tree.commit({ "extra.mk": "vmlinux: wait\nwait:\n\t@sleep 100\n" });
    await expect(build(commit)).rejects.toMatchObject({ code: "build-infrastructure" });
  });

  test("because make leaves a link in place of a kernel is no kernel", async () => {
    const commit = tree.commit({
      "extra.mk": "linux: fake\nfake: vmlinux\n\t@rm vmlinux; ln -s /usr/bin/true vmlinux\n",
    });
    await expect(build(commit)).rejects.toMatchObject({ code: "build-infrastructure" });
  });
});

describe("what cannot be asked for", () => {
  test.each([
    ["commit-not-found", "0".repeat(40)],
    ["commit-not-found", "main"],
    ["commit-not-found", "--help"],
  ])("%s: %s", async (code, commit) => {
    tree.commit();
    await expect(build(commit)).rejects.toMatchObject({ code });
  });

  test("config-invalid, before anything is built", async () => {
    const text = "CONFIG_ONE=y\nONE=y\n";
    await expect(build(tree.commit(), { config: { kind: "file", text } })).rejects.toMatchObject({
      code: "config-invalid",
      facts: { line: 2 },
    });
    expect(existsSync(join(tree.cache, "slots"))).toBe(false);
  });
});

describe("the cache", () => {
  test("evicts what was not used for longest, builds it again and finds it the same", async () => {
    const commits = [
      tree.commit(),
      tree.commit(two),
      tree.commit({ "fs/one.c": "int one(int v) { return 3; }\n" }),
    ];
    await open({ cacheBytes: 1 });
    const signatures = [];
    for (const commit of commits) signatures.push(await signatureOf(commit));
    expect(readdirSync(join(tree.cache, "kernels"))).toEqual([signatures[2]]);
    await expect(builder!.files(signatures[0]!)).rejects.toMatchObject({ code: "kernel-evicted" });
    expect(await build(commits[0]!)).toMatchObject({ signature: signatures[0], cached: false });
  });

  test("a kernel built again that differs is a failure", async () => {
    const commit = tree.commit({
      "extra.mk": "override CC += -DNOW=$(shell cat stamp 2>/dev/null || echo 0)\n",
      "fs/one.c": "int one(int v) { return NOW; }\n",
    });
    const signature = await signatureOf(commit);
    rmSync(join(tree.cache, "kernels", signature), { recursive: true });
    writeFileSync(join(slot(), "out/stamp"), "1\n");
    rmSync(join(slot(), "out/fs/one.o"));
    await expect(build(commit)).rejects.toMatchObject({
      code: "build-not-reproducible",
      facts: { before: signature },
    });
  });

  test.each([
    ["a file is cut off", (folder: string) => writeFileSync(join(folder, "vmlinux"), "")],
    [
      "its description is torn",
      (folder: string) => writeFileSync(join(folder, "meta.json"), '{"vers'),
    ],
    ["a file is gone", (folder: string) => rmSync(join(folder, "image"))],
  ])("a kernel of which %s is built again", async (_, damage) => {
    const commit = tree.commit();
    const signature = await signatureOf(commit);
    damage(join(tree.cache, "kernels", signature));
    expect(await build(commit)).toMatchObject({ signature, cached: false });
    const files = await builder!.files(signature);
    expect(statSync(files.image).size).toBeGreaterThan(100);
    files.release();
  });

  test("keeps what is leased", async () => {
    await open({ cacheBytes: 1 });
    const signature = await signatureOf(tree.commit());
    const lease = await builder!.files(signature);
    const again = await builder!.files(signature);
    lease.release();
    await signatureOf(tree.commit(two));
    expect(existsSync(again.vmlinux)).toBe(true);
    again.release();
    await signatureOf(tree.commit({ "fs/one.c": "int one(int v) { return 3; }\n" }));
    expect(existsSync(again.vmlinux)).toBe(false);
  });
});

describe("other processes", () => {
  /** A process that builds `commit`, leases the kernel and then waits; its output up to now. */
  function elsewhere(commit: string): { process: ChildProcess; said: () => string } {
    const program = fileURLToPath(new URL("./build-elsewhere.ts", import.meta.url));
    const spec = JSON.stringify({ commit, patches: [], arch: "um", config });
    const child = startProgram(process.execPath, [program, tree.repository, tree.cache, spec]);
    child.stderr.pipe(process.stderr, { end: false });
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
    });
    return { process: child, said: () => text };
  }

  async function kill(other: ChildProcess): Promise<void> {
    const gone = new Promise((resolve) => other.once("exit", resolve));
    other.kill("SIGKILL");
    await gone;
  }

  test("keep what they lease as long as they live, and have slots of their own", async () => {
    const other = elsewhere(tree.commit());
    await until(() => other.said().includes("\n"));
    const leased = other.said().trim();
    await open({ cacheBytes: 1 });
    await signatureOf(tree.commit(two));
    expect(existsSync(join(tree.cache, "kernels", leased, "vmlinux"))).toBe(true);
    expect(readdirSync(join(slot(), ".."))).toEqual(["0", "1"]);
    await kill(other.process);
    await signatureOf(tree.commit({ "fs/one.c": "int one(int v) { return 3; }\n" }));
    expect(existsSync(join(tree.cache, "kernels", leased))).toBe(false);
    expect(readdirSync(join(tree.cache, "leases"))).toEqual([]);
  });

  test("killed in the middle of a build leave nothing that is taken for finished", async () => {
    const first = await signatureOf(tree.commit());
    await builder!.close();
    builder = null;
    // Writes an object that links, but is not what its source says, and is killed before it is done.
    const half =
      "fs/one.o: FORCE\n\t@echo 'int one(int v) { return 666; }' | $(CC) -c -x c -o fs/one.o - ; touch half; sleep 1000\n";
    const other = elsewhere(tree.commit({ ...two, "extra.mk": half }));
    await until(() => existsSync(join(slot(), "out/half")));
    await kill(other.process);
    const whole = await signatureOf(tree.commit(two));
    expect(readFileSync(join(slot(), "build.log"), "utf8")).toContain("CC      fs/one.o");
    expect(await signatureOf(tree.commit(two), { clean: true })).toBe(whole);
    expect(await signatureOf(tree.commit())).toBe(first);
  });

  test("killed in the middle of a checkout leave nothing behind", async () => {
    const [first, other] = [tree.commit(), tree.commit(two)];
    const signature = await signatureOf(first);
    await builder!.close();
    builder = null;
    const state = JSON.parse(readFileSync(join(slot(), "state.json"), "utf8"));
    state.source.status = "changing";
    writeFileSync(join(slot(), "state.json"), JSON.stringify(state));
    writeFileSync(join(slot(), "git/index.lock"), "");
    writeFileSync(join(slot(), "git/HEAD.lock"), "");
    writeFileSync(join(slot(), "src/fs/one.c"), "int one(int v) { ret");
    mkdirSync(join(slot(), "src/half"));
    writeFileSync(join(slot(), "src/half/new.c"), "int of_no_commit;\n");
    symlinkSync("/etc", join(slot(), "src/link"));
    const second = await signatureOf(other);
    expect(readdirSync(join(slot(), "src")).sort()).toEqual([
      "Kconfig",
      "Makefile",
      "arch",
      "fs",
      "init",
      "module.c",
      "scripts",
    ]);
    expect(await signatureOf(first, { clean: true })).toBe(signature);
    expect(await signatureOf(other, { clean: true })).toBe(second);
  });

  test.each([
    [
      "an index that cannot be read",
      () => writeFileSync(join(slot(), "git/index"), "DIRC nonsense"),
    ],
    ["a state that is torn", () => writeFileSync(join(slot(), "state.json"), '{"version":1,')],
    [
      "a state of another start of the system",
      () => {
        const file = join(slot(), "state.json");
        const state = JSON.parse(readFileSync(file, "utf8"));
        writeFileSync(file, JSON.stringify({ ...state, boot: "another" }));
        writeFileSync(join(slot(), "out/fs/one.o"), "");
      },
    ],
    [
      "a build in the future",
      () => {
        const file = join(slot(), "state.json");
        const state = JSON.parse(readFileSync(file, "utf8"));
        state.out.at = Date.now() + 3_600_000;
        writeFileSync(file, JSON.stringify(state));
        execFileSync("touch", [
          "-d",
          "+1 hour",
          join(slot(), "out/fs/one.o"),
          join(slot(), "out/vmlinux"),
        ]);
      },
    ],
  ])("that left %s do no harm", async (name, damage) => {
    await signatureOf(tree.commit());
    await builder!.close();
    builder = null;
    damage();
    if (name.includes("index")) {
      const file = join(slot(), "state.json");
      const state = JSON.parse(readFileSync(file, "utf8"));
      state.source.status = "changing";
      writeFileSync(file, JSON.stringify(state));
    }
    const other = tree.commit(two);
    const signature = await signatureOf(other);
    expect(await signatureOf(other, { clean: true })).toBe(signature);
  });
});

describe("an end", () => {
  const endless = { "extra.mk": "vmlinux: wait\nwait:\n\t@touch waiting; sleep 1000\n" };

  test.each(["signal", "close"])("by %s interrupts what runs and what waits", async (how) => {
    const abort = new AbortController();
    await open();
    const running = [tree.commit(endless), tree.commit({ ...endless, ...two })].map((commit) =>
      build(commit, { control: { signal: abort.signal } }),
    );
    const ends = Promise.allSettled(running);
    await until(
      () => existsSync(join(tree.cache, "slots")) && existsSync(join(slot(), "out/waiting")),
    );
    if (how === "signal") abort.abort();
    else await builder!.close();
    for (const end of await ends) {
      expect(end).toMatchObject({ status: "rejected", reason: { code: "interrupted" } });
    }
    if (how === "signal") expect(await build(tree.commit(two))).toMatchObject({ kind: "built" });
  });
});

describe("a compiler", () => {
  /** One of an age of its own, in a folder; it compiles as the machine's gcc does. */
  function anotherCompiler(): string {
    const bin = join(tree.folder, "compilers/gcc-9.9.0/bin");
    mkdirSync(bin, { recursive: true });
    const says = "--version) echo 'gcc (GCC) 9.9.0';; -dumpfullversion) echo 9.9.0;;";
    const script = `#!/bin/sh\ncase "$1" in ${says} *) exec /usr/bin/gcc "$@";; esac\n`;
    writeFileSync(join(bin, "gcc"), script, { mode: 0o755 });
    return join(bin, "gcc");
  }

  /** Only that one compiles `fs/one.c`; of all others it is the compiler's own doing. */
  const picky = {
    "extra.mk": [
      "ifeq ($(findstring gcc-9.9.0,$(CC)),)",
      `fs/one.o: override CC := sh -c 'echo "fs/one.c:1:1: internal compiler error: in f" >&2; exit 1'`,
      "endif\n",
    ].join("\n"),
  };

  test("that cannot build a kernel is passed over for one that can, and that is told", async () => {
    const other = anotherCompiler();
    const folders = [join(tree.folder, "compilers")];
    await open({ compilers: { compiler: "gcc", folders } });
    const first = await build(tree.commit());
    expect(first).toMatchObject({ toolchain: "gcc" });
    expect(first).not.toHaveProperty("passedOver");
    const result = await build(tree.commit({ ...picky, ...two }));
    const why = "fs/one.c:1:1: internal compiler error: in f";
    const passedOver = [{ compiler: "gcc", release: "unknown", why }];
    expect(result).toMatchObject({ kind: "built", toolchain: other, passedOver });
    // For that age it is the first from now on; what was built before stays what it was.
    const compilers = { only: null, used: ["gcc", other], passedOver: [] };
    const spec = {
      commit: tree.commit({ ...picky, "fs/one.c": "int one(int v) { return 3; }\n" }),
      patches: [],
      arch: "um",
      config,
    } as const;
    expect(await builder!.build({ ...spec, compilers })).toMatchObject({ toolchain: other });
    expect(readFileSync(join(slot(), "build.log"), "utf8")).not.toContain(
      "internal compiler error",
    );
  });

  test("is remembered from the events of an earlier session, and held to for each kernel", async () => {
    const other = anotherCompiler();
    const folders = [join(tree.folder, "compilers")];
    await open({ compilers: { compiler: "gcc", folders } });
    const spec = { commit: tree.commit(), patches: [], arch: "um", config } as const;
    const passed = [{ compiler: "gcc", release: "unknown", why: "x" }];
    const learnt = { only: null, used: ["gcc", other], passedOver: passed };
    const mine = await builder!.build({ ...spec, compilers: learnt });
    expect(mine).toMatchObject({ toolchain: other, cached: false });
    const only = { only: "gcc", used: ["gcc"], passedOver: passed };
    const usual = await builder!.build({ ...spec, compilers: only });
    expect(usual).toMatchObject({ toolchain: "gcc", cached: false });
    // Another compiler's kernel is another one in the cache, whatever its bytes are.
    expect(await builder!.build({ ...spec, compilers: learnt })).toMatchObject({ cached: true });
    const gone = { only: "gcc-3", used: [], passedOver: [] };
    await expect(builder!.build({ ...spec, compilers: gone })).rejects.toMatchObject({
      code: "tool-missing",
      facts: { program: "gcc-3" },
    });
  });

  test("that a job names and nobody has installed is a clear error, before anything is built", async () => {
    const wish = { compiler: "gcc-77", folders: [] };
    await expect(open({ compilers: wish, arch: "um" })).rejects.toMatchObject({
      code: "tool-missing",
      hint: expect.stringContaining("gcc-77"),
    });
  });
});

describe("an old kernel", () => {
  const old = (text: string) => ({
    Makefile: `VERSION = 4\nPATCHLEVEL = 14\nSUBLEVEL = 0\nEXTRAVERSION =\n${text}`,
    Kconfig: "CONFIG_ONE\nCONFIG_CAN\nCONFIG_UNWINDER_ORC\nCONFIG_FRAME_POINTER\n",
  });

  test("is not asked for what breaks it, and that is told", async () => {
    const text = "CONFIG_ONE=y\nCONFIG_UBSAN=y\nCONFIG_UNWINDER_ORC=y\n";
    const wanted = { kind: "file", text } as const;
    const makefile = tree.git("show", `${tree.commit()}:Makefile`);
    const commit = tree.commit(old(`${makefile}\n`));
    const result = await build(commit, { config: wanted });
    expect(result).toMatchObject({
      kind: "built",
      configChanges: expect.arrayContaining([
        { option: "CONFIG_UBSAN", from: "y", to: "n", why: expect.any(String) },
        { option: "CONFIG_FRAME_POINTER", from: null, to: "y", why: expect.any(String) },
      ]),
    });
    const options = readFileSync(join(slot(), "out/.config"), "utf8");
    expect(options).toContain("CONFIG_FRAME_POINTER=y\n");
    expect(options).not.toContain("CONFIG_UNWINDER_ORC=y");
    // From the cache it is told alike.
    expect(await build(commit, { config: wanted })).toMatchObject({
      cached: true,
      configChanges: expect.arrayContaining([expect.objectContaining({ option: "CONFIG_UBSAN" })]),
    });
  });
});

describe("two kernels", () => {
  const telling = "int one(int v) { return v + __LINE__; }\n";
  const specOf = (commit: string) => ({ commit, patches: [], arch: "um", config }) as const;

  async function compared(one: Files, other: Files): Promise<Comparison> {
    const [a, b] = [tree.commit(one), tree.commit(other)];
    const signatures = [await signatureOf(a), await signatureOf(b)];
    expect(new Set(signatures).size).toBe(2);
    const comparison = await builder!.compare(specOf(a), specOf(b));
    expect(await builder!.compare(specOf(b), specOf(a))).toEqual(comparison);
    return comparison;
  }
  type Files = Readonly<Record<string, string>>;

  test("are equal but for line numbers after a comment in a file, and in a header", async () => {
    const before = {
      "fs/one.c": `#include "one.h"\n${telling}`,
      "fs/two.c": `#include "one.h"\nint two(void) { return three(); }\n`,
      "include/one.h": "static inline int three(void) { return __LINE__; }\n",
    };
    const comment = "/* What it is for. */\n";
    const after = { ...before, "fs/one.c": comment + before["fs/one.c"] };
    expect(await compared(before, after)).toEqual({ kind: "equal", objects: 1 });
    const header = { ...before, "include/one.h": comment + before["include/one.h"] };
    expect(await compared(before, header)).toEqual({ kind: "equal", objects: 1 });
    const both = {
      ...header,
      "init/main.c": `${comment}int one(int v);\nvoid start(void) { one(__LINE__); }\n`,
    };
    const neither = { ...before, "init/main.c": both["init/main.c"].slice(comment.length) };
    expect(await compared(neither, both)).toEqual({ kind: "equal", objects: 2 });
    // Built by another process, and in a folder that was used for others since.
    await builder!.close();
    await open();
    await build(tree.commit({ ...two, "arch/defconfig": "" }));
    const [one, other] = [tree.commit(before), tree.commit(header)];
    expect(await builder!.compare(specOf(one), specOf(other))).toEqual({
      kind: "equal",
      objects: 1,
    });
  });

  test.each<[string, Files, Files]>([
    ["the code of fs/one.o differs", {}, two],
    [
      "fs/data.S differs, which is no C",
      { "fs/data.S": ".data\n.long 1\n" },
      { "fs/data.S": ".data\n.long 2\n" },
    ],
    ["fs/two.c is not there in both, or of another kind", {}, { "fs/two.c": "int two = 2;\n" }],
    ["extra.mk differs, which builds may go by", { "extra.mk": "" }, { "extra.mk": "CC += -O2\n" }],
  ])("differ where %s", async (why, one, other) => {
    expect(
      await compared({ "fs/one.c": telling, ...one }, { "fs/one.c": `\n${telling}`, ...other }),
    ).toEqual({ kind: "different", why });
  });

  test("are compared without a sandbox, too", async () => {
    await open({ sandbox: false });
    const compare = () => compared({ "fs/one.c": telling }, { "fs/one.c": `\n${telling}` });
    expect(await compare()).toEqual({ kind: "equal", objects: 1 });
  });

  test("of which one was not built cannot be compared", async () => {
    const [one, other] = [tree.commit(), tree.commit(two)];
    await build(one);
    expect(await builder!.compare(specOf(one), specOf(other))).toMatchObject({ kind: "unknown" });
  });
});
