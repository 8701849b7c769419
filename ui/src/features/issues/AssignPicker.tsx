import { Command } from "cmdk";
import { Check, CircleSlash, UserRound } from "lucide-react";
import { useState } from "react";
import { useCall } from "../../api/queries";
import shared from "../../design/Picker.module.css";
import { classes } from "../../lib/classes";
import style from "./LabelPicker.module.css";

interface AssignPickerProps {
  project: string;
  /** What all of the issues are assigned to; undefined: not all to the same. */
  current: string | null | undefined;
  onAssign: (target: string | null) => void;
}

/** Chooses what issues are assigned to. Assigning is an intent: nothing starts. */
export function AssignPicker({ project, current, onAssign }: AssignPickerProps) {
  const targets = useCall("assignment_targets", { project }).data ?? [];
  const [typed, setTyped] = useState("");
  return (
    <Command label="Assign to" loop className={style.picker}>
      <Command.Input
        className={shared.input}
        placeholder="Assign to"
        value={typed}
        onValueChange={setTyped}
      />
      <Command.List className={classes(shared.list, style.list)} label="Targets">
        {targets.map(({ target, name }) => (
          <Command.Item
            key={target}
            value={`${name} ${target}`}
            className={shared.item}
            onSelect={() => onAssign(target)}
          >
            <span className={style.mark}>
              {target === current ? <Check size={14} aria-hidden /> : <UserRound size={14} aria-hidden />}
            </span>
            <span className="truncate">{name}</span>
            {target === current && <span className="visually-hidden">, assigned now</span>}
          </Command.Item>
        ))}
        {current !== null && (
          <Command.Item value="unassign nobody none" className={shared.item} onSelect={() => onAssign(null)}>
            <span className={style.mark}>
              <CircleSlash size={14} aria-hidden />
            </span>
            <span className="truncate">Nobody: unassign</span>
          </Command.Item>
        )}
      </Command.List>
      {typed !== "" && <Command.Empty className={shared.empty}>Nothing is called that.</Command.Empty>}
    </Command>
  );
}
