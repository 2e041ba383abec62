/** The screens, with what their address names. */
export type Route =
  | { readonly screen: "list" }
  | { readonly screen: "new" }
  | { readonly screen: "bisection"; readonly id: string }
  | { readonly screen: "console"; readonly id: string; readonly run: string }
  | { readonly screen: "result"; readonly id: string }
  | { readonly screen: "machines" | "doctor" | "accuracy" | "signin" }
  | { readonly screen: "unknown" };

/** The screen at a path; `unknown` for what is none, and for what does not decode. */
export function routeOf(path: string): Route {
  const parts = path.split("/").filter((part) => part !== "");
  let names: string[];
  try {
    names = parts.map(decodeURIComponent);
  } catch {
    return { screen: "unknown" };
  }
  const [first, id, kind, run] = names;
  if (first === undefined) return { screen: "list" };
  if (names.length === 1) return pageOf(first);
  if (first !== "bisections" || id === undefined) return { screen: "unknown" };
  if (names.length === 2) return { screen: "bisection", id };
  if (names.length === 3 && kind === "result") return { screen: "result", id };
  if (names.length === 4 && kind === "runs" && run !== undefined) {
    return { screen: "console", id, run };
  }
  return { screen: "unknown" };
}

function pageOf(name: string): Route {
  switch (name) {
    case "new":
    case "machines":
    case "doctor":
    case "accuracy":
    case "signin":
      return { screen: name };
    default:
      return { screen: "unknown" };
  }
}

/** The address of a bisection, or of a part of it: `/bisections/ID/runs/RUN`. */
export function pathTo(id: string, ...parts: readonly string[]): string {
  return `/${["bisections", id, ...parts].map(encodeURIComponent).join("/")}`;
}
