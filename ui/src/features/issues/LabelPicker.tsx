import { Command } from "cmdk";
import { Check, Minus, Plus } from "lucide-react";
import { useState } from "react";
import { useCall } from "../../api/queries";
import { LabelDot } from "../../design/LabelChip";
import shared from "../../design/Picker.module.css";
import { classes } from "../../lib/classes";
import style from "./LabelPicker.module.css";

/** Whether all, some or none of the issues have a label. */
export type Having = "all" | "some" | "none";

interface LabelPickerProps {
  project: string;
  having: (name: string) => Having;
  onToggle: (name: string, on: boolean) => void;
}

/** The longest name that a label may have. */
const NAME_MAX = 50;

/** Finds labels, puts them on and takes them off, and makes new ones. */
export function LabelPicker({ project, having, onToggle }: LabelPickerProps) {
  const known = useCall("label_list", { project }).data;
  const labels = known ?? [];
  const [typed, setTyped] = useState("");
  const name = typed.trim().slice(0, NAME_MAX);
  const isNew = name !== "" && !labels.some((label) => label.name.toLowerCase() === name.toLowerCase());

  return (
    <Command label="Labels" loop className={style.picker}>
      <Command.Input
        className={shared.input}
        placeholder={known?.length === 0 ? "Name a first label" : "Find or make a label"}
        value={typed}
        onValueChange={setTyped}
      />
      <Command.List className={classes(shared.list, style.list)} label="Labels">
        {labels.map((label) => {
          const has = having(label.name);
          return (
            <Command.Item
              key={label.id}
              value={label.name}
              className={shared.item}
              onSelect={() => onToggle(label.name, has !== "all")}
            >
              <span className={style.mark}>
                {has === "all" && <Check size={14} aria-hidden />}
                {has === "some" && <Minus size={14} aria-hidden />}
              </span>
              <LabelDot colour={label.colour} />
              <span className="truncate">{label.name}</span>
              <span className="visually-hidden">{words[has]}</span>
            </Command.Item>
          );
        })}
        {isNew && (
          <Command.Item
            forceMount
            value={`new label ${name}`}
            className={shared.item}
            onSelect={() => {
              onToggle(name, true);
              setTyped("");
            }}
          >
            <span className={style.mark}>
              <Plus size={14} aria-hidden />
            </span>
            <span className="truncate">Make “{name}”</span>
          </Command.Item>
        )}
      </Command.List>
      {known?.length === 0 && !isNew && <p className={shared.empty}>Labels gather issues of one kind.</p>}
    </Command>
  );
}

const words: Record<Having, string> = { all: ", on", some: ", on some", none: "" };
