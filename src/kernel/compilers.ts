import { Failure } from "../failure/failure.ts";
import { type Age, releaseName } from "./age.ts";
import type { Compiler, CompilerWish } from "./compiler.ts";
import { inOrder } from "./compiler-ages.ts";
import { findCompilers } from "./find-compilers.ts";
import type { Stumbled } from "./fitting.ts";
import type { Arch, CompilerKnowledge, PassedOver } from "./kernel.ts";

/** Compilers to try, the best first. */
export type Order = readonly [Compiler, ...Compiler[]];

const nothing: CompilerKnowledge = { only: null, used: [], passedOver: [] };

/** The compilers that a builder may use, and what it has learnt about them since it was made. */
export class Compilers {
  readonly #wish: CompilerWish;
  readonly #found = new Map<Arch, Promise<readonly Compiler[]>>();
  /** Names that are known not to build the kernels of a release. */
  readonly #passedOver = new Map<string, Set<string>>();
  /** `NAME RELEASE` of kernels that were built. */
  readonly #built = new Set<string>();

  constructor(wish: CompilerWish) {
    this.#wish = wish;
  }

  /** Those for `arch`, the usual one first. Throws what {@link findCompilers} throws. */
  for(arch: Arch): Promise<readonly Compiler[]> {
    const known = this.#found.get(arch) ?? findCompilers(arch, this.#wish);
    this.#found.set(arch, known);
    // One that is installed meanwhile is found.
    known.catch(() => this.#found.delete(arch));
    return known;
  }

  /**
   * Those for a kernel of `age`, in the order in which they are to be tried. Throws `tool-missing` where
   * there is none, or where the one that built it before is gone.
   */
  async inOrder(
    arch: Arch,
    age: Age | null,
    { only, used, passedOver }: CompilerKnowledge = nothing,
  ): Promise<Order> {
    const all = await this.for(arch);
    if (only !== null) {
      const compiler = all.find(({ name }) => name === only);
      if (compiler === undefined) throw gone(only);
      return [compiler];
    }
    const release = nameOf(age);
    const learnt = [
      ...passedOver.filter((one) => one.release === release).map(({ compiler }) => compiler),
      ...(this.#passedOver.get(release) ?? []),
    ];
    const [first, ...others] = inOrder(all, { age, used, passedOver: learnt });
    if (first !== undefined) return [first, ...others];
    // All were passed over, each for another commit of that age: then each is worth a try.
    return inOrder(all, { age, used, passedOver: [] }) as Order;
  }

  hasBuilt({ name }: Compiler, age: Age | null): boolean {
    return this.#built.has(`${name} ${nameOf(age)}`);
  }

  built({ name }: Compiler, age: Age | null): void {
    this.#built.add(`${name} ${nameOf(age)}`);
  }

  /** Remembers those that do not build kernels of that age, and says so. */
  passOver(stumbled: readonly Stumbled[], age: Age | null): PassedOver[] {
    const release = nameOf(age);
    return stumbled.map(({ compiler, excerpt }) => {
      const names = this.#passedOver.get(release) ?? new Set();
      this.#passedOver.set(release, names.add(compiler.name));
      return { compiler: compiler.name, release, why: excerpt[0] ?? "it failed without a word" };
    });
  }
}

/** All trees that do not say how old they are count as equally old. */
function nameOf(age: Age | null): string {
  return age === null ? "unknown" : releaseName(age);
}

function gone(name: string): Failure {
  return new Failure(
    "tool-missing",
    `the compiler ${name}, which built a kernel of this bisection, is not there any more`,
    { facts: { program: name }, hint: `install ${name} again, or start the bisection anew` },
  );
}
