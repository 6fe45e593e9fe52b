"""The scripted upstream: answers each request with the scenario that its `model` names.

It speaks all three dialects on one port and keeps nothing. An answer leaves in chunks, one per piece, each
flushed, so that a piece is what linchpin reads.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import wire

PATHS = {"/v1/chat/completions": "chat", "/v1/responses": "responses", "/v1/messages": "messages"}


class Model(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 0
    disable_nagle_algorithm = True

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        dialect = PATHS[self.path.split("?")[0]]
        status, content_type, pieces, is_cut = wire.answer(dialect, body["model"], body.get("stream", False))
        self.send_response(status)
        self.send_header("content-type", content_type)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for piece in pieces:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        if is_cut:
            self.close_connection = True  # no last chunk: the answer is visibly not whole
        else:
            self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_):
        pass

    def handle(self):
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):
            pass  # a client that goes away is its own affair


def start():
    """Serves on a free port of loopback; gives the port back."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]
