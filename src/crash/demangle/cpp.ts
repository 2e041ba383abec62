import { basicTypes, literalEndings, longTypes, operators, standard } from "./cpp-words.ts";
import { BadName, Mangled } from "./mangled.ts";

/**
 * The function of a name in C++'s scheme (`_Z…`, the Itanium ABI), without its parameters; null where it
 * cannot be read or is none of a function. What only appears in templates' arithmetic is not read.
 */
export function readCpp(name: string): string | null {
  try {
    return new CppReader(new Mangled(name, 2)).function();
  } catch (error) {
    if (error instanceof BadName) return null;
    throw error;
  }
}

/** A type as text around the place where a pointer's star or a name goes: `void (` and `)(int)`. */
interface Type {
  readonly before: string;
  readonly after: string;
}

class CppReader {
  readonly #name: Mangled;
  /** What `S_`, `S0_`, … stand for. */
  readonly #seen: Type[] = [];
  /** What `T_`, `T0_`, … stand for. */
  #arguments: readonly string[] = [];
  /** Lambdas whose parameters are being read: `T_` there is an `auto` of theirs. */
  #lambdas = 0;

  constructor(name: Mangled) {
    this.#name = name;
  }

  function(): string {
    const name = this.#name;
    // A thunk adjusts a pointer and goes on to the function that is named after it.
    if (name.take("Th") || name.take("Tv")) {
      for (const _ of name.text[name.at - 1] === "v" ? [0, 1] : [0]) {
        name.match(/n?\d{1,10}/y);
        name.expect("_");
      }
    }
    if (/[TG]/.test(name.peek())) throw new BadName();
    return this.#anyName();
  }

