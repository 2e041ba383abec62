import { describe, expect, it } from "vitest";
import { withoutParameters, withoutTemplateArguments } from "../../src/crash/function-name.ts";

describe("withoutParameters", () => {
  it.each([
    ["vela", "vela"],
    ["fakeName(int, int, int)", "fakeName"],
    ["ring::at(unsigned long) const", "ring::at"],
    ["(anonymous namespace)::f(int)", "(anonymous namespace)::f"],
    ["call::operator()(int) const", "call::operator()"],
    ["operator<<(std::ostream&, ring)", "operator<<"],
    ["operator->(ring<int (*)(char)>)", "operator->"],
    ["box<int (*)(char)>::drop(int)", "box<int (*)(char)>::drop"],
    ["<rnull::Disk as kernel::Module>::init", "<rnull::Disk as kernel::Module>::init"],
  ])("makes of %s %s", (name, bare) => {
    expect(withoutParameters(name)).toBe(bare);
  });
});

describe("withoutTemplateArguments", () => {
  it.each([
    ["store::Box<std::vector<int>>::drop", "store::Box::drop"],
    ["core::result::Result<T,E>::unwrap", "core::result::Result::unwrap"],
    ["<usize as Index<[T]>>::index", "<usize as Index>::index"],
    ["core::slice::<impl Index<I> for [T]>::index", "core::slice::<impl Index for [T]>::index"],
    ["operator<", "operator<"],
    ["operator<< <int>", "operator<< <int>"],
    ["a::operator<=>", "a::operator<=>"],
    ["box<decltype(a->b)>::f", "box::f"],
  ])("makes of %s %s", (name, bare) => {
    expect(withoutTemplateArguments(name)).toBe(bare);
  });
});
