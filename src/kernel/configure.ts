import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../failure/failure.ts";
import { replaceFile } from "../workplace/replace-file.ts";
import { sha256 } from "../workplace/sha256.ts";
import type { Age } from "./age.ts";
import {
  decided,
  droppedOptions,
  formatConfig,
  type Options,
  overlay,
  parseConfig,
} from "./config.ts";
import { adaptToAge } from "./config-ages.ts";
import type { ConfigChange, ConfigSource } from "./kernel.ts";
import { type Made, type MakeSetting, make, seenFolders } from "./make.ts";
import { builtText } from "./outputs.ts";

/** Changes whenever the same request would be resolved in another way. */
const formatVersion = 1;

/** What was asked for, parsed and checked once. */
export type ConfigRequest =
  | { readonly kind: "file"; readonly asked: Options }
  | { readonly kind: "base"; readonly base: string; readonly asked: Options };

/** `request`, as kernels of `age` are asked; and what is asked of them otherwise. */
export function requestAtAge(
  request: ConfigRequest,
  age: Age | null,
): { readonly request: ConfigRequest; readonly changes: readonly ConfigChange[] } {
  const { asked, changes } = adaptToAge(request.asked, age);
  return { request: { ...request, asked }, changes };
}

/** A `.config` that the tree agrees with. */
export interface ResolvedConfig {
  readonly kind: "resolved";
  readonly text: string;
  readonly options: Options;
  readonly dropped: readonly string[];
}

/**
 * Reads a job's config. Throws `config-invalid` with the line that is no option, or the base that is no
 * target making a config by itself, the same each time.
 */
export function requestOf(source: ConfigSource): ConfigRequest {
  if (source.kind === "file")
    return { kind: "file", asked: parseConfig(source.text, "the config") };
  const interactive =
    /^(?:old|menu|x|g|n|rand|localmod|localyes|mod2yes|yes2mod|sync|new|listnew|helpnew)?config$/;
  if (
    !/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}config$/.test(source.base) ||
    interactive.test(source.base)
  ) {
    throw new Failure("config-invalid", `${JSON.stringify(source.base)} is no base for a config`, {
      facts: { base: source.base },
      hint: "use allnoconfig, defconfig, tinyconfig or another target of the kernel's `make help`",
    });
  }
  const layers = source.fragments.map((text, index) => parseConfig(text, `fragment ${index + 1}`));
  return { kind: "base", base: source.base, asked: overlay(...layers) };
}

/** Targets that read `KCONFIG_ALLCONFIG` and so take the fragments as their own. */
export const allTargets = new Set(["allnoconfig", "allyesconfig", "allmodconfig", "alldefconfig"]);

/** Files of ours in the build folder; make writes to these, so that `.config` keeps its time. */
const resultFile = ".firstbad.config";
const fragmentFile = ".firstbad.fragments";

/**
 * Resolves `request` for the tree in `setting.src`, and puts the result into `.config` of `setting.out`,
 * which is only written where it differs: make would take a newer one for a change.
 *
 * Results are kept in `folder`, by what kconfig reads (`inputs`, see {@link kconfigHash}), compiler and
 * request: most steps of a bisection then need no kconfig at all. Throws what {@link make} throws.
 */
export async function configure(
  request: ConfigRequest,
  inputs: string,
  folder: string,
  setting: MakeSetting,
): Promise<ResolvedConfig | Extract<Made, { kind: "failed" }>> {
  const wanted = overlay(request.asked, decided);
  const key = sha256(
    JSON.stringify([
      formatVersion,
      inputs,
      setting.arch,
      setting.compiler.identity,
      request.kind === "file" ? null : request.base,
      [...wanted],
    ]),
  );
  const kept = join(folder, key);
  let text = await readFile(kept, "utf8").catch(() => null);
  if (text === null || text === "") {
    const resolved = await resolve(request, wanted, setting);
    if (typeof resolved !== "string") return resolved;
    text = resolved;
    await mkdir(folder, { recursive: true });
    await replaceFile(kept, text);
  }
  if ((await builtText(setting.out, ".config")) !== text) {
    await writeFile(join(setting.out, ".config"), text);
  }
  const options = parseConfig(text, "the config that kconfig made");
  return { kind: "resolved", text, options, dropped: droppedOptions(request.asked, options) };
}

async function resolve(
  request: ConfigRequest,
  wanted: Options,
  setting: MakeSetting,
): Promise<string | Extract<Made, { kind: "failed" }>> {
  const { out } = seenFolders(setting);
  const result = join(setting.out, resultFile);
  const variables = { KCONFIG_CONFIG: `${out}/${resultFile}` };
  if (request.kind === "base" && allTargets.has(request.base)) {
    await writeFile(join(setting.out, fragmentFile), formatConfig(wanted));
    const made = await make(setting, [request.base], {
      ...variables,
      KCONFIG_ALLCONFIG: `${out}/${fragmentFile}`,
    });
    if (made.kind === "failed") return made;
  } else {
    let base: Options = new Map();
    if (request.kind === "base") {
      const made = await make(setting, [request.base], variables);
      if (made.kind === "failed") return made;
      base = parseConfig((await builtText(setting.out, resultFile)) ?? "", request.base);
    }
    await writeFile(result, formatConfig(overlay(base, wanted)));
    const made = await make(setting, ["olddefconfig"], variables);
    if (made.kind === "failed") return made;
  }
  const text = await builtText(setting.out, resultFile);
  if (text !== null && text.trim() !== "") return text;
  return { kind: "failed", excerpt: ["make left no config"], trouble: null, object: null };
}
