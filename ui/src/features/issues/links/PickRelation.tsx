import { Command } from "cmdk";
import style from "@/parts/issues/IssuePicker.module.css";
import type { Relation } from "../../../api/generated/bindings";
import shared from "../../../design/Picker.module.css";
import { classes } from "../../../lib/classes";
import { relations, relationWord } from "./words";

/** Chooses how two issues have to do with each other, by typing or by arrows. */
export function PickRelation({ onPick }: { onPick: (relation: Relation) => void }) {
  return (
    <Command label="Relation" loop>
      <Command.Input className={shared.input} placeholder="This issue is…" autoFocus />
      <Command.List className={classes(shared.list, style.list)} label="Relations">
        {relations.map((relation) => (
          <Command.Item
            key={relation}
            value={relationWord[relation]}
            className={shared.item}
            onSelect={() => onPick(relation)}
          >
            {relationWord[relation]}…
          </Command.Item>
        ))}
      </Command.List>
      <Command.Empty className={classes(shared.empty, style.none)}>There is no such relation.</Command.Empty>
    </Command>
  );
}