  #anyName(): string {
    return this.#name.within(() => {
      const name = this.#name;
      if (name.take("N")) return this.#nested();
      if (name.take("Z")) return this.#local();
      if (name.peek() === "S" && name.peek(1) !== "t") {
        return text(this.#substitution()) + this.#templateArguments();
      }
      const scope = name.take("St") ? "std::" : "";
      const own = scope + this.#unqualified("");
      if (name.peek() !== "I") return own;
      this.#seen.push(plain(own));
      return applied(own, this.#templateArguments());
    });
  }

  #nested(): string {
    const name = this.#name;
    name.match(/[rVK]{0,3}[RO]?/y);
    let whole = "";
    while (!name.take("E")) {
      let known = false;
      if (name.take("St")) {
        whole = "std";
        continue;
      }
      const next = name.peek();
      if (next === "S") {
        whole = text(this.#substitution());
        known = true;
      } else if (next === "I") {
        whole = applied(whole, this.#templateArguments());
      } else if (next === "T") {
        whole = text(this.#parameter());
      } else {
        const last = this.#unqualified(lastName(whole));
        whole += whole === "" ? last : `::${last}`;
      }
      // The whole name is no part of another: only what comes before its end is seen again.
      if (!known && name.peek() !== "E") this.#seen.push(plain(whole));
    }
    if (whole === "") throw new BadName();
    return whole;
  }

  /** A name inside of a function. */
  #local(): string {
    const name = this.#name;
    const outer = this.function();
    while (!name.take("E")) this.#type();
    if (name.take("s")) {
      this.#discriminator();
      return `${outer}::string literal`;
    }
    if (name.take("d")) {
      name.match(/\d{0,4}/y);
      name.expect("_");
    }
    const inner = this.#anyName();
    this.#discriminator();
    return `${outer}::${inner}`;
  }

  #discriminator(): void {
    this.#name.match(/__\d{1,6}_|_\d/y);
  }

  /** `owner`: what a constructor is called like. */
  #unqualified(owner: string): string {
    const name = this.#name;
    name.take("L");
    let own: string;
    const letter = name.peek();
    if (/\d/.test(letter)) own = this.#source();
    else if (letter === "C" || (letter === "D" && /[0-5]/.test(name.peek(1)))) {
      name.next();
      if (!/[0-5]/.test(name.next()) || owner === "") throw new BadName();
      own = letter === "C" ? owner : `~${owner}`;
    } else if (letter === "U") own = this.#unnamed();
    else own = this.#operator();
    while (name.take("B")) own += `[abi:${this.#source()}]`;
    return own;
  }

  #source(): string {
    const length = this.#name.match(/\d{1,4}/y);
    if (length === null) throw new BadName();
    const own = this.#name.slice(Number(length));
    return /^_GLOBAL_[._$]N/.test(own) ? "(anonymous namespace)" : own;
  }

  #unnamed(): string {
    const name = this.#name;
    name.expect("U");
    const lambda = name.take("l");
    if (!lambda && !name.take("t")) throw new BadName();
    const types: string[] = [];
    this.#lambdas++;
    while (lambda && !name.take("E")) types.push(text(this.#type()));
    this.#lambdas--;
    const number = name.match(/\d{0,6}_/y);
    if (number === null) throw new BadName();
    const at = number === "_" ? 1 : Number(number.slice(0, -1)) + 2;
    return lambda
      ? `{lambda(${types.join(", ").replace(/^void$/, "")})#${at}}`
      : `{unnamed type#${at}}`;
  }

  #operator(): string {
    const name = this.#name;
    if (name.take("cv")) return `operator ${text(this.#type())}`;
    if (name.take("li")) return `operator"" ${this.#source()}`;
    const word = operators[name.slice(2)];
    if (word === undefined) throw new BadName();
    return `operator${word}`;
  }

  #substitution(): Type {
    const name = this.#name;
    name.expect("S");
    const abbreviation = standard[name.peek()];
    if (abbreviation !== undefined) {
      name.next();
      return plain(abbreviation);
    }
    return this.#referred(this.#seen);
  }

  #parameter(): Type {
    this.#name.expect("T");
    return this.#lambdas > 0
      ? plain(`auto:${this.#index() + 1}`)
      : this.#referred(this.#arguments.map(plain));
  }

  #referred(list: readonly Type[]): Type {
    const found = list[this.#index()];
    if (found === undefined) throw new BadName();
    return found;
  }

  /** `_` is the first, `0_` the second, in base 36. */
  #index(): number {
    const number = this.#name.match(/[0-9A-Z]{0,4}_/y);
    if (number === null) throw new BadName();
    return number === "_" ? 0 : Number.parseInt(number, 36) + 1;
  }

  /** "" where none come next. */
  #templateArguments(): string {
    if (!this.#name.take("I")) return "";
    const list = this.#argumentList();
    this.#arguments = list;
    const inner = list.filter((each) => each !== "").join(", ");
    return inner.endsWith(">") ? `<${inner} >` : `<${inner}>`;
  }

  #argumentList(): string[] {
    const list: string[] = [];
    while (!this.#name.take("E")) list.push(this.#name.within(() => this.#argument()));
    return list;
  }

  #argument(): string {
    const name = this.#name;
    if (name.take("J")) return this.#argumentList().join(", ");
    return name.take("L") ? this.#literal() : text(this.#type());
  }

  #literal(): string {
    const name = this.#name;
    if (name.take("_Z")) {
      const target = this.function();
      while (!name.take("E")) this.#type();
      return `&${target}`;
    }
    const type = text(this.#type());
    const value = name.match(/n?\d{0,20}/y) ?? "";
    name.expect("E");
    const number = value.replace("n", "-");
    if (type === "bool" && /^[01]$/.test(value)) return value === "1" ? "true" : "false";
    const ending = literalEndings[type];
    return ending === undefined ? `(${type})${number}` : `${number}${ending}`;
  }

  #type(): Type {
    let type: Type = plain("");
    this.#name.within(() => {
      type = this.#anyType();
      return text(type);
    });
    return type;
  }

  #anyType(): Type {
    const name = this.#name;
    const basic = basicTypes[name.peek()];
    if (basic !== undefined) {
      name.next();
      return plain(basic);
    }
    if (name.peek() === "D") {
      const long = longTypes[name.peek(1)];
      if (long !== undefined) {
        name.slice(2);
        return plain(long);
      }
    }
    if (name.peek() === "S" && name.peek(1) !== "t") {
      const known = this.#substitution();
      if (name.peek() !== "I") return known;
      return this.#see(plain(text(known) + this.#templateArguments()));
    }
    return this.#see(this.#composed());
  }

  #see(type: Type): Type {
    this.#seen.push(type);
    return type;
  }

  #composed(): Type {
    const name = this.#name;
    const qualifiers = name.match(/[rVK]{1,3}/y);
    if (qualifiers !== null) return this.#qualified(qualifiers);
    if (name.take("P")) return pointer(this.#type(), "*");
    if (name.take("R")) return pointer(this.#type(), "&");
    if (name.take("O")) return pointer(this.#type(), "&&");
    if (name.take("Dp")) return this.#type();
    if (name.take("Do")) return this.#type();
    if (name.take("F")) return this.#functionType();
    if (name.take("A")) return this.#array();
    if (name.take("M")) {
      const owner = text(this.#type());
      return pointer(this.#type(), `${owner}::*`);
    }
    if (name.take("u")) return plain(this.#source());
    if (name.peek() === "T") {
      const parameter = this.#parameter();
      if (name.peek() !== "I") return parameter;
      this.#seen.push(parameter);
      return plain(text(parameter) + this.#templateArguments());
    }
    return plain(this.#anyName());
  }

  #qualified(qualifiers: string): Type {
    const { before, after } = this.#type();
    const words = [...qualifiers]
      .reverse()
      .map((letter) => ({ K: " const", V: " volatile" })[letter] ?? " restrict");
    return { before: `${before}${words.join("")}`, after };
  }

  #functionType(): Type {
    const name = this.#name;
    name.take("Y");
    const result = this.#type();
    const types: string[] = [];
    while (!name.match(/[RO]?E/y)) types.push(text(this.#type()));
    const list = types.join(", ").replace(/^void$/, "");
    return { before: `${result.before} `, after: `(${list})${result.after}` };
  }

  #array(): Type {
    const size = this.#name.match(/\d{0,20}_/y);
    if (size === null) throw new BadName();
    const { before, after } = this.#type();
    return { before: `${before} `, after: `[${size.slice(0, -1)}]${after}` };
  }
}

function plain(name: string): Type {
  return { before: name, after: "" };
}

function text({ before, after }: Type): string {
  return before + after;
}

function pointer({ before, after }: Type, star: string): Type {
  if (after === "") {
    // A reference to a reference is the one that binds less.
    if (/&$/.test(before) && /&$/.test(star)) {
      return plain(star === "&" ? before.replace(/&+$/, "&") : before);
    }
    return plain(before + (star.endsWith("::*") ? ` ${star}` : star));
  }
  if (after.startsWith(")")) return { before: before + star, after };
  return { before: `${before}(${star}`, after: after.startsWith("[") ? `) ${after}` : `)${after}` };
}

/** `Box<int>`, and `operator< <int>`. */
function applied(name: string, list: string): string {
  return name.endsWith("<") ? `${name} ${list}` : name + list;
}

/** `Box` of `store::Box<int>`: what its constructor is called. */
function lastName(whole: string): string {
  let depth = 0;
  let end = whole.length;
  for (let i = whole.length - 1; i >= 0; i--) {
    const c = whole[i];
    if (c === ">") depth++;
    else if (c === "<") {
      depth--;
      if (depth === 0) end = i;
    } else if (c === ":" && depth === 0) return whole.slice(i + 1, end);
  }
  return whole.slice(0, end);
}
