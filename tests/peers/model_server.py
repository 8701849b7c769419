#!/usr/bin/env python3
"""A loopback server that stands in for the model vendors, so that real coding agents work from a script.

    model_server.py [--script FILE] [--scenario NAME] [--record DIR] [--port N]

Prints `listening PORT`, then `closed PORT` (a port held by this process that refuses every connection, for tests of
an unreachable model). It ends when its standard input closes, so that it cannot outlive whoever started it.

Base URL: http://127.0.0.1:PORT for the default scenario (the first of the script file, else `write`), or
http://127.0.0.1:PORT/s/SCENARIO/RUN to choose one; RUN is a word of the caller's that names its recorded requests.
Recorded requests are DIR/RUN-NNNN.json: {method, path, headers, body}. Scripts: see scripted_model/script.py.
"""
import argparse
import itertools
import json
import os
import re
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

sys.dont_write_bytecode = True  # a test leaves nothing in the source tree

from scripted_model import chat, messages, responses
from scripted_model.script import Script, ScriptError, steps_for, turn_of

PROTOCOLS = {"/messages": messages, "/responses": responses, "/chat/completions": chat}


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, script: Script, record: str | None):
        super().__init__(("127.0.0.1", port), Handler)
        self.script, self.record = script, record
        self.counter = itertools.count(1)
        self.lock = threading.Lock()
        self.failed: dict[str, int] = {}
        self.ending = threading.Event()

    def handle_error(self, request, client_address):
        # Agents hang up in mid-answer when they are stopped; that is no error of the server's.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self):
        _, _, path = self.place()
        self.keep(None)
        if path.endswith("/models"):
            model = {"id": "scripted", "object": "model", "created": 0, "owned_by": "nobody"}
            return self.json(200, {"object": "list", "data": [model], "models": []})
        return self.json(404, {"error": {"message": "no such route", "type": "not_found_error"}})

    def do_POST(self):
        scenario_name, run, path = self.place()
        body = self.body()
        self.keep(body)
        try:
            request = json.loads(body)
        except ValueError:
            return self.json(400, {"error": {"message": "the body is not JSON", "type": "invalid_request_error"}})
        if path.endswith("/count_tokens"):
            return self.json(200, {"input_tokens": 1234})
        protocol = next((p for suffix, p in PROTOCOLS.items() if path.endswith(suffix)), None)
        scenario = self.server.script.scenario(scenario_name)
        if protocol is None or scenario is None:
            what = f"route {path}" if protocol is None else f"scenario {scenario_name}"
            return self.json(404, {"error": {"message": f"no such {what}", "type": "not_found_error"}})
        if self.must_fail(scenario, run):
            return self.fail(scenario["fail"], protocol)
        offers = protocol.offers(request)
        # A request without tools is a chore of the agent's own (a title, a summary), not a turn of the work.
        turn = turn_of(scenario, protocol.turn_index(request), request) if offers else [{"text": "A short title"}]
        return protocol.answer(request, steps_for(turn, offers), self)

    def must_fail(self, scenario: dict, run: str) -> bool:
        if "fail" not in scenario:
            return False
        with self.server.lock:
            count = self.server.failed.get(run, 0)
            if count >= scenario.get("times", 1 << 30):
                return False
            self.server.failed[run] = count + 1
        return True

    def fail(self, kind: str, protocol) -> None:
        if kind == "hang":
            return self.pause(3600)
        if kind in ("badsse", "drop"):
            self.begin_stream()
            self.wfile.write(b"data: {not json at all\n\ndata: \xff\xfe\n\n" if kind == "badsse" else b"event: ")
            self.wfile.flush()
            return None
        return protocol.failure(kind, self)

    # What the protocols answer with.

    def json(self, code: int, value: dict, headers: dict | None = None) -> None:
        body = json.dumps(value).encode()
        self.send_response(code)
        for name, text in {"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def begin_stream(self) -> None:
        self.send_response(200)
        for name, text in (("Content-Type", "text/event-stream"), ("Cache-Control", "no-cache"), ("Connection", "close")):
            self.send_header(name, text)
        self.end_headers()
        self.close_connection = True

    def event(self, data, name: str | None = None) -> None:
        text = data if isinstance(data, str) else json.dumps(data)
        self.wfile.write(((f"event: {name}\n" if name else "") + f"data: {text}\n\n").encode())
        self.wfile.flush()

    def pause(self, seconds: float) -> None:
        """Silence; it ends early when the server does."""
        self.server.ending.wait(seconds)

    # What the request says.

    def place(self) -> tuple[str | None, str, str]:
        path = self.path.split("?")[0]
        found = re.match(r"/s/([^/]+)/([\w.-]+)(/.*)?$", path)
        return (found[1], found[2], found[3] or "/") if found else (None, "run", path)

    def body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        out = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            out += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return out

    def keep(self, body: bytes | None) -> None:
        if not self.server.record:
            return
        try:
            value = json.loads(body) if body else None
        except ValueError:
            value = {"undecodable": len(body or b"")}
        with self.server.lock:
            number = next(self.server.counter)
        kept = {"method": self.command, "path": self.path, "headers": dict(self.headers.items()), "body": value}
        with open(os.path.join(self.server.record, f"{self.place()[1]}-{number:04}.json"), "w", encoding="utf-8") as file:
            json.dump(kept, file, indent=1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--script", help="JSON file of scenarios")
    parser.add_argument("--scenario", help="the scenario of the plain base URL")
    parser.add_argument("--record", help="directory for the requests")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    try:
        script = Script(options.script, options.scenario)
    except (ScriptError, OSError, ValueError) as error:
        print(f"model_server: {error}", file=sys.stderr)
        return 2
    if options.record:
        os.makedirs(options.record, exist_ok=True)
    server = Server(options.port, script, options.record)
    # Bound and never listening: the port stays ours and every connection is refused.
    closed = socket.socket()
    closed.bind(("127.0.0.1", 0))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"listening {server.server_port}\nclosed {closed.getsockname()[1]}", flush=True)
    while sys.stdin.buffer.read(4096):
        pass
    server.ending.set()
    server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
