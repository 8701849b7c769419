import { CircleAlert, CircleCheck, X } from "lucide-react";
import { Button, IconButton } from "./Button";
import { Kbd } from "./Kbd";
import style from "./Toasts.module.css";
import { closeToast, holdToast, undoToast, useToasts } from "./toasts";
import { Words } from "./Words";

/** Where toasts appear; stands once in the frame. Screen readers hear them without losing their place. */
export function Toasts() {
  const toasts = useToasts();
  return (
    <section className={style.stack} aria-label="Messages" aria-live="polite">
      {toasts.map((toast) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: pointing at it only holds its clock
        <div
          key={toast.id}
          className={style.toast}
          onPointerEnter={() => holdToast(toast.id, true)}
          onPointerLeave={() => holdToast(toast.id, false)}
          onFocus={() => holdToast(toast.id, true)}
          onBlur={() => holdToast(toast.id, false)}
        >
          {toast.tone === "bad" && <CircleAlert size={16} className={style.bad} aria-hidden />}
          {toast.tone === "good" && <CircleCheck size={16} className={style.good} aria-hidden />}
          <div className={style.content}>
            <div className={style.title}>{toast.title}</div>
            {toast.text && (
              <div className={style.text}>
                <Words text={toast.text} />
              </div>
            )}
          </div>
          {toast.action && (
            <Button
              size="small"
              onClick={() => {
                closeToast(toast.id);
                toast.action?.run();
              }}
            >
              {toast.action.title}
            </Button>
          )}
          {toast.undo && (
            <Button size="small" kind="quiet" onClick={() => undoToast(toast.id)}>
              Undo <Kbd keys="z" />
            </Button>
          )}
          <IconButton label="Close message" size="small" onClick={() => closeToast(toast.id)}>
            <X size={14} />
          </IconButton>
        </div>
      ))}
    </section>
  );
}
