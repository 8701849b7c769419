import { Bell } from "lucide-react";
import { lazy, Suspense } from "react";
import { keysOf } from "../actions/catalogue";
import { useCall } from "../api/queries";
import { IconButton } from "../design/Button";
import { Popover } from "../design/Popover";
import style from "./Frame.module.css";
import { closeOverlay, openOverlay, useOverlay } from "./overlays";

const NotificationsPanel = lazy(async () => {
  const { NotificationsPanel: panel } = await import("../features/needs-you/NotificationsPanel");
  return { default: panel };
});

/** What happened while nobody looked, and how much of it is unread. */
export function NotificationsBell() {
  const { data: activity } = useCall("activity", {});
  const unread = activity?.unread ?? 0;
  const open = useOverlay() === "notifications";
  const keys = keysOf("notifications.open");
  return (
    <Popover
      label="Notifications"
      side="right"
      open={open}
      onOpenChange={(next) => (next ? openOverlay("notifications") : closeOverlay())}
      trigger={
        <IconButton
          label={unread > 0 ? `Notifications, ${unread} unread` : "Notifications"}
          className={style.bell}
          {...(keys ? { keys } : {})}
        >
          <Bell size={16} />
          {unread > 0 && <span className={style.unread}>{unread > 9 ? "9+" : unread}</span>}
        </IconButton>
      }
    >
      <Suspense fallback={null}>
        <NotificationsPanel onClose={closeOverlay} />
      </Suspense>
    </Popover>
  );
}
