import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readableName, withReadableNames } from "../../src/crash/demangle/readable-name.ts";

describe("readableName", () => {
  it.each([
    // Rust, RFC 2603.
    ["_RNvC6_123foo3bar", "123foo::bar"],
    ["_RNvCs1234_7mycrate3foo", "mycrate::foo"],
    ["_RNvNtCs1_4vela4ring4open", "vela::ring::open"],
    ["_RNvMs_Cs1_4velaNtB4_4Ring4open", "<vela::Ring>::open"],
    [
      "_RNvXCs1_4velaNtB2_4RingNtNtCs2_4core3ops4Drop4drop",
      "<vela::Ring as core::ops::Drop>::drop",
    ],
    ["_RINvCs1_4vela4packhmE", "vela::pack::<u8, u32>"],
    ["_RINvCs1_4vela4packRShQeOxPyE", "vela::pack::<&[u8], &mut str, *mut i64, *const u64>"],
    ["_RINvCs1_4vela4packTThEbEAtj10_E", "vela::pack::<((u8,), bool), [u16; 16]>"],
    ["_RINvCs1_4vela4packFUKCmEuE", 'vela::pack::<unsafe extern "C" fn(u32)>'],
    ["_RINvCs1_4vela4packDNtB2_4FileEL_E", "vela::pack::<dyn vela::File>"],
    ["_RINvCs1_4vela4packKln5_Kb1_KpE", "vela::pack::<-5, true, _>"],
    ["_RNCNvCs1_4vela4main0", "vela::main::{closure#0}"],
    ["_RNCNvCs1_4vela4mains_0", "vela::main::{closure#1}"],
    ["_RNvNtCs1_4velau11gdel_5qa6eg3bar", "vela::punycode{gdel-5qa6eg}::bar"],
    ["_RNvNtCs1_4vela4ring4open.llvm.123456", "vela::ring::open.llvm.123456"],
    // Rust, before.
    ["_ZN4vela4ring4open17h0123456789abcdefE", "vela::ring::open"],
    [
      "_ZN52_$LT$vela..Ring$u20$as$u20$core..ops..drop..Drop$GT$4drop17h0123456789abcdefE",
      "<vela::Ring as core::ops::drop::Drop>::drop",
    ],
    // C++.
    ["_Z8fakeNameiii", "fakeName"],
    ["_Z8fakeNameiii.cold", "fakeName.cold"],
    ["_ZN5store3BoxIiE4dropEv", "store::Box<int>::drop"],
    [
      "_ZN5store3BoxISt6vectorIiSaIiEEEC2Ev",
      "store::Box<std::vector<int, std::allocator<int> > >::Box",
    ],
    ["_ZN12_GLOBAL__N_14pickEv", "(anonymous namespace)::pick"],
    ["_ZNK4velaclEi", "vela::operator()"],
    ["_ZlsI4velaEvT_", "operator<< <vela>"],
    ["_ZThn16_N4vela4openEv", "vela::open"],
    // No function, and no name at all.
    ["_ZTV4vela", "_ZTV4vela"],
    ["_Zebra", "_Zebra"],
    ["_ZN4vela", "_ZN4vela"],
    ["_Rust", "_Rust"],
    ["_RNvCs1_4vela", "_RNvCs1_4vela"],
    ["vela_open", "vela_open"],
    // A backward reference to itself, and one too many.
    ["_RNvB_3foo", "_RNvB_3foo"],
    [`_RIC1a${"TB4_B4_".repeat(120)}E`, `_RIC1a${"TB4_B4_".repeat(120)}E`],
    [`_Z1f${"P".repeat(900)}`, "f"],
    [`_ZN1fI${"P".repeat(900)}iEE`, `_ZN1fI${"P".repeat(900)}iEE`],
  ])("makes of %s %s", (name, readable) => {
    expect(readableName(name)).toBe(readable);
  });

  it("agrees with c++filt on what g++ made", () => {
    const folder = mkdtempSync(join(tmpdir(), "mangled-"));
    const source = join(folder, "names.cc");
    writeFileSync(source, names);
    execFileSync("g++", ["-std=c++17", "-w", "-c", "-o", join(folder, "names.o"), source]);
    const symbols = execFileSync("nm", ["--defined-only", join(folder, "names.o")], {
      encoding: "utf8",
    });
    const mangled = symbols.split("\n").flatMap((line) => / [tTwW] (_Z\S+)$/.exec(line)?.[1] ?? []);
    expect(mangled.length).toBeGreaterThan(25);
    const filtered = execFileSync("c++filt", ["-p"], {
      input: `${mangled.join("\n")}\n`,
      encoding: "utf8",
    });
    const expected = filtered.trim().split("\n").map(withoutAnyParameters);
    expect(mangled.map((name) => withoutAnyParameters(readableName(name)))).toEqual(expected);
  });

  it("ends for anything, and never makes a name empty", () => {
    const letters = fc.constantFrom(
      ...[
        "N",
        "I",
        "E",
        "S_",
        "S0_",
        "T_",
        "B_",
        "B2_",
        "C",
        "X",
        "Y",
        "M",
        "1a",
        "3foo",
        "P",
        "R",
        "K",
        "F",
        "v",
        "i",
        "L",
        "Ul",
        "_",
        "s_",
        "J",
        "D",
        "St",
        "Z",
        "A3_",
      ],
    );
    fc.assert(
      fc.property(
        fc.constantFrom("_R", "_Z", "_ZN", "_RNv", "_RI"),
        fc.array(letters, { maxLength: 400 }),
        (begin, rest) => {
          const name = begin + rest.join("");
          const readable = readableName(name);
          expect(readable).not.toBe("");
          expect(readable.length).toBeLessThan(10_000);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe("withReadableNames", () => {
  it.each([
    `_RINvC1a1fT${"h".repeat(300)}E${"TB9_B9_B9_E".repeat(50)}E`,
    `_ZN1aI1bIiiiiiiiiE${"S1_S1_S1_".repeat(100)}EE1fEv`,
    `_RC${"9".repeat(1000)}`,
  ])("takes bounded time where frames are full of %s", (name) => {
    const begin = process.cpuUsage();
    withReadableNames(` ${name}+0x1/0x2\n`.repeat(5000));
    expect(process.cpuUsage(begin).user / 1e6).toBeLessThan(5);
  });

  it("changes frames alone", () => {
    expect(
      withReadableNames(
        "at: _Z8fakeNameiii+0x49a/0x1a10\n _Z8fakeNameiii is no frame\nx_Z1f+0x1/0x2\n",
      ),
    ).toBe("at: fakeName+0x49a/0x1a10\n _Z8fakeNameiii is no frame\nx_Z1f+0x1/0x2\n");
  });
});

/** c++filt leaves the parameters of functions that a name is in, and says of thunks that they are some. */
function withoutAnyParameters(name: string): string {
  let bare = name
    .replace(/^(?:non-)?virtual thunk to /, "")
    .replaceAll("(anonymous namespace)", "{}");
  for (let before = ""; before !== bare; ) {
    before = bare;
    bare = bare.replace(/\([^()]*\)/g, "");
  }
  return bare.replaceAll(" const::", "::");
}

const names = `
#include <functional>
#include <map>
#include <string>
#include <vector>
namespace store {
template <typename T, int N = 3> struct Box {
  Box() {}
  ~Box();
  T *held[N];
  template <typename U> int put(U, T *const &) { return N; }
  operator T() const { return T(); }
  bool operator<(const Box &) const { return true; }
  Box &operator++() { return *this; }
};
template <typename T, int N> Box<T, N>::~Box() {}
enum class Color { red = 2 };
template <Color C, bool B, long L> int painted() { return 1; }
namespace { int hidden(int (*f)(char, double), int (&a)[4]) { return f('a', 1) + a[0]; } }
struct Ring { virtual ~Ring(); virtual int turn(std::string, std::vector<std::map<int, Ring *>> &); int Ring::*m; };
Ring::~Ring() {}
int Ring::turn(std::string s, std::vector<std::map<int, Ring *>> &) { return s.size(); }
struct Wide : virtual Ring { int turn(std::string, std::vector<std::map<int, Ring *>> &) override; };
int Wide::turn(std::string s, std::vector<std::map<int, Ring *>> &) { return 1; }
int member(int Ring::*, int (Ring::*)(std::string, std::vector<std::map<int, Ring *>> &)) { return 0; }
template <typename... A> int sum(A... a) { return (0 + ... + a); }
unsigned long operator""_rings(unsigned long long n) { return n; }
}
int user(int argc) {
  using namespace store;
  static int calls;
  struct Local { int run(int) { return 2; } };
  auto twice = [](int x, const std::string &) { return 2 * x; };
  auto more = [&](auto x) { return x + argc; };
  Box<int> box;
  Box<Box<const char *, 1>, 2> nested;
  int a[4] = {0};
  std::function<int(int)> f = more;
  ++box;
  return box.put(3.5, &argc) + nested.put(nullptr, nullptr) + painted<Color::red, true, -7>() +
         hidden([](char, double) { return 1; }, a) + Local().run(1) + twice(1, "") + more(2L) + f(1) + member(0, 0) +
         sum(1, 'a', 2.0, box) + (box < box) + (int)box + 3_rings + calls;
}
`;
