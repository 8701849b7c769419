"""A notification server that shows nothing and records everything (Desktop Notifications Specification 1.2)."""

import dbus
import dbus.service

INTERFACE = "org.freedesktop.Notifications"


class NotificationServer(dbus.service.Object):
    def __init__(self, bus, say):
        self._owned = dbus.service.BusName(INTERFACE, bus, do_not_queue=True)
        super().__init__(bus, "/org/freedesktop/Notifications")
        self._say = say
        self._last = 0

    def commands(self):
        return {"click-notification": self._click, "press-notification": self._press}

    def _click(self, notification):
        """What a click on the notification itself does: the default action, then it goes away."""
        self._press(notification, "default")

    def _press(self, notification, action):
        """What a press on one of its buttons does."""
        self.ActionInvoked(dbus.UInt32(notification), action)
        self.NotificationClosed(dbus.UInt32(notification), dbus.UInt32(2))

    @dbus.service.method(INTERFACE, in_signature="susssasa{sv}i", out_signature="u")
    def Notify(self, app, replaces, icon, summary, body, actions, hints, expires):
        self._last += 1
        self._say({
            "event": "notification",
            "notification": self._last,
            "app": str(app),
            "summary": str(summary),
            "body": str(body),
            "actions": [str(action) for action in actions],
        })
        return dbus.UInt32(self._last)

    @dbus.service.method(INTERFACE, in_signature="u")
    def CloseNotification(self, notification):
        self.NotificationClosed(notification, dbus.UInt32(3))

    @dbus.service.method(INTERFACE, out_signature="as")
    def GetCapabilities(self):
        return ["actions", "body"]

    @dbus.service.method(INTERFACE, out_signature="ssss")
    def GetServerInformation(self):
        return ("recorder", "tests", "1", "1.2")

    @dbus.service.signal(INTERFACE, signature="us")
    def ActionInvoked(self, notification, action):
        pass

    @dbus.service.signal(INTERFACE, signature="uu")
    def NotificationClosed(self, notification, reason):
        pass
