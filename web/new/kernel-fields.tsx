import { chosenFor, type FormPart, typedInto } from "./inputs.ts";

/** How a kernel is configured, what shows its bug, and where it runs. */
export function KernelFields({ part }: { part: FormPart }) {
  const { fields, set } = part;
  return (
    <>
      <label class="field">
        Reproducer <span class="quiet">C source, a script (.sh), or a static program</span>
        <input {...chosenFor(part, "reproducer")} />
      </label>
      <div class="field-row">
        <label class="field">
          Config <span class="quiet">a whole .config</span>
          <input {...chosenFor(part, "config")} />
        </label>
        {fields.config === "" && (
          <label class="field">
            or fragments over {fields.base}
            <input {...chosenFor(part, "fragment")} />
          </label>
        )}
      </div>
      <div class="field-row">
        <label class="field">
          Machine
          <select
            value={fields.machine}
            onChange={({ currentTarget }) =>
              set(
                currentTarget.value === "qemu"
                  ? { machine: "qemu", arch: "x86_64" }
                  : { machine: "uml", arch: "um" },
              )
            }
          >
            <option value="uml">User Mode Linux</option>
            <option value="qemu">QEMU</option>
          </select>
        </label>
        <label class="field">
          Architecture
          <input {...typedInto(part, "arch")} />
        </label>
      </div>
      <div class="field-row">
        <label class="field">
          Runs for, seconds
          <input {...typedInto(part, "seconds")} inputMode="numeric" placeholder="30" />
        </label>
        <label class="field">
          Memory
          <input
            {...typedInto(part, "memory")}
            placeholder={fields.machine === "qemu" ? "512M" : "128M"}
          />
        </label>
      </div>
      <label class="field">
        Kernel command line <span class="quiet">(added to the usual one)</span>
        <input {...typedInto(part, "cmdline")} placeholder="panic_on_warn=1" />
      </label>
    </>
  );
}
