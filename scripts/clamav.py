"""A throw-away ClamAV daemon that knows one harmless test file, for the tests."""

import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
"""Debian keeps daemons where only administrators look."""
SECONDS = 60
NAME = "Eicar-Test-File"


def is_installed() -> bool:
    """Tell whether the daemon is there."""
    return shutil.which("clamd", path=PATH) is not None


@contextmanager
def throwaway(known: bytes) -> Iterator[str]:
    """Give the address of a daemon whose one signature is that of the bytes `known`; it is gone afterwards."""
    program = shutil.which("clamd", path=PATH)
    if program is None:
        message = "clamav-daemon is not installed."
        raise FileNotFoundError(message)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "signatures").mkdir()
        digest = hashlib.md5(known, usedforsecurity=False).hexdigest()  # what a .hdb line is made of
        (place / "signatures" / "own.hdb").write_text(f"{digest}:{len(known)}:{NAME}\n")
        line = place / "clamd"
        chosen = {
            "LocalSocket": line,
            "DatabaseDirectory": place / "signatures",
            "TemporaryDirectory": place,
            "LogFile": place / "log",
            "StreamMaxLength": "1M",
            "Foreground": "yes",
            "User": os.environ.get("USER") or "root",
        }
        (place / "clamd.conf").write_text("".join(f"{name} {value}\n" for name, value in chosen.items()))
        with subprocess.Popen(
            [program, f"--config-file={place / 'clamd.conf'}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as daemon:
            try:
                _wait(line, daemon)
                yield f"unix://{line}"
            finally:
                daemon.terminate()


def _wait(line: Path, daemon: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and daemon.poll() is None:
        with socket.socket(socket.AF_UNIX) as asked:
            try:
                asked.connect(str(line))
            except OSError:
                time.sleep(0.05)
                continue
            return
    message = f"clamd did not begin to answer: {(line.parent / 'log').read_text()}"
    raise TimeoutError(message)
