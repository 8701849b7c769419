import { ChevronDown, Tag } from "lucide-react";
import { allPriority, type Priority } from "../../../api/generated/bindings";
import { useCall } from "../../../api/queries";
import { Button } from "../../../design/Button";
import { LabelChip } from "../../../design/LabelChip";
import { Menu } from "../../../design/Menu";
import { Popover } from "../../../design/Popover";
import { PriorityMark } from "../../../design/PriorityMark";
import { priorityWord } from "../../../lib/words";
import { LabelPicker } from "../LabelPicker";

interface PriorityChoiceProps {
  priority: Priority;
  onChange: (priority: Priority) => void;
}

/** The priority that an issue is filed with. */
export function PriorityChoice({ priority, onChange }: PriorityChoiceProps) {
  return (
    <Menu
      side="top"
      trigger={
        <Button size="small" aria-label={`Priority: ${priorityWord[priority].toLowerCase()}`}>
          <PriorityMark priority={priority} word />
          <ChevronDown size={12} aria-hidden />
        </Button>
      }
      groups={[
        {
          items: [...allPriority].reverse().map((each) => ({
            id: each,
            title: priorityWord[each],
            icon: <PriorityMark priority={each} />,
            checked: each === priority,
            onSelect: () => onChange(each),
          })),
        },
      ]}
    />
  );
}

interface LabelChoiceProps {
  project: string;
  names: readonly string[];
  onChange: (names: string[]) => void;
}

/** Opens the labels that an issue can be filed with. */
export function LabelChoice({ project, names, onChange }: LabelChoiceProps) {
  return (
    <Popover
      label="Labels"
      side="top"
      trigger={
        <Button size="small" icon={<Tag size={12} aria-hidden />}>
          Labels
        </Button>
      }
    >
      <LabelPicker
        project={project}
        having={(name) => (names.some((each) => same(each, name)) ? "all" : "none")}
        onToggle={(name, on) => {
          const others = names.filter((each) => !same(each, name));
          onChange(on ? [...others, name] : others);
        }}
      />
    </Popover>
  );
}

/** The labels that were chosen, each to be taken off again. */
export function ChosenLabels({ project, names, onChange }: LabelChoiceProps) {
  const known = useCall("label_list", { project }).data ?? [];
  return names.map((name) => (
    <LabelChip
      key={name}
      label={known.find((label) => same(label.name, name)) ?? { name, colour: "grey" }}
      onRemove={() => onChange(names.filter((each) => each !== name))}
    />
  ));
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
