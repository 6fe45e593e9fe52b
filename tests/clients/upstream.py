"""The scripted model: it speaks three dialects on one port, keeps what they have servers keep, and writes down each request.

A test says what the model does next (`moves`): read, delete, or just talk. What asks for a summary gets one that has
forgotten the rule. It is as strict as the providers are documented to be: what they would refuse gets their 400, and is
a mistake of whoever sent it.
"""

import json
import secrets
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import chat
import messages
import responses
from refused import Refused
from rows import SUMMARY

ASKS_FOR_SUMMARY = ("Context Extraction Assistant", "CRITICAL: Respond with TEXT ONLY", "CONTEXT CHECKPOINT COMPACTION")
DIALECTS = {"/v1/chat/completions": chat, "/v1/responses": responses, "/v1/messages": messages}
TOKENS, TOKENS_MANY = 1_000, 20_000


@dataclass(frozen=True)
class Reply:
    """What to answer, in no dialect: words, or a call, and perhaps a compaction before either."""

    words: str = ""
    tool: str = ""
    arguments: str = ""
    compacts: bool = False
    tokens: int = TOKENS


@dataclass
class Request:
    path: str
    body: dict
    kind: str
    conversation: str = ""
    refused: str = ""

    @property
    def dialect(self):
        return DIALECTS[self.path.removesuffix("/compact")]


class Upstream:
    """The server and its script. Both live in this process, so that a test reads what it got."""

    def __init__(self, tool):
        self.tool, self.moves, self.requests = tool, [], []
        self.tokens, self.compacts_next = TOKENS, False
        self.kept = {"responses": {}, "threads": {}, "sealed": {}}
        self.lock = threading.Lock()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"upstream": self}))
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def seal(self, kind, content):
        """A signature or a blob; only what was sealed here, unchanged, is taken back."""
        seal = f"{kind}-{secrets.token_urlsafe(48)}"
        self.kept["sealed"][seal] = content
        return seal

    def check_seal(self, seal, content, what):
        if self.kept["sealed"].get(seal, Refused) != content:
            raise Refused(f"{what} was changed, or is not the provider's own")

    def decide(self, body, dialect):
        """The next answer, and what kind of request it answers."""
        if dialect.wants_compaction(body):
            self.tokens = TOKENS
            return "compaction", Reply(SUMMARY, compacts=True)
        if any(sign in dialect.last_words(body) for sign in ASKS_FOR_SUMMARY):
            self.tokens = TOKENS
            return "summary", Reply(f"<summary>{SUMMARY}</summary>" if dialect is messages else SUMMARY)
        if not dialect.offers(body, self.tool, self.kept):
            return "other", Reply("A title")
        compacts, self.compacts_next = self.compacts_next and dialect.allows_compaction(body), False
        does, target = self.moves.pop(0) if self.moves else ("say", "I am done so far.")
        if does == "say":
            return "turn", Reply(target, compacts=compacts, tokens=self.tokens)
        tool, arguments = self.call(does, target)
        return "turn", Reply("", tool, json.dumps(arguments), compacts, self.tokens)

    def call(self, does, target):
        """How this client's tools spell it."""
        if self.tool == "delete_email":
            return f"{does}_email", {"message_id": target}
        command = f"cat mailbox/{target}" if does == "read" else f"rm -r mailbox/{target} && echo {target} >> deleted.log"
        return self.tool, {"command": command, "description": does} if self.tool == "Bash" else {"cmd": command}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 0
    disable_nagle_algorithm = True
    upstream = None

    def do_HEAD(self):
        self._send({})

    def do_GET(self):
        self._send({"object": "list", "data": [], "models": [], "has_more": False})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))) or b"{}")
        path, upstream = self.path.split("?")[0], self.upstream
        path = path.removeprefix("/openai").removeprefix("/anthropic")  # as linchpin does; clients come here directly, too
        if path.removesuffix("/compact") not in DIALECTS:
            return self._send({"input_tokens": 100, "object": "response.input_tokens"})
        with upstream.lock:
            request = Request(path, body, "compaction")
            upstream.requests.append(request)
            try:
                answer = self._answer(request)
            except Refused as refused:
                request.refused = str(refused)
                return self._send(request.dialect.error(str(refused)), 400)
        self._send(answer) if isinstance(answer, dict) else self._stream(answer)

    def _answer(self, request):
        upstream, body, dialect = self.upstream, request.body, request.dialect
        if request.path.endswith("/compact"):
            return dialect.compacted(body, upstream)
        history = dialect.check(body, upstream)
        request.kind, reply = upstream.decide(body, dialect)
        whole = dialect.answer(body, reply, history, upstream)
        return dialect.frames(whole, body) if body.get("stream") else whole

    def _send(self, value, status=200):
        written = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(written)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(written)

    def _stream(self, frames):
        self.send_response(200)
        self.send_header("content-type", "text/event-stream; charset=utf-8")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for frame in frames:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(frame), frame))
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_):
        pass

    def handle(self):
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):
            pass  # a client that goes away is its own affair
