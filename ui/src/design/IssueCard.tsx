import { useQuery } from "@tanstack/react-query";
import { Popover as Radix } from "radix-ui";
import { useEffect, useId } from "react";
import { briefOptions } from "../api/briefs";
import { useFloatContainer } from "./floatContainer";
import style from "./IssueCard.module.css";
import { PriorityMark } from "./PriorityMark";
import { StatusMark } from "./StatusMark";

interface IssueCardProps {
  slug: string;
  number: number;
  /** The mention that it speaks of. */
  anchor: HTMLElement;
  onClose: () => void;
  /** The pointer came onto it, or left it. */
  onPointer: (over: boolean) => void;
}

/** What a mentioned issue is, beside the mention. Its size is the same before and after it is known. */
export function IssueCard({ slug, number, anchor, onClose, onPointer }: IssueCardProps) {
  const container = useFloatContainer();
  const { data, isError } = useQuery(briefOptions(slug, number));
  const id = useId();
  const brief = data?.[0];

  useEffect(() => {
    anchor.setAttribute("aria-describedby", id);
    return () => anchor.removeAttribute("aria-describedby");
  }, [anchor, id]);

  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Anchor virtualRef={{ current: anchor }} />
      <Radix.Portal container={container}>
        <Radix.Content
          role="tooltip"
          id={id}
          className={style.card}
          align="start"
          sideOffset={6}
          collisionPadding={8}
          onOpenAutoFocus={(event) => event.preventDefault()}
          onCloseAutoFocus={(event) => event.preventDefault()}
          onPointerEnter={() => onPointer(true)}
          onPointerLeave={() => onPointer(false)}
        >
          <div className={style.line}>
            {brief && <StatusMark status={brief.status} word />}
            <span className={style.number}>#{number}</span>
            {brief && (
              <span className={style.priority}>
                <PriorityMark priority={brief.priority} word />
              </span>
            )}
          </div>
          <p className={style.title}>
            {brief
              ? brief.title
              : data
                ? "There is no such issue."
                : isError
                  ? "It could not be read just now."
                  : ""}
          </p>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
