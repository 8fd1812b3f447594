"""The virus scanner is asked about every file: its daemon itself, and what happens when it is silent."""

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.config import WrongSetting, load
from app.core.clamav import PIECE, Clamd
from app.core.errors import NotValid
from app.core.files import NoScanner, ScannerSilent, check_upload, chosen
from app.factory import equip
from scripts.clamav import NAME, throwaway

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The harmless file that scanners are tested with; in two pieces, so that this one is not taken for it."""
SILENT = "This file cannot be checked for viruses at present, so it was not kept. Try again in a few minutes."


@pytest.fixture(scope="module")
def daemon() -> Iterator[str]:
    """The real daemon, which knows that one file."""
    with throwaway(EICAR) as url:
        yield url


@pytest.fixture
def scanned_by(app: Flask) -> Iterator[Callable[[str], None]]:
    """Choose the scanner at an address for a while."""

    def choose(url: str) -> None:
        chosen.scanner = Clamd(url)

    yield choose
    equip(app)


def test_what_the_daemon_knows_is_refused_and_the_rest_is_taken(daemon: str, scanned_by: Callable[[str], None]) -> None:
    scanned_by(daemon)
    assert check_upload("plan.txt", b"Our plan").title == "plan.txt"
    assert check_upload("plan.txt", b"x" * (3 * PIECE + 1)).title == "plan.txt"
    with pytest.raises(NotValid) as refusal:
        check_upload("plan.txt", EICAR)
    assert refusal.value.message == "This file was not kept: the virus scanner found %(name)s in it."
    assert refusal.value.values == {"name": f"{NAME}.UNOFFICIAL"}


def test_what_is_larger_than_the_daemon_takes_is_not_let_through(
    daemon: str, scanned_by: Callable[[str], None]
) -> None:
    scanned_by(daemon)
    with pytest.raises(NotValid, match="cannot be checked for viruses"):
        check_upload("plan.txt", b"x" * (2 * 1024 * 1024))


def test_nothing_is_let_through_without_the_daemon(tmp_path: Path, scanned_by: Callable[[str], None]) -> None:
    for nobody in (f"unix://{tmp_path}/nobody", f"tcp://127.0.0.1:{_free()}"):
        scanned_by(nobody)
        with pytest.raises(NotValid) as refusal:
            check_upload("plan.txt", b"Our plan")
        assert refusal.value.message == SILENT


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (b"stream: OK\0", None),
        (b"stream: Eicar FOUND\0", "Eicar"),
        (b"stream: OK FOUND\0", "OK"),
        (b"stream: Can't allocate memory ERROR\0", ScannerSilent),
        (b"INSTREAM size limit exceeded. ERROR\0", ScannerSilent),
        (b"stream: O", ScannerSilent),
        (b"OKAY\0", ScannerSilent),
        (b"", ScannerSilent),
        (b"\xff\xfe\0", ScannerSilent),
        (b"x" * 10_000, ScannerSilent),
    ],
)
def test_only_a_clear_answer_lets_a_file_through(said: bytes, meant: object) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        got: list[bytes] = []
        answering = threading.Thread(target=_answer, args=(server, said, got))
        answering.start()
        scanner = Clamd(f"tcp://127.0.0.1:{server.getsockname()[1]}")
        if meant is ScannerSilent:
            with pytest.raises(ScannerSilent):
                scanner.scan(b"plan")
        else:
            assert scanner.scan(b"plan") == meant
        answering.join()
    assert got == [b"zINSTREAM\0" + b"\0\0\0\4plan" + b"\0\0\0\0"]


def _answer(server: socket.socket, said: bytes, got: list[bytes]) -> None:
    line, _who = server.accept()
    with line:
        whole = b""
        while not whole.endswith(b"plan\0\0\0\0"):
            whole += line.recv(100)
        got.append(whole)
        line.sendall(said)


def test_without_the_setting_nobody_is_asked(app: Flask) -> None:
    assert isinstance(chosen.scanner, NoScanner)


@pytest.mark.parametrize("url", ["http://127.0.0.1:3310", "tcp:///nowhere", "unix://", "127.0.0.1:3310"])
def test_an_address_that_is_none_stops_the_start(settings: dict[str, str], url: str) -> None:
    with pytest.raises(WrongSetting, match=r"^CLAMD_URL"):
        load({**settings, "CLAMD_URL": url})
