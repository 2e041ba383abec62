import type { ComponentChildren } from "preact";
import { type FormPart, typedInto } from "./inputs.ts";
import type { JobFields } from "./job-text.ts";
import { KernelFields } from "./kernel-fields.tsx";
import { ProgramFields } from "./program-fields.tsx";

/** The form: what is bisected, between which commits, how it is built and run, and how sure one wants to be. */
export function Fields({ part, mayProgram }: { part: FormPart; mayProgram: boolean }) {
  const { fields } = part;
  return (
    <div class="fields">
      {mayProgram ? (
        <fieldset class="choices">
          <legend>What crashes</legend>
          <Choice part={part} name="target" value="kernel">
            a Linux kernel
          </Choice>
          <Choice part={part} name="target" value="program">
            another program
          </Choice>
        </fieldset>
      ) : (
        <p class="note">
          This server bisects kernels alone. Who runs it allows other programs, too, with{" "}
          <code>firstbad serve --allow-program</code>.
        </p>
      )}
      <fieldset class="choices">
        <legend>Look for</legend>
        <Choice part={part} name="find" value="cause">
          the commit that brought the crash
        </Choice>
        <Choice part={part} name="find" value="fix">
          the commit that fixed it
        </Choice>
      </fieldset>
      <Commits part={part} />
      {fields.target === "kernel" ? <KernelFields part={part} /> : <ProgramFields part={part} />}
      <Search part={part} />
    </div>
  );
}

function Choice<Name extends "target" | "find">({
  part: { fields, set },
  name,
  value,
  children,
}: {
  part: FormPart;
  name: Name;
  value: JobFields[Name];
  children: ComponentChildren;
}) {
  return (
    <label>
      <input
        type="radio"
        name={name}
        checked={fields[name] === value}
        onChange={() => set({ [name]: value })}
      />{" "}
      {children}
    </label>
  );
}

function Commits({ part }: { part: FormPart }) {
  const { target, find } = part.fields;
  const isKernel = target === "kernel";
  return (
    <>
      <label class="field">
        Repository <span class="quiet">on the server</span>
        <input
          {...typedInto(part, "repo")}
          placeholder={isKernel ? "/srv/linux" : "/srv/git/parser"}
          required
        />
      </label>
      <div class="field-row">
        <label class="field">
          It crashes on
          <input
            {...typedInto(part, "crashes")}
            placeholder={isKernel ? "v6.2-rc1 or a hash" : "HEAD or a hash"}
            required
          />
        </label>
        {find === "cause" ? (
          <label class="field">
            It does not on <span class="quiet">(optional)</span>
            <input {...typedInto(part, "clean")} placeholder={isKernel ? "v6.1" : "v1.0"} />
          </label>
        ) : (
          <label class="field">
            Fixed by <span class="quiet">(optional)</span>
            <input {...typedInto(part, "head")} placeholder="master" />
          </label>
        )}
      </div>
    </>
  );
}

function Search({ part }: { part: FormPart }) {
  const { fields, set } = part;
  return (
    <div class="field-row">
      <label class="field">
        Policy
        <select
          value={fields.policy}
          onChange={({ currentTarget }) => set({ policy: currentTarget.value })}
        >
          <option value="adaptive">adaptive</option>
          <option value="git">git</option>
          <option value="syzbot-2022">syzbot-2022</option>
          <option value="syzbot-2026">syzbot-2026</option>
        </select>
      </label>
      <label class="field">
        Confidence
        <input {...typedInto(part, "confidence")} inputMode="decimal" />
      </label>
      <label class="field">
        At most
        <input {...typedInto(part, "deadline")} placeholder="2h" />
      </label>
    </div>
  );
}
