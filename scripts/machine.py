"""What the checks need of the machine beyond Python and Node, installed where that is permitted."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from scripts import clamav, postgres

APT = ("apt-get", "-o", "Dpkg::Use-Pty=0", "-qq")
QUIET = {"DEBIAN_FRONTEND": "noninteractive"}


CHROMIUM = "chromium-headless-shell"
"""Chromium without a window of its own: the same pages for half of the work."""


@dataclass(frozen=True)
class Part:
    """A program of the machine: Debian's package, and how to tell that it is there."""

    package: str
    purpose: str
    present: Callable[[], bool]


PARTS = (
    Part("postgresql", "tests on PostgreSQL", postgres.is_installed),
    Part(CHROMIUM, "tests in a browser", lambda: shutil.which(CHROMIUM) is not None),
    Part("clamav-daemon", "tests with the virus scanner", clamav.is_installed),
)


def right_to_install() -> list[str] | None:
    """Give the words that start apt-get with the right to install, or None."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def install(packages: list[str]) -> None:
    """Install Debian packages; what then is still missing, the caller sees."""
    right = right_to_install()
    if right is None:
        return
    print(f"Installing {', '.join(packages)}", flush=True)
    environment = {**os.environ, **QUIET}
    subprocess.run([*right, *APT, "update"], check=False, env=environment)
    command = [
        *right,
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        *APT,
        "install",
        "-y",
        "--no-install-recommends",
    ]
    subprocess.run([*command, *packages], check=False, env=environment)


def missing_parts() -> dict[str, str]:
    """Install what is missing where permitted; give the packages that are missing still, with what for."""
    absent = [part.package for part in PARTS if not part.present()]
    if absent:
        install(absent)
    return {part.package: part.purpose for part in PARTS if not part.present()}
