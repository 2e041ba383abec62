import { BadName, Mangled } from "./mangled.ts";

/** Types of one letter. */
const basic: Readonly<Record<string, string>> = {
  a: "i8",
  b: "bool",
  c: "char",
  d: "f64",
  e: "str",
  f: "f32",
  h: "u8",
  i: "isize",
  j: "usize",
  l: "i32",
  m: "u32",
  n: "i128",
  o: "u128",
  p: "_",
  s: "i16",
  t: "u16",
  u: "()",
  v: "...",
  x: "i64",
  y: "u64",
  z: "!",
};

const base62 = /[0-9a-zA-Z]{0,12}_/y;

/**
 * A name in Rust's scheme of 2019 (`_R…`, RFC 2603) as it is written, without the hashes of crates; null
 * where it cannot be read.
 */
export function readRust(name: string): string | null {
  try {
    const mangled = new Mangled(name, 2);
    const text = new RustReader(mangled).path(true);
    if (!mangled.done && !/[A-Z.$]/.test(mangled.peek())) return null;
    return text;
  } catch (error) {
    if (error instanceof BadName) return null;
    throw error;
  }
}

/**
 * A name in Rust's first scheme (`_ZN3std2rt4init17h0123456789abcdefE`) without its hash; null where it is
 * none of that scheme.
 */
export function readOldRust(name: string): string | null {
  const parts: string[] = [];
  let at = 3;
  for (;;) {
    const length = /^\d{1,4}/.exec(name.slice(at, at + 4))?.[0];
    if (length === undefined) break;
    at += length.length;
    parts.push(name.slice(at, at + Number(length)));
    at += Number(length);
  }
  if (name[at] !== "E" || !/^h[0-9a-f]{16}$/.test(parts.pop() ?? "") || parts.length === 0)
    return null;
  return parts.map(unescaped).join("::");
}

const escapes: Readonly<Record<string, string>> = {
  SP: "@",
  BP: "*",
  RF: "&",
  LT: "<",
  GT: ">",
  LP: "(",
  RP: ")",
  C: ",",
};

/** `$LT$`, `$u20$` and `..` for what a linker does not take. */
function unescaped(part: string): string {
  return part
    .replace(/^_(?=\$)/, "")
    .replace(/\.\./g, "::")
    .replace(/\$(?:([A-Z]{1,2})|u([0-9a-f]{1,5}))\$/g, (all, word: string, code: string) => {
      if (word !== undefined) return escapes[word] ?? all;
      return String.fromCodePoint(Number.parseInt(code, 16));
    });
}

class RustReader {
  readonly #name: Mangled;

  constructor(name: Mangled) {
    this.#name = name;
  }

  /** `value`: of a function, whose generic arguments are written `::<T>`. */
  path(value: boolean): string {
    return this.#name.within(() => this.#path(value));
  }

