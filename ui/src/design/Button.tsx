import type { ComponentPropsWithRef, ReactNode } from "react";
import { classes } from "../lib/classes";
import style from "./Button.module.css";
import { Tooltip } from "./Tooltip";

export type ButtonKind = "primary" | "secondary" | "quiet" | "danger";

interface ButtonProps extends ComponentPropsWithRef<"button"> {
  kind?: ButtonKind;
  size?: "small" | "normal" | "large";
  icon?: ReactNode;
  /** Work is under way: the button keeps its width and refuses a second press. */
  busy?: boolean;
}

export function Button({
  kind = "secondary",
  size = "normal",
  icon,
  busy,
  className,
  children,
  disabled,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={classes(style.button, style[kind], size !== "normal" && style[size], className)}
    >
      {icon}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonProps, "icon" | "children"> {
  /** What it does: its accessible name and its tooltip. */
  label: string;
  keys?: string;
  children: ReactNode;
}

/** A button that shows only an icon; its name is in the tooltip. */
export function IconButton({
  label,
  keys,
  kind = "quiet",
  size = "normal",
  busy,
  className,
  disabled,
  children,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={label} keys={keys}>
      <button
        type="button"
        aria-label={label}
        {...rest}
        disabled={disabled || busy}
        className={classes(
          style.button,
          style.icon,
          style[kind],
          size !== "normal" && style[size],
          className,
        )}
      >
        {children}
      </button>
    </Tooltip>
  );
}

/** A button and the menu of its variants, joined. */
export function SplitButton({ children }: { children: ReactNode }) {
  return <div className={style.split}>{children}</div>;
}
