import { ContextMenu as Radix } from "radix-ui";
import { Fragment, useEffect, useRef } from "react";
import { classes } from "../lib/classes";
import type { PointedAt } from "./ContextMenu";
import style from "./Float.module.css";
import { useFloatContainer } from "./floatContainer";
import { Kbd } from "./Kbd";
import type { MenuGroup } from "./Menu";

interface ContextMenuFloatProps {
  groups: MenuGroup[];
  onOpenChange?: ((open: boolean) => void) | undefined;
  /** Where the menu was asked for. */
  at: PointedAt;
}

/** A menu that was asked for; `ContextMenu` listens until then. */
export function ContextMenuFloat({ groups, onOpenChange, at }: ContextMenuFloatProps) {
  const pointed = useRef<HTMLSpanElement>(null);
  // The library opens it where its own element is pointed at; what was pointed at is elsewhere on the page.
  useEffect(() => {
    pointed.current?.dispatchEvent(
      new MouseEvent("contextmenu", { bubbles: true, cancelable: true, clientX: at.x, clientY: at.y }),
    );
  }, [at]);
  const container = useFloatContainer();
  const filled = groups.filter((group) => group.items.length > 0);
  return (
    <Radix.Root modal={false} {...(onOpenChange ? { onOpenChange } : {})}>
      <Radix.Trigger asChild>
        <span ref={pointed} hidden />
      </Radix.Trigger>
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
