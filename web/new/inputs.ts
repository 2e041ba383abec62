import type { JobFields } from "./job-text.ts";

/** What the parts of the form are given: what is filled in, and what takes changes and files. */
export interface FormPart {
  readonly fields: JobFields;
  readonly set: (change: Partial<JobFields>) => void;
  /** Takes files in; what the job calls them. */
  readonly add: (files: Iterable<File>) => Promise<readonly { readonly name: string }[]>;
}

/** Fields that are texts. */
type TextField = {
  [Name in keyof JobFields]: JobFields[Name] extends readonly string[] ? never : Name;
}[keyof JobFields];

type Typed = { readonly currentTarget: { readonly value: string } };

/** Attributes of what the field `name` is typed into. */
export function typedInto({ fields, set }: FormPart, name: TextField) {
  return {
    name,
    value: fields[name],
    onInput: ({ currentTarget }: Typed) => set({ [name]: currentTarget.value }),
  };
}

/** Attributes of what chooses the one file of the field `name`. */
export function chosenFor({ set, add }: FormPart, name: "config" | "fragment" | "reproducer") {
  return {
    type: "file" as const,
    onChange: async ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => {
      const [read] = await add(currentTarget.files ?? []);
      set({ [name]: read?.name ?? "" });
    },
  };
}
