import type { EventOf } from "../../src/event/index.ts";
import { directNeeds } from "../../src/kconfig/needs.ts";
import { readKconfig } from "../../src/kconfig/read.ts";
import { parseConfig } from "../../src/kernel/config.ts";
import {
  beginMinimising,
  keptNames,
  learn,
  leftOut,
  nextTry,
} from "../../src/minimise/minimising.ts";

const file = { file: "", sha256: "0".repeat(64), options: 0 };

/** What of `elements` is kept by the search for a smaller configuration, where `crashes` says what still does. */
export function minimisedBy(
  elements: readonly number[],
  crashes: (kept: ReadonlySet<number>) => boolean,
): { readonly kept: number[]; readonly tried: number } {
  const names = elements.map((element) => `CONFIG_E${element}`);
  const { kept, tried } = searched(
    names,
    names.map(() => []),
    (on) => {
      return crashes(new Set([...on].map((name) => Number(name.slice("CONFIG_E".length)))));
    },
  );
  return { kept: kept.map((name) => Number(name.slice("CONFIG_E".length))), tried };
}

/** The smaller configuration: the baseline where that crashes, else the whole one without what it may do without. */
export function minimisedConfig(given: {
  readonly kconfig: string;
  readonly base: string;
  readonly full: string;
  readonly crashes: (on: ReadonlySet<string>) => boolean;
}): string {
  const [full, base] = [parseConfig(given.full), parseConfig(given.base)];
  const kconfig = readKconfig(
    "Kconfig",
    (path) => (path === "Kconfig" ? given.kconfig : null),
    new Map(),
  );
  const names = [...full].flatMap(([name, value]) =>
    value === "y" && base.get(name) !== "y" ? [name] : [],
  );
  const direct = directNeeds(kconfig, full);
  const needs = names.map((name) =>
    (direct.get(name.slice("CONFIG_".length)) ?? []).flatMap((other) => {
      const place = names.indexOf(`CONFIG_${other}`);
      return place < 0 ? [] : [place];
    }),
  );
  const always = [...base].flatMap(([name, value]) => (value === "y" ? [name] : []));
  const { left, isBaseline } = searched(names, needs, (on) =>
    given.crashes(new Set([...on, ...always].map((name) => name.slice("CONFIG_".length)))),
  );
  if (isBaseline) return given.base;
  const kept = [...full].filter(([name]) => !left.includes(name));
  return kept.map(([name, value]) => `${name}=${value}\n`).join("");
}

/** The search itself, asked until it has no more to try. */
function searched(
  names: readonly string[],
  needs: readonly (readonly number[])[],
  crashes: (on: ReadonlySet<string>) => boolean,
): { kept: string[]; left: string[]; isBaseline: boolean; tried: number } {
  const candidates = names.map((name, n) => ({ name, needs: [...(needs[n] ?? [])], chance: 0.2 }));
  const prepared: EventOf<"minimise-prepared"> = {
    kind: "minimise-prepared",
    full: file,
    base: file,
    candidates,
    finders: [],
  };
  const search = beginMinimising(prepared);
  for (;;) {
    const next = nextTry(search);
    if (next === null) break;
    const kernel = "0".repeat(12);
    search.open = { kind: "config-chosen", kernel, config: file.sha256, ...next };
    const gone = next.step === "baseline" ? names : [...leftOut(search), ...next.without];
    const on = new Set(names.filter((name) => !gone.includes(name)));
    learn(search, { kind: "config-answered", kernel, crashes: crashes(on), crashed: 0, of: 1 });
  }
  const isBaseline = search.smallest?.step === "baseline";
  return { kept: keptNames(search), left: leftOut(search), isBaseline, tried: search.tried };
}
