import { type FormEvent, useId, useRef, useState } from "react";
import type { Learning, LearningContent } from "@/api/generated/bindings";
import { allLearningCategory, allLearningSeverity, allRole } from "@/api/generated/bindings";
import { useCommand } from "@/api/queries";
import { Button } from "@/design/Button";
import { Dialog } from "@/design/Dialog";
import { Field, Input, TextArea } from "@/design/Field";
import { Select } from "@/design/Select";
import { Checkbox } from "@/design/Toggle";
import { toast } from "@/design/toasts";
import { sentence, titleOf } from "@/lib/words";
import style from "./Learnings.module.css";
import { categoryWord, severityWord } from "./words";

interface LearningDialogProps {
  slug: string;
  /** The one to edit; null: a new one. */
  learning: Learning | null;
  onClose: () => void;
}

const EMPTY: LearningContent = {
  description: "",
  trigger: "",
  correct_behavior: "",
  severity: "important",
  category: "pattern",
  confidence: 1,
  roles: [],
};

/** Writes down a learning, or says one better. */
export function LearningDialog({ slug, learning, onClose }: LearningDialogProps) {
  const form = useId();
  const first = useRef<HTMLInputElement>(null);
  const [content, setContent] = useState<LearningContent>(() => (learning ? contentOf(learning) : EMPTY));
  const set = (change: Partial<LearningContent>) => setContent((former) => ({ ...former, ...change }));
  const add = useCommand("learning_add");
  const edit = useCommand("learning_edit");
  const { error } = learning ? edit : add;
  const busy = add.isPending || edit.isPending;
  const told = [content.description, content.trigger, content.correct_behavior];
  const complete = told.every((text) => text.trim() !== "");

  async function save(event: FormEvent) {
    event.preventDefault();
    if (!complete || busy) return;
    try {
      if (learning) {
        const former = contentOf(learning);
        const args = { project: slug, number: learning.number };
        await edit.mutateAsync({ ...args, content });
        toast({
          title: `Learning ${learning.number} changed`,
          undo: () => edit.mutateAsync({ ...args, content: former }),
        });
      } else {
        const made = await add.mutateAsync({ project: slug, content });
        const like = made.similar[0];
        toast({
          title: `Learning ${made.number} waits for review`,
          ...(like ? { text: `It says nearly the same as learning ${like.number}.` } : {}),
        });
      }
      onClose();
    } catch {
      // The error stands in the form.
    }
  }

  return (
    <Dialog
      open
      onClose={onClose}
      wide
      focus={first}
      title={learning ? `Edit learning ${learning.number}` : "New learning"}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={form} busy={busy} disabled={!complete}>
            {learning ? "Save" : "Add to the review"}
          </Button>
        </>
      }
    >
      <form id={form} className={style.form} onSubmit={(event) => void save(event)}>
        <Field label="What was learnt" error={error && sentence(error.message)}>
          <Input
            ref={first}
            value={content.description}
            maxLength={500}
            placeholder="Migrations are forward only"
            onChange={(event) => set({ description: event.target.value })}
          />
        </Field>
        <Field label="When it counts">
          <TextArea
            value={content.trigger}
            maxLength={1_000}
            rows={2}
            placeholder="The schema has to change"
            onChange={(event) => set({ trigger: event.target.value })}
          />
        </Field>
        <Field label="What to do then">
          <TextArea
            value={content.correct_behavior}
            maxLength={4_000}
            rows={4}
            placeholder="Add a new migration; never edit one that is on main"
            onChange={(event) => set({ correct_behavior: event.target.value })}
          />
        </Field>
        <div className={style.choices}>
          <Field label="Matters">
            <Select
              label="Matters"
              value={content.severity}
              choices={allLearningSeverity.map((value) => ({ value, title: severityWord[value] }))}
              onChange={(severity) => set({ severity })}
            />
          </Field>
          <Field label="Kind">
            <Select
              label="Kind"
              value={content.category}
              choices={allLearningCategory.map((value) => ({ value, title: categoryWord[value] }))}
              onChange={(category) => set({ category })}
            />
          </Field>
          <Field label="Confidence in %">
            <Input
              type="number"
              min={0}
              max={100}
              step={1}
              value={Math.round(content.confidence * 100)}
              onChange={(event) => set({ confidence: event.target.valueAsNumber / 100 || 0 })}
            />
          </Field>
        </div>
        <fieldset className={style.roles}>
          <legend>
            For the roles <span className={style.quiet}>none: all of them</span>
          </legend>
          <div className={style.roleGrid}>
            {allRole.map((role) => (
              <Checkbox
                key={role}
                label={titleOf(role)}
                checked={content.roles.includes(role)}
                onChange={(on) =>
                  set({ roles: on ? [...content.roles, role] : content.roles.filter((one) => one !== role) })
                }
              />
            ))}
          </div>
        </fieldset>
      </form>
    </Dialog>
  );
}

function contentOf(learning: Learning): LearningContent {
  const { description, trigger, correct_behavior, severity, category, confidence, roles } = learning;
  return { description, trigger, correct_behavior, severity, category, confidence, roles };
}
