import { Check } from "lucide-react";
import { DropdownMenu as Radix } from "radix-ui";
import { Fragment } from "react";
import { classes } from "../lib/classes";
import style from "./Float.module.css";
import { useFloatContainer } from "./floatContainer";
import { Kbd } from "./Kbd";
import type { MenuItem, MenuProps } from "./Menu";
import { quietFocus } from "./quietFocus";

/** A menu that has been opened; `Menu` stands for it until then. */
export function MenuFloat({
  trigger,
  groups,
  align = "start",
  side = "bottom",
  open,
  defaultOpen = false,
  onOpenChange,
}: MenuProps & { defaultOpen?: boolean }) {
  const container = useFloatContainer();
  const filled = groups.filter((group) => group.items.length > 0);
  return (
    <Radix.Root
      modal={false}
      defaultOpen={defaultOpen}
      {...(open === undefined ? {} : { open })}
      {...(onOpenChange ? { onOpenChange } : {})}
    >
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal container={container}>
        <Radix.Content
          className={classes(style.float, style.scroll)}
          align={align}
          side={side}
          sideOffset={4}
          onCloseAutoFocus={quietFocus}
          collisionPadding={8}
          loop
        >
          {filled.map((group, index) => (
            <Fragment key={group.label ?? group.items[0]?.id}>
              {index > 0 && <Radix.Separator className={style.rule} />}
              <Radix.Group>
                {group.label && <Radix.Label className={style.label}>{group.label}</Radix.Label>}
                {group.items.map((item) => (
                  <Item key={item.id} item={item} />
                ))}
              </Radix.Group>
            </Fragment>
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Item({ item }: { item: MenuItem }) {
  const shared = {
    className: classes(style.item, item.danger && style.danger),
    disabled: item.disabled ?? false,
    onSelect: item.onSelect,
  };
  const content = (
    <>
      {item.icon && (
        <span className={style.mark} aria-hidden>
          {item.icon}
        </span>
      )}
      <span className={style.text}>
        {item.title}
        {item.note && <span className={style.note}>{item.note}</span>}
      </span>
      {item.keys && <Kbd keys={item.keys} />}
      {item.checked && <Check size={14} aria-hidden />}
    </>
  );
  if (item.checked === undefined) return <Radix.Item {...shared}>{content}</Radix.Item>;
  return (
    <Radix.CheckboxItem {...shared} checked={item.checked}>
      {content}
    </Radix.CheckboxItem>
  );
}
