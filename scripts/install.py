"""Put the pinned Python packages into .venv: `python3 -m scripts.install requirements.txt`.

Needs nothing but Python itself.
"""

import subprocess
import sys
from pathlib import Path

from scripts.steps import ROOT, fresh, stamp

OLDEST = (3, 11)
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def works() -> bool:
    """Tell whether .venv holds a Python that starts; it does not once its folder was moved."""
    return PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], check=False).returncode == 0


def make_venv() -> None:
    """Create .venv unless it works already."""
    if works():
        return
    if sys.version_info < OLDEST:
        sys.exit(f"Python {OLDEST[0]}.{OLDEST[1]} or later is needed, and this is {sys.version.split()[0]}.")
    print("Making .venv")
    subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)


def install(requirements: Path) -> None:
    """Install what the file lists, and our own programs, unless that was done from this very list."""
    mark = VENV / f".{requirements.name}"
    if fresh(mark, requirements):
        return
    print(f"Installing {requirements.name} into .venv")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "-qq", "install", "--no-deps"]
    subprocess.run([*pip, "--require-hashes", "--requirement", requirements], check=True)
    subprocess.run([*pip, "--no-build-isolation", "--editable", ROOT], check=True)
    stamp(mark, requirements)


def main() -> None:
    """Install the list named on the command line."""
    try:
        make_venv()
        install(ROOT / sys.argv[1])
    except subprocess.CalledProcessError:
        sys.exit("The packages could not be installed into .venv; the lines above say why.")


if __name__ == "__main__":
    main()
