/** This process's environment, with `more` over it: for programs of the user's that run as the user. */
export function hostEnvironment(more: Readonly<Record<string, string>>): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { ...Object.fromEntries(inherited), ...more };
}
