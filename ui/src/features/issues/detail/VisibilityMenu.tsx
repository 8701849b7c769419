import { ChevronDown, Eye, EyeOff } from "lucide-react";
import type { Visibility } from "../../../api/generated/bindings";
import { Button } from "../../../design/Button";
import { Menu } from "../../../design/Menu";

interface VisibilityMenuProps {
  visibility: Visibility;
  onChange: (visibility: Visibility) => void;
  className?: string | undefined;
}

export const visibilityWord: Record<Visibility, string> = {
  all: "Visible to guests",
  operator_only: "Only you",
};

const icons = { all: Eye, operator_only: EyeOff } as const;

/** Who may read something: guests as well, or only the operator. */
export function VisibilityMenu({ visibility, onChange, className }: VisibilityMenuProps) {
  const Icon = icons[visibility];
  return (
    <Menu
      trigger={
        <Button
          kind="quiet"
          size="small"
          className={className}
          icon={<Icon size={14} aria-hidden />}
          aria-label={`Who sees it: ${visibilityWord[visibility]}`}
        >
          {visibilityWord[visibility]}
          <ChevronDown size={12} aria-hidden />
        </Button>
      }
      groups={[
        {
          items: (["all", "operator_only"] as const).map((each) => {
            const ItemIcon = icons[each];
            return {
              id: each,
              title: visibilityWord[each],
              icon: <ItemIcon size={14} />,
              checked: each === visibility,
              onSelect: () => each !== visibility && onChange(each),
            };
          }),
        },
      ]}
    />
  );
}
