import type { Expression } from "./expression.ts";

/** What the Kconfig files of a tree say, for one architecture. */
export interface Kconfig {
  /** By name without `CONFIG_`, in the order in which they are first defined. */
  readonly symbols: ReadonlyMap<string, KconfigSymbol>;
  /** How many files were read; one that is sourced twice counts twice. */
  readonly files: number;
}

/** A configuration option. */
export interface KconfigSymbol {
  readonly name: string;
  readonly type: SymbolType;
  /** Every place that defines it. */
  readonly definitions: readonly Definition[];
}

/** `unknown` where no place says it. */
export type SymbolType = "bool" | "tristate" | "string" | "int" | "hex" | "unknown";

/** One place that defines an option. */
export interface Definition {
  readonly file: string;
  readonly line: number;
  /** What a user is asked; null: nobody is, and others decide. */
  readonly prompt: string | null;
  /** Under which condition one is asked, beside `depends`; null: always. */
  readonly promptIf: Expression | null;
  /** All that must be true: its own, and that of the menus, choices and `if`s around it. Null: nothing. */
  readonly depends: Expression | null;
  readonly selects: readonly Reference[];
  readonly implies: readonly Reference[];
  readonly defaults: readonly { readonly value: Expression; readonly if: Expression | null }[];
  /** The number of the choice that it is a member of; null: of none. */
  readonly choice: number | null;
}

/** Another option that one turns on, under a condition. */
export interface Reference {
  readonly name: string;
  readonly if: Expression | null;
}
