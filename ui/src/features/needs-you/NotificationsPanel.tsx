import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { CircleAlert, CircleCheck, CircleX, X } from "lucide-react";
import type { ReactNode } from "react";
import type { Notification, NotificationType } from "@/api/generated/bindings";
import { patch } from "@/api/optimistic";
import { useCall, useCommand } from "@/api/queries";
import { Button, IconButton } from "@/design/Button";
import { ErrorNotice } from "@/design/States";
import { RelativeTime } from "@/design/Time";
import { toastError } from "@/design/toasts";
import { classes } from "@/lib/classes";
import style from "./NotificationsPanel.module.css";

/** What happened, newest first; reading one opens what it speaks of. */
export function NotificationsPanel({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const { data, error } = useCall("notification_list", {});
  const { data: projects } = useCall("project_list", {});
  const mark = useCommand("notification_mark");
  const unread = data?.items.filter((each) => each.read_at === null) ?? [];

  function markAll(ids: string[], dismiss: boolean) {
    if (ids.length === 0) return;
    const now = Date.now();
    const rollback = patch(client, "notification_list", (page) => ({
      ...page,
      unread: page.items.filter((each) => each.read_at === null && !ids.includes(each.id)).length,
      items: dismiss
        ? page.items.filter((each) => !ids.includes(each.id))
        : page.items.map((each) =>
            ids.includes(each.id) ? { ...each, read_at: each.read_at ?? now } : each,
          ),
    }));
    mark.mutate(
      { ids, dismiss },
      {
        onError(failure) {
          rollback();
          toastError("The notifications could not be changed", failure);
        },
      },
    );
  }

  function open(notification: Notification) {
    markAll([notification.id], false);
    onClose();
    void navigate({ href: notification.link });
  }

  return (
    <div className={style.panel}>
      <div className={style.head}>
        <h2 className={style.heading}>Notifications</h2>
        <Button
          kind="quiet"
          size="small"
          disabled={unread.length === 0}
          onClick={() =>
            markAll(
              unread.map((each) => each.id),
              false,
            )
          }
        >
          Mark all read
        </Button>
      </div>
      {error && <ErrorNotice error={error} />}
      {data && data.items.length === 0 && (
        <p className={style.empty}>Nothing yet. You hear here of runs that end, fail or wait for you.</p>
      )}
      <ul className={style.list}>
        {data?.items.map((each) => (
          <li key={each.id} className={classes(style.row, each.read_at === null && style.unread)}>
            <button type="button" className={style.open} onClick={() => open(each)}>
              <span className={style[each.type]}>{icons[each.type]}</span>
              <span className={style.words}>
                <span className={style.title}>
                  {each.title}
                  {each.read_at === null && <span className="visually-hidden"> (unread)</span>}
                </span>
                <span className={style.body}>{each.body}</span>
                {projects && projects.length > 1 && (
                  <span className={style.project}>
                    {projects.find(({ slug }) => slug === each.project_slug)?.name ?? each.project_slug}
                  </span>
                )}
              </span>
              <span className={style.age}>
                <RelativeTime at={each.created_at} />
              </span>
            </button>
            <IconButton
              label={`Dismiss: ${each.title}`}
              size="small"
              onClick={() => markAll([each.id], true)}
            >
              <X size={14} />
            </IconButton>
          </li>
        ))}
      </ul>
    </div>
  );
}

const icons: Record<NotificationType, ReactNode> = {
  run_completed: <CircleCheck size={16} aria-hidden />,
  run_failed: <CircleX size={16} aria-hidden />,
  input_needed: <CircleAlert size={16} aria-hidden />,
};
