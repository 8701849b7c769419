import { Bell } from "lucide-react";
import { keysOf } from "../actions/catalogue";
import { useCall } from "../api/queries";
import { IconButton } from "../design/Button";
import { Popover } from "../design/Popover";
import { onDemand } from "../lib/onDemand";
import style from "./Frame.module.css";
import { closeOverlay, openOverlay, useOverlay } from "./overlays";

const panel = onDemand(
  async () => (await import("../features/needs-you/NotificationsPanel")).NotificationsPanel,
);

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
      <panel.Component onClose={closeOverlay} />
    </Popover>
  );
}
