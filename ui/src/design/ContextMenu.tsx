import { ContextMenu as Radix } from "radix-ui";
import { Fragment, type ReactNode } from "react";
import { classes } from "../lib/classes";
import style from "./Float.module.css";
import { useFloatContainer } from "./floatContainer";
import { Kbd } from "./Kbd";
import type { MenuGroup } from "./Menu";

interface ContextMenuProps {
  groups: MenuGroup[];
  onOpenChange?: (open: boolean) => void;
  /** One element; a right click in it, or the menu key, opens the menu. */
  children: ReactNode;
}

/** The actions of what is pointed at. */
export function ContextMenu({ groups, onOpenChange, children }: ContextMenuProps) {
  const container = useFloatContainer();
  const filled = groups.filter((group) => group.items.length > 0);
  return (
    <Radix.Root modal={false} {...(onOpenChange ? { onOpenChange } : {})}>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal container={container}>
        <Radix.Content className={classes(style.float, style.scroll)} collisionPadding={8} loop>
          {filled.map((group, index) => (
            <Fragment key={group.label ?? group.items[0]?.id}>
              {index > 0 && <Radix.Separator className={style.rule} />}
              <Radix.Group>
                {group.label && <Radix.Label className={style.label}>{group.label}</Radix.Label>}
                {group.items.map((item) => (
                  <Radix.Item
                    key={item.id}
                    className={classes(style.item, item.danger && style.danger)}
                    disabled={item.disabled ?? false}
                    onSelect={item.onSelect}
                  >
                    {item.icon && (
                      <span className={style.mark} aria-hidden>
                        {item.icon}
                      </span>
                    )}
                    <span className={style.text}>{item.title}</span>
                    {item.keys && <Kbd keys={item.keys} />}
                  </Radix.Item>
                ))}
              </Radix.Group>
            </Fragment>
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
