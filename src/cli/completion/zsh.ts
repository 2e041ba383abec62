import { descents } from "./bash.ts";
import type { Place, Value } from "./places.ts";

/** A script for zsh, to be sourced after `compinit`, or put into a folder of `$fpath` as `_firstbad`. */
export function zshScript(places: readonly Place[]): string {
  return `#compdef firstbad
# Completion of firstbad for zsh. Use it with: source <(firstbad completion zsh)
_firstbad() {
  local at="" index previous="\${words[CURRENT - 1]}"
  local -a ids offered
  for ((index = 2; index < CURRENT; index++)); do
    case "$at \${words[index]}" in
${descents(places)}
    esac
  done
  case "$at|$previous" in
${flagValues(places)}
  esac
  case "$at|\${words[CURRENT]}" in
${nextWords(places)}
  esac
}

_firstbad_ids() {
  ids=(last "\${(@f)$("\${words[1]}" list --ids 2>/dev/null)}")
  compadd -- \${ids:#}
}

if [[ "\${funcstack[1]}" == _firstbad ]]; then _firstbad "$@"; else compdef _firstbad firstbad; fi
`;
}

function flagValues(places: readonly Place[]): string {
  return places
    .flatMap(({ path, flags }) =>
      flags.flatMap(({ names, value }) =>
        value === null
          ? []
          : names.map((name) => `    "${path}|${name}") ${offer(value)}return ;;`),
      ),
    )
    .join("\n");
}

function nextWords(places: readonly Place[]): string {
  return places
    .flatMap(({ path, commands, flags, argument }) => {
      const named = flags.flatMap(({ names, description }) =>
        names.map((name) => ({ name, description })),
      );
      const next = argument === null ? described("command", commands) : offer(argument);
      return [`    "${path}|-"*) ${described("flag", named)};;`, `    "${path}|"*) ${next};;`];
    })
    .join("\n");
}

/** Words with what they mean beside them. */
function described(
  tag: string,
  items: readonly { readonly name: string; readonly description: string }[],
): string {
  if (items.length === 0) return "";
  const list = items.map(({ name, description }) => quoted(`${name}:${description}`)).join(" ");
  return `offered=(${list}); _describe ${tag} offered; `;
}

function offer(value: Value): string {
  switch (value.kind) {
    case "files":
      return "_files; ";
    case "folders":
      return "_files -/; ";
    case "ids":
      return "_firstbad_ids; ";
    case "words":
      return `compadd -- ${value.words.join(" ")}; `;
    case "anything":
      return "";
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
