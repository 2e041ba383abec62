import type { EventOf, KernelId } from "../event/index.ts";
import type { ConfigSource } from "../lab/lab.ts";
import { configTextWithout } from "../minimise/compose.ts";
import { leftOut, type Minimising } from "../minimise/minimising.ts";
import { optionsOn } from "../minimise/prepare.ts";
import { type BisectionState, kernelOf, startOf } from "./state.ts";
import { readStoredFile, sha256Of, storeFile } from "./stored-file.ts";

/** A configuration in the bisection's folder. */
type KeptConfig = EventOf<"minimise-prepared">["full"];

const configFiles = {
  what: "the configuration",
  names: /^(?:whole|baseline|smaller)\.config$/,
};

/** Keeps `text` as `name` in `folder`, durably. */
export async function keepConfig(
  folder: string,
  name: "whole" | "baseline" | "smaller",
  text: string,
): Promise<KeptConfig> {
  const bytes = Buffer.from(text);
  const file = `${name}.config`;
  await storeFile(folder, file, bytes);
  return { file, sha256: sha256Of(bytes), options: optionsOn(text) };
}

/** What `kernel` is configured with where that is not what the job says; undefined: it is. */
export async function configSourceOf(
  state: BisectionState,
  kernel: KernelId,
  folder: string,
): Promise<ConfigSource | undefined> {
  const { config, purpose } = kernelOf(state, kernel);
  if (config === startOf(state).config) return undefined;
  const { minimising: search, minimised } = state;
  if (purpose !== "minimise" && minimised?.result?.sha256 === config) {
    return fileSource(await readConfig(folder, minimised.result));
  }
  if (search?.open?.kernel !== kernel) {
    throw new Error(`the configuration of kernel ${kernel} is not known any more`);
  }
  const { step, without } = search.open;
  return fileSource(await configText(folder, search, step, [...leftOut(search), ...without]));
}

/** The smallest configuration that crashes. */
export async function smallestConfig(folder: string, search: Minimising): Promise<ConfigSource> {
  const step = search.smallest?.step ?? "part";
  return fileSource(await configText(folder, search, step, leftOut(search)));
}

async function configText(
  folder: string,
  { prepared: { full, base } }: Minimising,
  step: EventOf<"config-chosen">["step"],
  left: readonly string[],
): Promise<string> {
  const from = step === "baseline" && base !== null ? base : full;
  return configTextWithout(await readConfig(folder, from), left);
}

async function readConfig(folder: string, kept: KeptConfig): Promise<string> {
  return (await readStoredFile(folder, kept, configFiles)).toString();
}

function fileSource(text: string): ConfigSource {
  return { kind: "file", text };
}
