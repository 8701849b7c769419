#!/usr/bin/python3
"""Stands in for the desktop around the application: notification server, tray and screen.

Owns the session bus names of a notification server and a tray, records what the application shows there, and
does what a person would: click, close, answer. It speaks JSON lines: what happens goes to stdout as
{"event": …}, what to do comes by stdin as {"do": …, "id": n} and is answered as {"answer": n, …}.
It must not know anything of Waybill.
"""

import json
import sys
import traceback

import dbus
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

from notifications import NotificationServer
from screen import Screen
from tray import Tray

KEYRING = "org.freedesktop.secrets"


def say(line):
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def main():
    DBusGMainLoop(set_as_default=True)
    bus = dbus.SessionBus()
    loop = GLib.MainLoop()
    peers = [NotificationServer(bus, say), Tray(bus, say), Screen(say)]
    commands = {name: command for peer in peers for name, command in peer.commands().items()}

    def heard(source, _condition):
        line = source.readline()
        if not line:
            loop.quit()
            return False
        wish = json.loads(line)
        try:
            answer = commands[wish["do"]](**wish.get("with", {}))
            say({"answer": wish["id"], "value": answer})
        except Exception as error:  # whatever goes wrong belongs to the test that asked
            traceback.print_exc()
            say({"answer": wish["id"], "error": str(error)})
        return True

    GLib.io_add_watch(sys.stdin, GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN | GLib.IOCondition.HUP, heard)
    bus.watch_name_owner(KEYRING, lambda owner: say({"event": "keyring", "there": bool(owner)}))
    say({"event": "ready"})
    loop.run()


main()
