"""Throw all of the bad strings at every form field and query parameter: `python -m scripts.hostile [ROUNDS]`.

The tests throw a share of them each time; this throws everything, once, and takes long. In each round every field gets
another string; with as many rounds as there are strings, which is the default, every field meets every one.
"""

import os
import subprocess
import sys

from scripts.steps import ROOT


def main() -> None:
    """Run the hostile tests with the whole corpus, at low priority."""
    rounds = {"HOSTILE_ROUNDS": sys.argv[1]} if len(sys.argv) > 1 else {}
    os.nice(10)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/hostile", "-p", "no:cacheprovider", "--durations=5"],
        cwd=ROOT,
        env={**os.environ, **rounds, "HOSTILE": "whole"},
        check=False,
    )
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
