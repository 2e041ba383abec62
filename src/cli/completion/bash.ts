import type { Place, Value } from "./places.ts";

/**
 * A script for bash. Names of bisections never go through `compgen -W`, which would run what is in them.
 */
export function bashScript(places: readonly Place[]): string {
  return `# Completion of firstbad for bash. Use it with: source <(firstbad completion bash)
_firstbad() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}"
  local at="" index word
  # bash takes \`--flag=value\` for three words.
  if [[ $current == "=" ]]; then
    current=""
  elif [[ $previous == "=" ]]; then
    previous="\${COMP_WORDS[COMP_CWORD - 2]}"
  fi
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "$at \${COMP_WORDS[index]}" in
${descents(places)}
    esac
  done
  COMPREPLY=()
  case "$at|$previous" in
${flagValues(places)}
  esac
  case "$at|$current" in
${nextWords(places)}
  esac
}

_firstbad_words() {
  local current="$1" word
  shift
  for word; do
    if [[ $word == "$current"* ]]; then COMPREPLY+=("$word"); fi
  done
}

_firstbad_paths() {
  local word
  compopt -o filenames 2>/dev/null
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen "$2" -- "$1")
}

_firstbad_ids() {
  local word
  _firstbad_words "$1" last
  while IFS= read -r word; do _firstbad_words "$1" "$word"; done < <("$2" list --ids 2>/dev/null)
}

complete -F _firstbad firstbad
`;
}

/** The branches of a `case` from a command to those below it; zsh reads them too. */
export function descents(places: readonly Place[]): string {
  return places
    .flatMap(({ path, commands }) =>
      commands.map(({ name }) => `      "${path} ${name}") at="${`${path} ${name}`.trim()}" ;;`),
    )
    .join("\n");
}

function flagValues(places: readonly Place[]): string {
  return places
    .flatMap(({ path, flags }) =>
      flags.flatMap(({ names, value }) =>
        value === null
          ? []
          : [
              `    ${names.map((name) => `"${path}|${name}"`).join(" | ")}) ${offer(value)}return ;;`,
            ],
      ),
    )
    .join("\n");
}

/** Flags where a dash was typed; else commands below, or the argument. */
function nextWords(places: readonly Place[]): string {
  return places
    .flatMap(({ path, commands, flags, argument }) => {
      const names = flags.flatMap((flag) => flag.names);
      const below = commands.map(({ name }) => name);
      const value: Value = argument ?? { kind: "words", words: below };
      return [
        `    "${path}|-"*) ${offer({ kind: "words", words: names })};;`,
        `    "${path}|"*) ${offer(value)};;`,
      ];
    })
    .join("\n");
}

/** A command that fills the reply, and a separator after it; nothing where there is nothing to offer. */
function offer(value: Value): string {
  switch (value.kind) {
    case "files":
      return `_firstbad_paths "$current" -f; `;
    case "folders":
      return `_firstbad_paths "$current" -d; `;
    case "ids":
      return `_firstbad_ids "$current" "$1"; `;
    case "words":
      return value.words.length === 0
        ? ""
        : `_firstbad_words "$current" ${value.words.join(" ")}; `;
    case "anything":
      return "";
  }
}
