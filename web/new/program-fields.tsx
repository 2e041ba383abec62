import { type FormPart, typedInto } from "./inputs.ts";

/** How a program is built and run, and what tells that it has the bug. */
export function ProgramFields({ part }: { part: FormPart }) {
  const { fields, set, add } = part;
  const isByCrash = fields.answer === "crash";
  return (
    <>
      <label class="field">
        Build <span class="quiet">a shell command in the tree; empty: nothing is built</span>
        <input {...typedInto(part, "build")} placeholder='make CC="gcc -fsanitize=address"' />
      </label>
      <label class="field">
        Run <span class="quiet">a shell command in the tree</span>
        <input {...typedInto(part, "run")} placeholder='./parse "$INPUTS/bad.json"' required />
      </label>
      <label class="field">
        It has the bug
        <select
          value={fields.answer}
          onChange={({ currentTarget }) =>
            set({ answer: currentTarget.value === "crash" ? "crash" : "exit code" })
          }
        >
          <option value="crash">if it crashes: by what it prints, and how it ends</option>
          <option value="exit code">by its exit code alone, as with git bisect run</option>
        </select>
      </label>
      {isByCrash && (
        <label class="field">
          The crash that is meant{" "}
          <span class="quiet">(its title; empty: what the crashing commit shows)</span>
          <input
            {...typedInto(part, "title")}
            placeholder="AddressSanitizer: heap-buffer-overflow in parse_value"
          />
        </label>
      )}
      <label class="field">
        Files for it <span class="quiet">found in the folder $INPUTS</span>
        <input
          type="file"
          multiple
          onChange={async ({ currentTarget }) => {
            const read = await add(currentTarget.files ?? []);
            set({ files: read.map(({ name }) => name) });
          }}
        />
      </label>
      <label class="field">
        Variables <span class="quiet">NAME=value, a line each</span>
        <textarea
          {...typedInto(part, "env")}
          rows={2}
          spellcheck={false}
          placeholder="ASAN_OPTIONS=detect_leaks=0"
        />
      </label>
      <div class="field-row">
        <label class="field">
          Runs for, seconds
          <input {...typedInto(part, "seconds")} inputMode="numeric" placeholder="30" />
        </label>
        <label class="field">
          Builds for, seconds
          <input {...typedInto(part, "buildSeconds")} inputMode="numeric" placeholder="600" />
        </label>
        <label class="field">
          Memory
          <input {...typedInto(part, "memory")} placeholder="2G" />
        </label>
      </div>
      <p class="quiet">
        Build and run are in the sandbox: they see the tree, these files and what is installed, and
        no network.
      </p>
    </>
  );
}
