import { type ComponentProps, type ReactNode, useSyncExternalStore } from "react";
import { Button, IconButton } from "../design/Button";
import type { MenuItem } from "../design/Menu";
import { Tooltip } from "../design/Tooltip";
import { ariaKeys } from "../lib/keys";
import { type ActionId, entryOf, keysOf } from "./catalogue";
import { countMouse } from "./lessons";
import { liveHandler, runAction, subscribeActions } from "./registry";

interface ActionButtonProps extends Omit<ComponentProps<typeof Button>, "onClick"> {
  action: ActionId;
  /** Other words than the action's title. */
  children?: ReactNode;
}

/** A button that runs an action and shows its keys in a tooltip. */
export function ActionButton({ action, children, ...rest }: ActionButtonProps) {
  const keys = keysOf(action);
  return (
    <Tooltip text={entryOf(action).title} keys={keys}>
      <Button
        {...rest}
        data-action={action}
        aria-keyshortcuts={keys && ariaKeys(keys)}
        onClick={() => press(action)}
      >
        {children ?? entryOf(action).title}
      </Button>
    </Tooltip>
  );
}

interface ActionIconButtonProps
  extends Omit<ComponentProps<typeof IconButton>, "label" | "keys" | "onClick"> {
  action: ActionId;
  label?: string;
}

/** As `ActionButton`, with an icon only. */
export function ActionIconButton({ action, label, ...rest }: ActionIconButtonProps) {
  const keys = keysOf(action);
  return (
    <IconButton
      {...rest}
      data-action={action}
      label={label ?? entryOf(action).title}
      {...(keys ? { keys, "aria-keyshortcuts": ariaKeys(keys) } : {})}
      onClick={() => press(action)}
    />
  );
}

/** An action as a menu item. */
export function actionItem(action: ActionId, more: Partial<MenuItem> = {}): MenuItem {
  return {
    id: action,
    title: entryOf(action).title,
    keys: keysOf(action),
    onSelect: () => press(action),
    ...more,
  };
}

function press(action: ActionId): void {
  if (runAction(action, { from: "button" })) countMouse(action);
}

/** Whether an action can run now, followed as pages come and go. */
export function useActionLive(action: ActionId): boolean {
  return useSyncExternalStore(subscribeActions, () => liveHandler(action) !== null);
}
