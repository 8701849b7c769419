"""A tray without a screen: takes StatusNotifierItems in, reads their menu and clicks in it."""

import time

import dbus
import dbus.service

WATCHER = "org.kde.StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"
PROPERTIES = "org.freedesktop.DBus.Properties"


class Tray(dbus.service.Object):
    def __init__(self, bus, say):
        self._bus = bus
        self._say = say
        self._menu = None
        self._item = None
        self._owned = dbus.service.BusName(WATCHER, bus, do_not_queue=True)
        super().__init__(bus, "/StatusNotifierWatcher")

    def commands(self):
        return {"click-tray": self._click}

    @dbus.service.method(WATCHER, in_signature="s", sender_keyword="sender")
    def RegisterStatusNotifierItem(self, service, sender):
        owner, path = (sender, service) if service.startswith("/") else (service, "/StatusNotifierItem")
        self._item = self._bus.get_object(owner, path, introspect=False)
        for signal in ("NewIcon", "XAyatanaNewLabel"):
            self._bus.add_signal_receiver(self._look, signal, ITEM, owner, path)
        self._get(self._item, ITEM, "Menu", self._found_menu)
        self.StatusNotifierItemRegistered(service)

    def _found_menu(self, path):
        self._menu = self._bus.get_object(self._item.bus_name, path, introspect=False)
        self._bus.add_signal_receiver(self._look, "LayoutUpdated", MENU, self._item.bus_name, path)
        self._bus.add_signal_receiver(self._look, "ItemsPropertiesUpdated", MENU, self._item.bus_name, path)
        self._look()

    def _look(self, *_what):
        """Reads icon, label and menu anew and tells them; the tests wait for what they want to see."""
        self._item.GetAll(ITEM, dbus_interface=PROPERTIES, reply_handler=self._looked, error_handler=self._gone)

    def _looked(self, properties):
        told = {"icon": str(properties.get("IconName", "")), "label": str(properties.get("XAyatanaLabel", ""))}

        def layout(_revision, root):
            self._say({"event": "tray", "entries": [entry for _, entry in entries(root)], **told})

        self._menu.GetLayout(
            0, -1, dbus.Array([], "s"), dbus_interface=MENU, reply_handler=layout, error_handler=self._gone
        )

    def _click(self, entry):
        _revision, root = self._menu.GetLayout(0, -1, dbus.Array([], "s"), dbus_interface=MENU)
        found = {label: identity for identity, label in entries(root)}
        if entry not in found:
            raise LookupError(f"the tray has no entry {entry!r}, only {list(found)}")
        self._menu.Event(
            found[entry], "clicked", dbus.String("", variant_level=1), dbus.UInt32(time.time()),
            dbus_interface=MENU, ignore_reply=True,
        )

    def _get(self, owner, interface, name, then):
        owner.Get(interface, name, dbus_interface=PROPERTIES, reply_handler=then, error_handler=self._gone)

    def _gone(self, error):
        self._say({"event": "tray-gone", "why": str(error)})

    @dbus.service.method(WATCHER, in_signature="s")
    def RegisterStatusNotifierHost(self, service):
        pass

    @dbus.service.signal(WATCHER, signature="s")
    def StatusNotifierItemRegistered(self, service):
        pass

    @dbus.service.method(PROPERTIES, in_signature="ss", out_signature="v")
    def Get(self, interface, name):
        return self.GetAll(interface)[name]

    @dbus.service.method(PROPERTIES, in_signature="s", out_signature="a{sv}")
    def GetAll(self, _interface):
        return {
            "IsStatusNotifierHostRegistered": dbus.Boolean(True),
            "ProtocolVersion": dbus.Int32(0),
            "RegisteredStatusNotifierItems": dbus.Array([], "s"),
        }


def entries(node):
    """The entries that can be clicked, in their order, as (identity, label)."""
    identity, properties, children = node
    found = []
    label = str(properties.get("label", "")).replace("__", "_")
    if label and properties.get("enabled", True) and properties.get("visible", True):
        found.append((int(identity), label))
    for child in children:
        found.extend(entries(child))
    return found
