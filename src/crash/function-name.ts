/** Longer names are cut: a title has no use for them. */
const maxName = 1000;

const operatorWord = /(?:^|[^a-zA-Z0-9_])operator$/;
const anonymous = "(anonymous namespace)";

/**
 * A readable C++ name without its parameters: `ns::f(int) const` is `ns::f`, `operator()(int)` is
 * `operator()`, and `(anonymous namespace)::f(int)` keeps its first word. One pass.
 */
export function withoutParameters(name: string): string {
  const text = name.slice(0, maxName);
  let angles = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "<" && !isOperator(text, i)) angles++;
    else if (c === ">" && angles > 0 && text[i - 1] !== "-") angles--;
    else if (c === "(" && angles === 0) {
      if (text.startsWith(anonymous, i)) i += anonymous.length - 1;
      else if (operatorWord.test(text.slice(0, i).slice(-12))) i++;
      else return text.slice(0, i).trimEnd();
    }
  }
  return text;
}

/**
 * A readable name without the arguments of its templates: `Box<int>::drop` is `Box::drop`. Groups that do
 * not follow a name stay: `<Ring as Drop>::drop`, `<lambda(int)>`, `operator<`.
 */
export function withoutTemplateArguments(name: string): string {
  const text = name.slice(0, maxName);
  let kept = "";
  let depth = 0;
  let shown = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (c === "<" && !isOperator(text, i)) {
      if (depth > shown || /[a-zA-Z0-9_]/.test(text[i - 1] ?? "")) depth++;
      else {
        depth++;
        shown++;
      }
    }
    if (depth === shown) kept += c;
    if (c === ">" && depth > 0 && text[i - 1] !== "-") {
      if (depth === shown) shown--;
      depth--;
    }
  }
  return kept.replaceAll(":: <", "::<").replaceAll("::::", "::");
}

/** Whether the bracket at `at` is a part of `operator<`, `operator<<` or `operator<=>`. */
function isOperator(text: string, at: number): boolean {
  const before = text[at - 1] === "<" ? at - 1 : at;
  return operatorWord.test(text.slice(Math.max(0, before - 12), before));
}
