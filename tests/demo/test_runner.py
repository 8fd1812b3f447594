"""`make run` prepares, seeds once, serves both languages and stops when told; nothing else lets one choose a person."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from flask.testing import FlaskClient

ROOT = Path(__file__).resolve().parents[2]
RUN = "import pathlib, sys, app.demonstration as d; d.INSTANCE = pathlib.Path(sys.argv[1]); d.main()"
SECONDS = 90


def free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port: int = place.getsockname()[1]
        return port


def start(folder: Path, port: int, host: str = "127.0.0.1") -> subprocess.Popen[str]:
    settings = {**os.environ, "HOST": host, "PORT": str(port), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-c", RUN, str(folder)]
    return subprocess.Popen(
        command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def stop(running: subprocess.Popen[str], how: signal.Signals) -> str:
    running.send_signal(how)
    try:
        said, _ = running.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        running.kill()
        running.communicate()
        raise
    return said


def wait_for(url: str) -> str:
    end = time.monotonic() + SECONDS
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "instance"


def test_the_demonstration_starts_serves_stops_and_keeps_its_data(folder: Path) -> None:
    port = free_port()
    first = start(folder, port)
    try:
        assert 'lang="en"' in wait_for(f"http://127.0.0.1:{port}/en/")
        assert 'lang="fr"' in wait_for(f"http://127.0.0.1:{port}/fr/")
        assert "Leila Haddad" in wait_for(f"http://127.0.0.1:{port}/en/demonstration")
    finally:
        said = stop(first, signal.SIGTERM)
    assert (first.returncode, "world (once)" in said, "Stopped." in said) == (0, True, True)
    second = start(folder, port)
    try:
        wait_for(f"http://127.0.0.1:{port}/health")
    finally:
        said = stop(second, signal.SIGINT)
    assert (second.returncode, "world (once)" in said) == (0, False)


def test_it_listens_to_this_machine_alone(folder: Path) -> None:
    refused = start(folder, free_port(), host="0.0.0.0")
    said, _ = refused.communicate(timeout=SECONDS)
    assert (refused.returncode, "HOST" in said) == (1, True)


def test_no_other_program_lets_a_visitor_choose_a_person(client: FlaskClient) -> None:
    assert client.get("/en/demonstration").status_code == 404
    naming = {
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*.py")
        if not {".venv", "node_modules", "tests"} & set(path.relative_to(ROOT).parts)
        and re.search(r"demonstration\.enable\(|import enable", path.read_text(encoding="utf-8"))
    }
    assert naming == {"app/demonstration.py"}
