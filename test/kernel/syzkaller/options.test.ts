import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { execprogArguments } from "../../../src/kernel/syzkaller/command-line.ts";
import { syzHeader } from "../../../src/kernel/syzkaller/options.ts";
import { execprogAges } from "./stand-in.ts";

const defaults = {
  threaded: true,
  collide: false,
  procs: 1,
  slowdown: 1,
  sandbox: "none",
  sandboxArg: 0,
  fault: null,
};

describe("the header of a syz program", () => {
  test.each([
    ["none", "mmap(0x0)\n", {}, []],
    [
      "of today",
      '# https://example.org/bug?id=1\n# See https://goo.gl/kgGztJ for information\n#{"repeat":true,"procs":6,"slowdown":1,"sandbox":"namespace","sandbox_arg":3,"close_fds":false,"threaded":true}\nmmap()\n',
      { procs: 6, sandbox: "namespace", sandboxArg: 3 },
      [],
    ],
    [
      "with a fault",
      '#{"procs":1,"sandbox":"","fault":true,"fault_call":4,"fault_nth":2,"collide":true,"threaded":false}',
      { threaded: false, sandbox: "", fault: { call: 4, nth: 2 }, collide: true },
      [],
    ],
    [
      "of a local manager, as Go prints it",
      "# {Threaded:true Collide:true Repeat:true Procs:8 Sandbox:setuid Fault:false FaultCall:-1 FaultNth:0 EnableTun:true UseTmpDir:true HandleSegv:true WaitRepeat:true Debug:false Repro:false}\n",
      { collide: true, procs: 8, sandbox: "setuid" },
      [],
    ],
    [
      "with a structure in it, and an empty sandbox",
      "# {Threaded:false RepeatTimes:0 Procs:2 Slowdown:1 Sandbox: SandboxArg:0 NetInjection:true LegacyOptions:{Collide:true Fault:false FaultCall:0 FaultNth:0}}\n",
      { threaded: false, collide: true, procs: 2, sandbox: "" },
      [],
    ],
    [
      "with what nobody knows",
      '#{"threaded":true,"warp":9,"sandbox":"; rm -rf /","procs":1e9}',
      {},
      ["warp", "sandbox ; rm -rf /"],
    ],
    ["that is no header", "#{not json", {}, []],
  ])("%s", (_, text, options, unknown) => {
    expect(syzHeader(text)).toEqual({ options: { ...defaults, ...options }, unknown });
  });

  test("may be anything: what goes to a command line is in bounds", () => {
    const header = fc.oneof(
      fc.json().map((json) => `#${json}`),
      fc.string().map((text) => `# {${text}}`),
      fc
        .dictionary(
          fc.constantFrom("procs", "sandbox", "Fault", "fault_call", "slowdown", "x"),
          fc.oneof(fc.integer(), fc.string(), fc.boolean()),
        )
        .map((value) => `#${JSON.stringify(value)}`),
    );
    fc.assert(
      fc.property(header, (text) => {
        const args = execprogArguments(syzHeader(text).options, new Set(execprogAges.old), {
          arch: "amd64",
          repeat: 0,
        });
        for (const word of args.slice(0, -1)) expect(word).toMatch(/^-[a-z_]+=[a-z0-9/-]*$/);
      }),
    );
  });
});

describe("the command line of syz-execprog", () => {
  const options = { ...defaults, procs: 4, sandboxArg: 2, fault: { call: 1, nth: 5 } };
  const line = (flags: readonly string[], more = {}) =>
    execprogArguments({ ...options, ...more }, new Set(flags), { arch: "amd64", repeat: 0 });

  test("of an old checkout lets calls collide and injects faults by flags", () => {
    expect(line(execprogAges.old)).toEqual([
      ...["-executor=/syz-executor", "-arch=amd64", "-sandbox=none", "-procs=4", "-repeat=0"],
      ...["-threaded=true", "-collide=true", "-cover=0", "-fault_call=1", "-fault_nth=5"],
      "/repro.syz",
    ]);
  });

  test("of a new one passes what only some versions know as optional", () => {
    expect(line(execprogAges.new, { sandbox: "" })).toEqual([
      ...["-executor=/syz-executor", "-arch=amd64", "-os=linux", "-procs=4", "-repeat=0"],
      ...["-threaded=true", "-collide=false", "-optional=slowdown=1:sandbox_arg=2"],
      "/repro.syz",
    ]);
  });
});
