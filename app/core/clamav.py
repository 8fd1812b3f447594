"""ClamAV behind the scanner's port: a file's bytes go to the daemon by INSTREAM, in memory, and nothing is kept."""

import socket
from contextlib import closing
from urllib.parse import urlsplit

from app.core.files import ScannerSilent

PIECE = 128 * 1024
SECONDS = 30.0
"""How long one answer may take; a larger file is refused by its size long before."""
LONGEST_ANSWER = 4096
PORT = 3310


class Clamd:
    """The daemon at `tcp://host:port` or `unix:///path`."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.place: tuple[str, int] | str = (
            parts.path if parts.scheme == "unix" else (parts.hostname or "", parts.port or PORT)
        )

    def scan(self, content: bytes) -> str | None:
        """Give the name of what was found, or None; raises ScannerSilent when that cannot be known at present."""
        try:
            answer = self._ask(content)
        except OSError as fault:
            raise ScannerSilent from fault
        words = answer.removeprefix("stream: ")
        if words == "OK":
            return None
        if words.endswith(" FOUND"):
            return words.removesuffix(" FOUND")
        raise ScannerSilent(words)

    def _ask(self, content: bytes) -> str:
        """Send the file in pieces, each with its length before it, then none; read the answer up to its NUL."""
        with closing(self._connected()) as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), PIECE):
                piece = content[start : start + PIECE]
                line.sendall(len(piece).to_bytes(4, "big") + piece)
            line.sendall(bytes(4))
            answer = b""
            while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER and (more := line.recv(LONGEST_ANSWER)):
                answer += more
        return answer.rstrip(b"\0").decode("utf-8", "replace")

    def _connected(self) -> socket.socket:
        if isinstance(self.place, tuple):
            return socket.create_connection(self.place, timeout=SECONDS)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS)
        try:
            line.connect(self.place)
        except OSError:
            line.close()
            raise
        return line
