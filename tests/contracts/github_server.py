"""GitHub's API as far as evidence asks it: answers that a test sets, over HTTP, and what was asked."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from contracts.github_evidence import GitHubEvidence

PULL = {
    "number": 7,
    "title": "Draw the map",
    "state": "open",
    "created_at": "2026-07-18T10:00:00Z",
    "closed_at": None,
    "merged_at": None,
    "merged_by": None,
    "user": {"login": "mona"},
}
MERGED = {
    **PULL,
    "state": "closed",
    "closed_at": "2026-07-22T10:00:00Z",
    "merged_at": "2026-07-22T10:00:00Z",
    "merged_by": {"login": "hubot"},
}


class Server:
    """Answers by path: (status, headers, body)."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.host = f"127.0.0.1:{port}"
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, str | None]] = []

    def say(self, path: str, body: Any, status: int = 200, **headers: str) -> None:
        whole = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers[path] = (status, {name.replace("_", "-"): value for name, value in headers.items()}, whole)

    def source(self) -> GitHubEvidence:
        return GitHubEvidence(self.address, f"{self.address}/api", "id", "secret")


@contextmanager
def serving() -> Iterator[Server]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server = Server(httpd.server_address[1])

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append((self.path, self.headers["Authorization"]))
            status, headers, body = server.answers.get(self.path, (404, {}, b"{}"))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: Any) -> None:
            """Say nothing."""

    httpd.RequestHandlerClass = Handler
    thread = Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join()
