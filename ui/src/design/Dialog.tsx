import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { type ReactNode, type RefObject, useRef, useState } from "react";
import { classes } from "../lib/classes";
import { Button, IconButton } from "./Button";
import style from "./Float.module.css";
import { FloatContainerContext } from "./floatContainer";
import { quietFocus } from "./quietFocus";
import { useReturnFocus } from "./returnFocus";

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  description?: ReactNode;
  /** The buttons at the foot; the primary one last. */
  foot?: ReactNode;
  wide?: boolean;
  /** As large as the window allows: for pictures and graphs. */
  large?: boolean;
  /** No header and no margins: the title is only heard. */
  bare?: boolean;
  /** What gets the focus at first; else the first control. */
  focus?: RefObject<HTMLElement | null>;
  children?: ReactNode;
}

/** A dialog that holds the focus while it is open and gives it back when it closes. Escape closes it. */
export function Dialog({
  open,
  onClose,
  title,
  description,
  foot,
  wide,
  large,
  bare,
  focus,
  children,
}: DialogProps) {
  // A dialog has no trigger of its own.
  const { onOpenAutoFocus, onCloseAutoFocus } = useReturnFocus();
  const [content, setContent] = useState<HTMLElement | null>(null);
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={style.overlay} />
        <Radix.Content
          ref={setContent}
          className={classes(style.dialog, wide && style.wide, large && style.large)}
          {...(description ? {} : { "aria-describedby": undefined })}
          onOpenAutoFocus={(event) => {
            quietFocus();
            onOpenAutoFocus();
            if (!focus?.current) return;
            event.preventDefault();
            focus.current.focus();
          }}
          onCloseAutoFocus={onCloseAutoFocus}
        >
          <FloatContainerContext value={content}>
            {bare ? (
              <>
                <Radix.Title className="visually-hidden">{title}</Radix.Title>
                {children}
              </>
            ) : (
              <>
                <div className={style.head}>
                  <div className={style.heading}>
                    <Radix.Title asChild>
                      <h2 className={style.heading}>{title}</h2>
                    </Radix.Title>
                    {description && (
                      <Radix.Description asChild>
                        <div className={style.description}>{description}</div>
                      </Radix.Description>
                    )}
                  </div>
                  <Radix.Close asChild>
                    <IconButton label="Close" keys="escape" size="small">
                      <X size={16} />
                    </IconButton>
                  </Radix.Close>
                </div>
                <div className={style.body}>{children}</div>
              </>
            )}
            {foot && <div className={style.foot}>{foot}</div>}
          </FloatContainerContext>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface ConfirmProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** What exactly happens, and how it can be undone. */
  children: ReactNode;
  /** The verb: "Discard the branch". */
  confirm: string;
  danger?: boolean;
  busy?: boolean;
  onConfirm: () => void;
}

/** Asks before something that cannot be taken back in place. The safe answer has the focus. */
export function ConfirmDialog({
  open,
  onClose,
  title,
  children,
  confirm,
  danger,
  busy,
  onConfirm,
}: ConfirmProps) {
  const cancel = useRef<HTMLButtonElement>(null);
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      focus={cancel}
      foot={
        <>
          <Button ref={cancel} onClick={onClose}>
            Cancel
          </Button>
          <Button kind={danger ? "danger" : "primary"} busy={busy ?? false} onClick={onConfirm}>
            {confirm}
          </Button>
        </>
      }
    >
      <div>{children}</div>
    </Dialog>
  );
}
