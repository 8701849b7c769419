import { Popover as Radix } from "radix-ui";
import type { IssueBrief } from "../../../api/generated/bindings";
import { useFloatContainer } from "../../../design/floatContainer";
import { StatusMark } from "../../../design/StatusMark";
import { classes } from "../../../lib/classes";
import style from "./MentionList.module.css";

interface MentionListProps {
  id: string;
  issues: readonly IssueBrief[];
  /** The one that Enter takes, by its place. */
  chosen: number;
  /** Where the mention stands in the window. */
  place: () => DOMRect;
  onChoose: (issue: IssueBrief) => void;
  onClose: () => void;
}

/** The issues that a mention may mean, at the place where it is typed. The focus stays in the text. */
export function MentionList({ id, issues, chosen, place, onChoose, onClose }: MentionListProps) {
  const container = useFloatContainer();
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Anchor virtualRef={{ current: { getBoundingClientRect: place } }} />
      <Radix.Portal container={container}>
        <Radix.Content
          role="listbox"
          id={id}
          aria-label="Issues"
          className={style.list}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          onOpenAutoFocus={(event) => event.preventDefault()}
          onCloseAutoFocus={(event) => event.preventDefault()}
        >
          {issues.map((issue, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the text area has the focus and hears the keys
            // biome-ignore lint/a11y/useFocusableInteractive: as above
            <div
              key={issue.number}
              role="option"
              id={`${id}-${issue.number}`}
              aria-selected={index === chosen}
              className={classes(style.item, index === chosen && style.chosen)}
              // A press must not take the focus out of the text.
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => onChoose(issue)}
            >
              <StatusMark status={issue.status} />
              <span className={style.number}>#{issue.number}</span>
              <span className="truncate">{issue.title}</span>
            </div>
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