  #path(value: boolean): string {
    const name = this.#name;
    switch (name.next()) {
      case "C":
        this.#disambiguator();
        return this.#identifier();
      case "M":
        this.#implPath();
        return `<${this.#type()}>`;
      case "X":
        this.#implPath();
        return this.#traitOf();
      case "Y":
        return this.#traitOf();
      case "N":
        return this.#nested(value);
      case "I": {
        const path = this.path(value);
        return `${path}${value ? "::" : ""}<${this.#list(() => this.#genericArgument())}>`;
      }
      case "B":
        return this.#backReference(() => this.path(value));
      default:
        throw new BadName();
    }
  }

  #traitOf(): string {
    const type = this.#type();
    return `<${type} as ${this.path(false)}>`;
  }

  #implPath(): void {
    this.#disambiguator();
    this.path(false);
  }

  #nested(value: boolean): string {
    const space = this.#name.next();
    const path = this.path(value);
    const number = this.#disambiguator();
    const identifier = this.#identifier();
    if (/[a-z]/.test(space)) return identifier === "" ? path : `${path}::${identifier}`;
    const kind = { C: "closure", S: "shim" }[space] ?? space;
    return `${path}::{${kind}${identifier === "" ? "" : `:${identifier}`}#${number}}`;
  }

  /** 0 where there is none. */
  #disambiguator(): number {
    return this.#name.take("s") ? this.#number() + 1 : 0;
  }

  #identifier(): string {
    const name = this.#name;
    const punycode = name.take("u");
    const length = name.match(/(?:0|[1-9]\d{0,4})/y);
    if (length === null) throw new BadName();
    name.take("_");
    const text = name.slice(Number(length));
    // Letters beyond ASCII are rare in kernels: shown as they are written in the name.
    return punycode ? `punycode{${text.replace(/_([^_]*)$/, "-$1")}}` : text;
  }

  #number(): number {
    const digits = this.#name.match(base62);
    if (digits === null) throw new BadName();
    if (digits === "_") return 0;
    let number = 0;
    for (const digit of digits.slice(0, -1)) {
      number =
        number * 62 +
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".indexOf(digit);
    }
    return number + 1;
  }

  /** Reads again what is at an earlier place of the name. */
  #backReference(read: () => string): string {
    const name = this.#name;
    const here = name.at - 1;
    const target = this.#number() + 2;
    if (target >= here) throw new BadName();
    const after = name.at;
    name.at = target;
    const text = name.within(read);
    name.at = after;
    return text;
  }

  #genericArgument(): string {
    const name = this.#name;
    if (name.take("L")) {
      const lifetime = this.#number();
      return lifetime === 0 ? "'_" : `'${lifetime}`;
    }
    return name.take("K") ? this.#constant() : this.#type();
  }

  #list(read: () => string): string {
    const items: string[] = [];
    while (!this.#name.take("E")) items.push(this.#name.within(read));
    return items.join(", ");
  }

  #type(): string {
    return this.#name.within(() => this.#anyType());
  }

  #anyType(): string {
    const name = this.#name;
    const letter = name.peek();
    if (/[CMXYNI]/.test(letter)) return this.path(false);
    name.next();
    const word = basic[letter];
    if (word !== undefined) return word;
    switch (letter) {
      case "A": {
        const type = this.#type();
        return `[${type}; ${this.#constant()}]`;
      }
      case "S":
        return `[${this.#type()}]`;
      case "T": {
        const types = this.#list(() => this.#type());
        return types !== "" && !types.includes(", ") ? `(${types},)` : `(${types})`;
      }
      case "R":
        return `&${this.#lifetime()}${this.#type()}`;
      case "Q":
        return `&${this.#lifetime()}mut ${this.#type()}`;
      case "P":
        return `*const ${this.#type()}`;
      case "O":
        return `*mut ${this.#type()}`;
      case "F":
        return this.#function();
      case "D":
        return this.#traitObject();
      case "B":
        return this.#backReference(() => this.#type());
      default:
        throw new BadName();
    }
  }

  #lifetime(): string {
    if (!this.#name.take("L")) return "";
    const lifetime = this.#number();
    return lifetime === 0 ? "" : `'${lifetime} `;
  }

  #binder(): void {
    if (this.#name.take("G")) this.#number();
  }

  #function(): string {
    const name = this.#name;
    this.#binder();
    const unsafe = name.take("U") ? "unsafe " : "";
    let abi = "";
    if (name.take("K")) abi = `extern "${name.take("C") ? "C" : this.#identifier()}" `;
    const parameters = this.#list(() => this.#type());
    const result = this.#type();
    return `${unsafe}${abi}fn(${parameters})${result === "()" ? "" : ` -> ${result}`}`;
  }

  #traitObject(): string {
    const name = this.#name;
    this.#binder();
    const traits: string[] = [];
    while (!name.take("E")) {
      const path = name.within(() => this.path(false));
      const bindings: string[] = [];
      while (name.take("p")) {
        const identifier = this.#identifier();
        bindings.push(`${identifier} = ${this.#type()}`);
      }
      traits.push(withBindings(path, bindings));
    }
    name.expect("L");
    const lifetime = this.#number();
    return `dyn ${traits.join(" + ")}${lifetime === 0 ? "" : ` + '${lifetime}`}`;
  }

  #constant(): string {
    return this.#name.within(() => this.#anyConstant());
  }

  #anyConstant(): string {
    const name = this.#name;
    if (name.take("p")) return "_";
    if (name.take("B")) return this.#backReference(() => this.#constant());
    const type = name.next();
    const negative = name.take("n") ? "-" : "";
    const digits = name.match(/[0-9a-f]{0,32}_/y)?.slice(0, -1);
    if (digits === undefined) throw new BadName();
    const value = BigInt(`0x0${digits}`);
    if (type === "b") return value === 1n ? "true" : "false";
    if (type === "c") return `'\\u{${digits}}'`;
    if (!/[ahilmnostxyj]/.test(type)) throw new BadName();
    return `${negative}${value}`;
  }
}

/** `Iterator` with `Item = u8`, and `Fn<(u8,)>` with `Output = u8`. */
function withBindings(path: string, bindings: readonly string[]): string {
  if (bindings.length === 0) return path;
  const list = bindings.join(", ");
  return path.endsWith(">") ? `${path.slice(0, -1)}, ${list}>` : `${path}<${list}>`;
}
