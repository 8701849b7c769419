"""The X screen: tells which windows come and go, closes one as its title bar would, and presses keys."""

import ctypes
import ctypes.util

from gi.repository import GLib

SUBSTRUCTURE_NOTIFY = 1 << 19
DESTROY_NOTIFY, UNMAP_NOTIFY, MAP_NOTIFY, CLIENT_MESSAGE = 17, 18, 19, 33
REVERT_TO_PARENT, CURRENT_TIME, IS_VIEWABLE = 2, 0, 2

Window = ctypes.c_ulong


class StructureEvent(ctypes.Structure):
    """MapNotify, UnmapNotify and DestroyNotify begin alike."""

    _fields_ = [
        ("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("sent", ctypes.c_int), ("display", ctypes.c_void_p),
        ("event", Window), ("window", Window),
    ]


class ClientMessage(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("sent", ctypes.c_int), ("display", ctypes.c_void_p),
        ("window", Window), ("message", ctypes.c_ulong), ("format", ctypes.c_int), ("data", ctypes.c_long * 5),
    ]


class Event(ctypes.Union):
    _fields_ = [("type", ctypes.c_int), ("structure", StructureEvent), ("message", ClientMessage),
                ("pad", ctypes.c_long * 24)]


class Attributes(ctypes.Structure):
    _fields_ = [
        ("x", ctypes.c_int), ("y", ctypes.c_int), ("width", ctypes.c_int), ("height", ctypes.c_int),
        ("border", ctypes.c_int), ("depth", ctypes.c_int), ("visual", ctypes.c_void_p), ("root", Window),
        ("class", ctypes.c_int), ("bit_gravity", ctypes.c_int), ("win_gravity", ctypes.c_int),
        ("backing_store", ctypes.c_int), ("backing_planes", ctypes.c_ulong), ("backing_pixel", ctypes.c_ulong),
        ("save_under", ctypes.c_int), ("colormap", ctypes.c_ulong), ("map_installed", ctypes.c_int),
        ("map_state", ctypes.c_int), ("all_event_masks", ctypes.c_long), ("your_event_mask", ctypes.c_long),
        ("do_not_propagate_mask", ctypes.c_long), ("override_redirect", ctypes.c_int),
        ("screen", ctypes.c_void_p),
    ]


ErrorHandler = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)


class Screen:
    def __init__(self, say):
        self._say = say
        self._x = library("X11", {
            "XOpenDisplay": ctypes.c_void_p, "XDefaultRootWindow": Window, "XInternAtom": ctypes.c_ulong,
            "XStringToKeysym": ctypes.c_ulong, "XKeysymToKeycode": ctypes.c_ubyte,
        })
        self._test = library("Xtst", {})
        # A window may be gone before it is asked about; that is no reason to end.
        self._ignore = ErrorHandler(lambda _display, _error: 0)
        self._x.XSetErrorHandler(self._ignore)
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(None))
        if not self._display:
            raise OSError("there is no X display")
        self._root = Window(self._x.XDefaultRootWindow(self._display))
        self._titles = {}
        self._x.XSelectInput(self._display, self._root, ctypes.c_long(SUBSTRUCTURE_NOTIFY))
        connection = self._x.XConnectionNumber(self._display)
        GLib.io_add_watch(connection, GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN, self._heard)
        self._x.XFlush(self._display)

    def commands(self):
        return {"windows": self._windows, "close-window": self._close, "press": self._press,
                "resize-window": self._resize}

    def _heard(self, _source, _condition):
        event = Event()
        while self._x.XPending(self._display):
            self._x.XNextEvent(self._display, ctypes.byref(event))
            window = event.structure.window
            if event.type == MAP_NOTIFY:
                self._titles[window] = self._title(window)
                if self._titles[window]:
                    self._say({"event": "window", "title": self._titles[window], "shown": True})
            elif event.type in (UNMAP_NOTIFY, DESTROY_NOTIFY) and self._titles.get(window):
                self._say({"event": "window", "title": self._titles.pop(window), "shown": False})
        return True

    def _windows(self):
        """The windows that can be seen, with place and size."""
        return [{"title": title, "x": place.x, "y": place.y, "width": place.width, "height": place.height}
                for _, title, place in self._seen()]

    def _close(self, title):
        window = self._find(title)
        event = Event()
        event.message.type = CLIENT_MESSAGE
        event.message.window = window
        event.message.message = self._x.XInternAtom(self._display, b"WM_PROTOCOLS", 0)
        event.message.format = 32
        event.message.data[0] = self._x.XInternAtom(self._display, b"WM_DELETE_WINDOW", 0)
        self._x.XSendEvent(self._display, Window(window), 0, ctypes.c_long(0), ctypes.byref(event))
        self._x.XFlush(self._display)

    def _resize(self, title, width, height):
        self._x.XResizeWindow(self._display, Window(self._find(title)), ctypes.c_uint(width), ctypes.c_uint(height))
        self._x.XSync(self._display, 0)

    def _press(self, title, keys):
        """Presses keys, by their X names, in a window; `shift+Tab` holds shift."""
        window = self._find(title)
        self._x.XSetInputFocus(self._display, Window(window), REVERT_TO_PARENT, ctypes.c_ulong(CURRENT_TIME))
        self._x.XSync(self._display, 0)
        for chord in keys:
            codes = [self._code(name) for name in chord.split("+")]
            for code in codes:
                self._test.XTestFakeKeyEvent(self._display, ctypes.c_uint(code), 1, ctypes.c_ulong(0))
            for code in reversed(codes):
                self._test.XTestFakeKeyEvent(self._display, ctypes.c_uint(code), 0, ctypes.c_ulong(0))
        self._x.XFlush(self._display)

    def _code(self, name):
        name = {"shift": "Shift_L", "ctrl": "Control_L"}.get(name, name)
        return self._x.XKeysymToKeycode(self._display, ctypes.c_ulong(self._x.XStringToKeysym(name.encode())))

    def _find(self, title):
        for window, known, _ in self._seen():
            if known == title:
                return window
        raise LookupError(f"there is no window {title!r} to be seen")

    def _seen(self):
        """Toolkits keep windows of the same name that are never shown, so only what can be seen counts."""
        for window in self._children():
            place, title = Attributes(), self._title(window)
            known = self._x.XGetWindowAttributes(self._display, Window(window), ctypes.byref(place))
            if title and known and place.map_state == IS_VIEWABLE:
                yield window, title, place

    def _children(self):
        root, parent, children, count = Window(), Window(), ctypes.POINTER(Window)(), ctypes.c_uint()
        self._x.XQueryTree(self._display, self._root, ctypes.byref(root), ctypes.byref(parent),
                           ctypes.byref(children), ctypes.byref(count))
        found = [children[index] for index in range(count.value)]
        if found:
            self._x.XFree(children)
        return found

    def _title(self, window):
        name = ctypes.c_char_p()
        if not self._x.XFetchName(self._display, Window(window), ctypes.byref(name)) or not name.value:
            return None
        return name.value.decode(errors="replace")


def library(name, answers):
    found = ctypes.CDLL(ctypes.util.find_library(name))
    for function, answer in answers.items():
        getattr(found, function).restype = answer
    return found
