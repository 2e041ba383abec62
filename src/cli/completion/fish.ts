import type { Flag, Place, Value } from "./places.ts";

/** A script for fish. */
export function fishScript(places: readonly Place[]): string {
  return `# Completion of firstbad for fish. Use it with: firstbad completion fish | source
function __firstbad_at
    set -l at ''
    for word in (commandline -opc)[2..-1]
        switch "$at $word"
${descents(places)}
        end
    end
    test "$at" = "$argv[1]"
end

function __firstbad_ids
    echo last
    firstbad list --ids 2>/dev/null
end

complete -c firstbad -f
${places.flatMap(linesOf).join("\n")}
`;
}

function descents(places: readonly Place[]): string {
  return places
    .flatMap(({ path, commands }) =>
      commands.map(
        ({ name }) =>
          `            case '${path} ${name}'\n                set at '${`${path} ${name}`.trim()}'`,
      ),
    )
    .join("\n");
}

function linesOf({ path, commands, flags, argument }: Place): string[] {
  const here = `complete -c firstbad -n '__firstbad_at "${path}"'`;
  return [
    ...commands.map(({ name, description }) => `${here} -a ${name} -d ${quoted(description)}`),
    ...flags.map((flag) => `${here}${wordsOf(flag)} -d ${quoted(flag.description)}`),
    ...(argument === null ? [] : [`${here}${offer(argument)}`]),
  ];
}

/** `-s j -l jobs -x -a …`. */
function wordsOf({ names, value }: Flag): string {
  const words = names.map((name) =>
    name.startsWith("--") ? ` -l ${name.slice(2)}` : ` -s ${name.slice(1)}`,
  );
  if (value === null) return words.join("");
  // Without `-x`, fish offers files beside what is named.
  return `${words.join("")}${value.kind === "files" ? " -r" : " -x"}${offer(value)}`;
}

function offer(value: Value): string {
  switch (value.kind) {
    case "files":
      return " -F";
    case "folders":
      return " -a '(__fish_complete_directories)'";
    case "ids":
      return " -a '(__firstbad_ids)'";
    case "words":
      return ` -a '${value.words.join(" ")}'`;
    case "anything":
      return "";
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
