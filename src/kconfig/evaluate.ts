import type { Expression } from "./expression.ts";

/** Values of options, by name without `CONFIG_`: `y`, `m`, a number, or a text without its quotes. */
export type Values = (name: string) => string | undefined;

/** Whether `expression` is true, or may be: what a macro says is not known. Null is always true. */
export function isTrue(expression: Expression | null, values: Values): boolean {
  if (expression === null) return true;
  switch (expression.kind) {
    case "symbol":
      return isOn(valueIn(expression, values));
    case "text":
      return expression.text.startsWith("$") || isOn(expression.text);
    case "not":
      return isMacro(expression.of) || !isTrue(expression.of, values);
    case "and":
      return expression.of.every((part) => isTrue(part, values));
    case "or":
      return expression.of.some((part) => isTrue(part, values));
    case "compared":
      return compared(expression, values);
    default:
      return expression satisfies never;
  }
}

/**
 * The options that must be on for `expression` to stay true: all of an `&&`, of an `||` those of the side
 * that needs fewest. What is negated or compared with a text needs none.
 */
export function neededFor(expression: Expression | null, values: Values): readonly string[] {
  if (expression === null) return [];
  switch (expression.kind) {
    case "symbol":
      return isConstant(expression.name) ? [] : [expression.name];
    case "and":
      return [...new Set(expression.of.flatMap((part) => neededFor(part, values)))];
    case "or": {
      const sides = expression.of
        .filter((part) => isTrue(part, values))
        .map((part) => neededFor(part, values));
      return sides.reduce<readonly string[]>(
        (best, side) => (side.length < best.length ? side : best),
        sides[0] ?? [],
      );
    }
    case "compared": {
      const { how, left, right } = expression;
      if (left.kind !== "symbol" || right.kind !== "symbol") return [];
      const on = how === "=" && (right.name === "y" || right.name === "m");
      const notOff = how === "!=" && right.name === "n";
      return on || notOff ? [left.name] : [];
    }
    case "not":
    case "text":
      return [];
    default:
      return expression satisfies never;
  }
}

function isOn(value: string): boolean {
  return value === "y" || value === "m";
}

function isConstant(name: string): boolean {
  return name === "y" || name === "m" || name === "n";
}

function isMacro(expression: Expression): boolean {
  return expression.kind === "text" && expression.text.startsWith("$");
}

function valueIn(expression: Expression, values: Values): string {
  if (expression.kind === "text") return expression.text;
  if (expression.kind !== "symbol") return "n";
  const { name } = expression;
  return isConstant(name) || /^[0-9]/.test(name) ? name : (values(name) ?? "n");
}

function compared(
  { how, left, right }: Extract<Expression, { kind: "compared" }>,
  values: Values,
): boolean {
  if (isMacro(left) || isMacro(right)) return true;
  const [one, other] = [valueIn(left, values), valueIn(right, values)];
  // An option without a value is an empty text, and off where it is compared with one that can be.
  const same = one === other || (one === "n" && other === "") || (one === "" && other === "n");
  if (how === "=") return same;
  if (how === "!=") return !same;
  const difference = Number(one) - Number(other);
  switch (how) {
    case "<":
      return difference < 0;
    case ">":
      return difference > 0;
    case "<=":
      return difference <= 0;
    case ">=":
      return difference >= 0;
    default:
      return how satisfies never;
  }
}
